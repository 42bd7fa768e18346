package import Schema

/// The windows of spending limits: days and months of UTC. docs/contracts.md: Totals and money.
package enum SpendingWindow {
    /// The window that a moment is in: from its first moment on, before its last.
    package static func around(_ moment: Instant, _ window: LimitWindow) -> Range<Instant> {
        let today = moment.days
        let date = civilDate(today)
        let (first, next): (Int64, Int64) =
            switch window {
            case .day: (today, today + 1)
            case .month:
                (
                    daysSince1970(year: date.year, month: date.month, day: 1),
                    daysSince1970(
                        year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
                )
            }
        return Instant(unchecked: first * Instant.day)..<Instant(unchecked: next * Instant.day)
    }
}
