import Schema

/// A call that is parked for a price stands in the list of those that wait, once, and no other does; the newest lists
/// of its file do not rate it, unless it is due to be rated.
package struct ParkedCallsLackAPrice: Law {
    private struct Key: Hashable {
        let day, account, calledAt: Int64
        let callID: [UInt8]
    }
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "metering") {
            var waiting: Set<Key> = []
            let edge = try file.edge(.callRecords) / Instant.day  // before it, one may be purged and the other not yet
            for line in try file.lines("SELECT day, account, calledAt, callID FROM unpriced WHERE day >= \(edge)") {
                let key = Key(
                    day: try line.integer(0), account: try line.integer(1), calledAt: try line.integer(2),
                    callID: try line.blob(3))
                if !waiting.insert(key).inserted {
                    judgement.breaks("\(file.place): call \(hex(key.callID)) waits twice")
                }
            }
            let isDue = try file.lines("SELECT 1 FROM repricings LIMIT 1").first != nil
            let prices = try PriceReader(file)
            try file.eachCall(where: "state = 3 AND day >= \(edge)") { call in
                let key = Key(day: call.day, account: call.account, calledAt: call.calledAt, callID: call.callID)
                let isKnown = waiting.remove(key) != nil
                let isRated = !isDue && prices.rateNewest(call).map { $0.state == 1 } ?? false
                let fault = isKnown ? "its price is here, and it waits" : "it waits for no price"
                judgement.look(isKnown && !isRated, "\(call.name(file.place)): \(fault)")
            }
            if let key = waiting.min(by: { $0.calledAt < $1.calledAt }) {
                judgement.breaks("\(file.place): call \(hex(key.callID)) waits for a price, and is not parked")
            }
        }
        return judgement.finding(self, "parked calls")
    }
}

extension PriceReader {
    /// Rates a call by the newest list of each of its models. Nil: its row is damaged, or it would cost beyond reason.
    fileprivate func rateNewest(_ call: StoredCall) -> Verdict? {
        guard let content = call.content else { return nil }
        let numbers = content.attempts.filter(\.isBilled).map { attempt in
            newest(of: names[attempt.model] ?? "", at: names[attempt.upstream] ?? "")
        }
        let verdict = rate(call, content, numbers)
        return verdict.femto <= Int128(1_000_000_000_000_000) * 1_000_000 ? verdict : nil
    }
}
