package import Schema

/// For how long something is kept. In UTC; the day of the start is not counted, a period ends at 24:00 of its last day,
/// months and years end on the same date, else on the month's last day. Policy: Clocks.
package struct Period: Equatable, Sendable {
    /// What is counted.
    package enum Unit: String, Sendable, CaseIterable {
        /// Hours by the clock, for what is of use for less than days.
        case hours
        case days, months, years
        /// Years from 31 December of the year in which the financial year of the start ends. Policy §4.4.
        case financialYears = "financial years"
    }

    /// How many, 1 or more.
    package let count: Int64
    package let unit: Unit

    package init(_ count: Int64, _ unit: Unit) { (self.count, self.unit) = (count, unit) }

    /// The first moment at which what began then may go.
    package func end(of start: Instant) -> Instant {
        let day = CivilDate(days: start.days)
        switch unit {
        case .hours: return clamp(start.value + count * Instant.hour)
        case .days: return after(day + count)
        case .months: return after(day.adding(months: count))
        case .years: return after(day.adding(months: 12 * count))
        case .financialYears: return PaymentRecords.end(paidAt: start, years: count)
        }
    }

    /// The first moment that is still kept: whatever began before it may go now.
    package func edge(at now: Instant) -> Instant {
        // a later start never ends sooner
        var (low, high) = (Int64(0), now.value)
        while low < high {
            let middle = low + (high - low) / 2
            if end(of: Instant(unchecked: middle)) <= now { low = middle + 1 } else { high = middle }
        }
        return Instant(unchecked: low)
    }

    private func after(_ last: CivilDate) -> Instant { clamp((last + 1).days * Instant.day) }
    private func clamp(_ value: Int64) -> Instant { Instant(unchecked: min(value, Instant.range.upperBound)) }

    /// `90 days`.
    package var text: String {
        count == 1 ? "1 \(unit.rawValue.dropLast())" : "\(count) \(unit.rawValue)"
    }
}
