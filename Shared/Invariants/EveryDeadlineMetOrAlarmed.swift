import Schema

/// A request that was not answered in time is on record as missed; one whose time is over on the earlier reading of the
/// law, and that is open, has an alarm. No term of California's is longer than 45 days, which nothing makes longer.
/// POLICY.md: Clocks.
package struct EveryDeadlineMetOrAlarmed: Law {
    /// 45 days after the day of receipt, to its end; and an hour, where clocks go back.
    private static let californiaMax = 46 * Instant.day + Instant.hour
    /// A file keeps so many alarms of one name.
    private static let alarmsMax = 200
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "rights-worker") {
            // when the clocks were looked at last
            let due = try file.lines("SELECT due FROM timers WHERE name = 'clocks'").first?.integer(0) ?? 0
            let last = due - Instant.minute
            let alarms = try Set(
                file.lines("SELECT subject FROM alarms WHERE name IN ('request-due', 'request-missed')").map {
                    try $0.text(0)
                })
            var missed: Set<String> = []
            for line in try file.lines("SELECT request, due FROM missedDeadlines") {
                missed.insert("\(hex(try line.blob(0))) \(try line.integer(1))")
            }
            let lines = try file.lines(
                """
                SELECT request, kind, receivedAt, due, iif(isExtended, extended, due),
                    iif(isExtended, extendedAlarm, alarm), answeredAt, provedAt
                FROM requests WHERE due IS NOT NULL
                """)
            for line in lines {
                let request: RequestID = try line.id(0)
                let (term, alarm) = (try line.integer(4), try line.integer(5))
                let (end, isSeen) = try (line.optionalInteger(6), last > line.integer(7))
                let isMissed = end.map { $0 > term + Instant.second } ?? (isSeen && last > term + Instant.second)
                judgement.look(
                    try !isMissed || missed.contains("\(hex(line.blob(0))) \(term)"),
                    "\(file.place): request \(request) was not answered by \(term), and no record says so")
                let isAlarmed = alarms.contains("request \(request.text.prefix(8))")
                judgement.look(
                    end != nil || !isSeen || last <= alarm || isAlarmed || alarms.count >= Self.alarmsMax,
                    "\(file.place): request \(request) is open after \(alarm), and no alarm says so")
                let isLong =
                    try line.text(1).hasPrefix("ccpa.")
                    && line.integer(3) - line.integer(2) > Self.californiaMax
                judgement.look(!isLong, "\(file.place): request \(request) has more than 45 days")
            }
        }
        return judgement.finding(self, "terms of requests")
    }
}
