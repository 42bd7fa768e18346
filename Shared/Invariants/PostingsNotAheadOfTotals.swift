import Schema

/// Billing posts nothing that metering has not said: never a higher revision of an hour, never another amount of one.
/// Metering forgets who is erased, and billing a moment later.
package struct PostingsNotAheadOfTotals: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            // billing first: what it has posted by now, metering has written before
            let metering = world.files(of: "metering").first { $0.partition == file.partition }
            let edge = try metering?.edge(.hourlyTotals) ?? 0
            let posted = try world.posted(file).filter {
                $0.key.hour >= edge && !world.leaving.contains($0.key.account)
            }
            let metered = try metering.map(world.metered) ?? [:]
            for (key, sum) in posted.sorted(by: { ($0.key.account, $0.key.hour) < ($1.key.account, $1.key.hour) }) {
                let total = metered[key]
                let isKnown = total.map { sum.revision < $0.revision || sum == $0 } ?? false
                judgement.look(
                    isKnown,
                    "\(file.place): \(key): posted \(sum), metered \(total.map { "\($0)" } ?? "nothing")")
            }
        }
        return judgement.finding(self, "posted hours")
    }
}
