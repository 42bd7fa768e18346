import Schema

/// A day of the civil calendar (proleptic Gregorian), in no time zone.
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The days since 1970-01-01; before it negative.
    package let days: Int64
    package init(days: Int64) { self.days = days }

    /// Reads `2026-11-24`; nil for any other form, a day that does not exist, and years before 1970.
    package init?(_ text: String) {
        guard text.utf8.count == 10, let midnight = Instant(rfc3339: text + "T00:00:00Z") else { return nil }
        days = midnight.days
    }

    package var description: String {
        let date = civilDate(days)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day))"
    }

    /// The day of the week: Monday is 0, Sunday 6.
    package var weekday: Int64 { ((days + 3) % 7 + 7) % 7 }  // 1970-01-01 was a Thursday

    /// The same date so many months later, or that month's last day where it has no such date.
    package func adding(months: Int64) -> CivilDate {
        let from = civilDate(days)
        func first(_ months: Int64) -> Int64 {
            let month = from.month - 1 + months
            return daysSince1970(year: from.year + month / 12, month: month % 12 + 1, day: 1)
        }
        return CivilDate(days: min(first(months) + from.day, first(months + 1)) - 1)
    }

    package static func + (left: CivilDate, days: Int64) -> CivilDate { CivilDate(days: left.days + days) }
    package static func < (left: CivilDate, right: CivilDate) -> Bool { left.days < right.days }
}
