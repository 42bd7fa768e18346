import Schema

/// An hour is the sum of its calls: their number, their exact amount, and their versions for its revision.
package struct TotalsMatchCalls: Law {
    private struct Key: Hashable {
        let account: Int64
        let hour: Int64
    }
    private struct Sum: Equatable {
        var calls: Int64
        var femto: Int128
        var revision: Int64
    }
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "metering") {
            var sums: [Key: Sum] = [:]
            let edge = try file.edge(.hourlyTotals)  // before it, one may be purged and the other not yet
            let calls = try file.lines(
                """
                SELECT account, calledAt - calledAt % 3600000000 AS hour, count(*), \(sum(of: "nano")), sum(millionths),
                    sum(version)
                FROM calls WHERE calledAt >= \(edge) GROUP BY account, hour
                """)
            for line in calls {
                sums[Key(account: try line.integer(0), hour: try line.integer(1))] = Sum(
                    calls: try line.integer(2), femto: try line.sum(3) * 1_000_000 + Int128(try line.integer(5)),
                    revision: try line.integer(6))
            }
            for line in try file.lines(
                "SELECT account, hour, calls, nano, millionths, revision FROM hours WHERE hour >= \(edge)")
            {
                let key = Key(account: try line.integer(0), hour: try line.integer(1))
                let total = Sum(
                    calls: try line.integer(2),
                    femto: Int128(try line.integer(3)) * 1_000_000 + Int128(try line.integer(4)),
                    revision: try line.integer(5))
                let sum = sums.removeValue(forKey: key)
                judgement.look(
                    sum == total,
                    "\(file.place): account \(key.account), hour \(key.hour): total \(total),"
                        + " its calls \(sum.map { "\($0)" } ?? "none")")
            }
            if let (key, sum) = sums.min(by: { ($0.key.account, $0.key.hour) < ($1.key.account, $1.key.hour) }) {
                judgement.breaks("\(file.place): account \(key.account), hour \(key.hour): no total, its calls \(sum)")
            }
        }
        return judgement.finding(self, "hours")
    }
}
