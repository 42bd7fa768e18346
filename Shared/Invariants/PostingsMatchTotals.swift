import Schema

/// Once nothing is on its way, what is posted is what was metered: every (account, hour, currency), to the millionth of
/// a nano-unit and to the revision; and so are the sums.
package struct PostingsMatchTotals: Law {
    package let needsQuiet = true
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        var nano: Int128 = 0
        let billing = world.files(of: "billing")
        for partition in Set(world.files.map(\.partition)).sorted() {
            let metering = world.files(of: "metering").first { $0.partition == partition }
            let file = billing.first { $0.partition == partition }
            // an hour whose period is over may have folded into its day, here or there
            let edge = max(try metering?.edge(.hourlyTotals) ?? 0, try file?.edge(.hourMarks) ?? 0)
            var posted = try file.map(world.posted)?.filter { $0.key.hour >= edge } ?? [:]
            let metered = try metering.map(world.metered)?.filter { $0.key.hour >= edge } ?? [:]
            for (key, total) in metered.sorted(by: { ($0.key.account, $0.key.hour) < ($1.key.account, $1.key.hour) }) {
                let sum = posted.removeValue(forKey: key)
                nano += total.femto / 1_000_000
                judgement.look(
                    sum == total,
                    "billing/\(partition): \(key): metered \(total), posted \(sum.map { "\($0)" } ?? "nothing")")
            }
            for (key, sum) in posted.sorted(by: { ($0.key.account, $0.key.hour) < ($1.key.account, $1.key.hour) }) {
                judgement.look(false, "billing/\(partition): \(key): metered nothing, posted \(sum)")
            }
        }
        return judgement.finding(self, "hours of accounts, \(nano) nano-units in all")
    }
}
