package import Schema

/// A place in which a clock runs: whose law it is under, its time zone, its week and its holidays.
package struct RightsCalendar: Sendable {
    /// The days of a week that are worked.
    package enum Week: String, Sendable, CaseIterable {
        case mondayToFriday = "Mon-Fri"
        case mondayToSaturday = "Mon-Sat"
        /// No day of the week is off; a holiday is.
        case everyDay = "none"

        /// How many days from Monday on are worked.
        var days: Int64 {
            switch self {
            case .mondayToFriday: 5
            case .mondayToSaturday: 6
            case .everyDay: 7
            }
        }
    }

    /// The region that names its law: `EU-DE`, `US-CA`, `SG`.
    package let region: String
    /// The name of its time zone in the IANA database.
    package let zone: String
    package let week: Week
    package let holidays: Set<CivilDate>
    /// Seconds east of Greenwich at a moment. It comes from outside: this module has no database of zones.
    private let offset: @Sendable (Instant) -> Int64

    package init(
        region: String, zone: String, week: Week, holidays: Set<CivilDate>,
        offset: @escaping @Sendable (Instant) -> Int64
    ) {
        (self.region, self.zone, self.week, self.holidays) = (region, zone, week, holidays)
        self.offset = offset
    }

    /// A moment as it is there.
    package func local(_ moment: Instant) -> LocalMoment { LocalMoment(moment, offset: offset(moment)) }

    /// 23:59:59 of a day there. Where clocks go back over midnight it comes twice, and the later one ends the day;
    /// where a zone leaves it out (a day that the date line took), the last second before.
    package func end(of day: CivilDate) -> LocalMoment {
        let shown = (day.days + 1) * Instant.day - Instant.second
        // offsets lie between -14 and +14 hours: what is in force a day before and after brackets the moment
        let offsets = [-Instant.day, Instant.day].map { offset(Instant(unchecked: shown + $0)) }
        let fitting = offsets.map { LocalMoment(Instant(unchecked: shown - $0 * Instant.second), offset: $0) }
            .filter { offset($0.moment) == $0.offset }
        if let last = fitting.max() { return last }
        return local(Instant(unchecked: shown - max(offsets[0], offsets[1]) * Instant.second))
    }

    /// The day itself where it is worked, else the next one that is.
    package func workingDay(from day: CivilDate) -> CivilDate {
        var day = day
        while !isWorked(day, week.days) { day = day + 1 }  // ends: holidays are finite
        return day
    }

    /// The n-th business day after a day, which itself does not count; with Saturdays, where the week has none, on the
    /// earlier reading.
    package func businessDay(_ count: Int64, after day: CivilDate, withSaturdays: Bool = false) -> CivilDate {
        let weekdays = withSaturdays ? max(week.days, Week.mondayToSaturday.days) : week.days
        var (day, left) = (day, count)
        while left > 0 {
            day = day + 1
            if isWorked(day, weekdays) { left -= 1 }
        }
        return day
    }

    private func isWorked(_ day: CivilDate, _ weekdays: Int64) -> Bool {
        day.weekday < weekdays && !holidays.contains(day)
    }
}
