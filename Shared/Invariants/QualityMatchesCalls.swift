import Schema

/// The statistics of quality are what the calls say up to where they are counted: the attempts of everybody who does
/// not object, and nobody else's. Policy §2.4, §8.5.
package struct QualityMatchesCalls: Law {
    private struct Key: Hashable, Comparable {
        let day, upstream, model: Int64
        static func < (left: Key, right: Key) -> Bool {
            (left.day, left.upstream, left.model) < (right.day, right.upstream, right.model)
        }
    }
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "metering") {
            var said: [Key: [Int64]] = [:]
            // calls from before may be purged; the statistics stay
            let kept = try file.edge(.callRecords) / Instant.day
            let edge = try file.lines("SELECT day, account, calledAt, hex(callID) FROM qualityEdge").first
            if let edge {
                let key =
                    "(\(try edge.integer(0)), \(try edge.integer(1)), \(try edge.integer(2)), x'\(try edge.text(3))')"
                let counted = "(day, account, calledAt, callID) <= \(key)"
                try file.eachCall(
                    where: "day >= \(kept) AND \(counted) AND account NOT IN (SELECT account FROM objectors)"
                ) { call in
                    for attempt in call.content?.attempts ?? [] {
                        let key = Key(day: call.day, upstream: attempt.upstream, model: attempt.model)
                        var sums = said[key] ?? [0, 0, 0, 0]
                        sums[Int(attempt.outcome) - 1] += 1
                        sums[3] += attempt.durationMs
                        said[key] = sums
                    }
                }
            }
            for line in try file.lines(
                "SELECT day, upstream, model, served, cut, failed, milliseconds FROM quality WHERE day >= \(kept)")
            {
                let key = Key(day: try line.integer(0), upstream: try line.integer(1), model: try line.integer(2))
                let sums = try (3...6).map { try line.integer($0) }
                judgement.look(
                    said.removeValue(forKey: key) == sums,
                    "\(file.place): day \(key.day), upstream \(key.upstream), model \(key.model):"
                        + " the statistics are not those of the calls")
            }
            for key in said.keys.sorted() {
                judgement.look(
                    false, "\(file.place): day \(key.day), upstream \(key.upstream), model \(key.model): not counted")
            }
        }
        return judgement.finding(self, "days of an upstream and model")
    }
}
