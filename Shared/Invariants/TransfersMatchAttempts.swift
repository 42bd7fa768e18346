import Schema

/// What is counted as forwarded is what the calls say: per account, day and upstream, every attempt once. Policy §10.2.
package struct TransfersMatchAttempts: Law {
    private struct Key: Hashable {
        let account: Int64
        let day: Int64
        let upstream: Int64
    }
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "metering") {
            var attempts: [Key: Int128] = [:]
            let edge = try file.edge(.callRecords) / Instant.day  // before it, one may be purged and the other not yet
            try file.eachCall(where: "day >= \(edge)") { call in
                for attempt in call.content?.attempts ?? [] {
                    attempts[Key(account: call.account, day: call.day, upstream: attempt.upstream), default: 0] += 1
                }
            }
            let lines = try file.lines(
                """
                SELECT account, day, upstream, \(sum(of: "count")), min(unlawful), max(unlawful - count) FROM transfers
                WHERE day >= \(edge)
                GROUP BY account, day, upstream
                """)
            for line in lines {
                let key = Key(account: try line.integer(0), day: try line.integer(1), upstream: try line.integer(2))
                let (counted, sent) = (try line.sum(3), attempts.removeValue(forKey: key) ?? 0)
                let isWithin = try line.integer(5) >= 0 && line.integer(6) <= 0
                judgement.look(
                    counted == sent && isWithin,
                    "\(file.place): account \(key.account), day \(key.day), upstream \(key.upstream):"
                        + " \(counted) transfers counted, \(sent) attempts")
            }
            for (key, sent) in attempts.sorted(by: { ($0.key.account, $0.key.day) < ($1.key.account, $1.key.day) }) {
                judgement.look(
                    false,
                    "\(file.place): account \(key.account), day \(key.day), upstream \(key.upstream):"
                        + " no transfer counted, \(sent) attempts")
            }
        }
        return judgement.finding(self, "counts of account, day and upstream")
    }
}
