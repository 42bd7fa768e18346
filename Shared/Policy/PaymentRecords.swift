package import Schema

/// How long payment records are kept: five years from 31 December of the year in which the financial year of the
/// payment ends. Policy §4.4: the later of Companies Act 1967 s 199(2) and the tax authority's rule.
package enum PaymentRecords {
    /// Years that they are kept.
    package static let years: Int64 = 5

    /// The first moment at which the record of a payment may go: its last day's end, in UTC.
    package static func end(
        paidAt moment: Instant, financialYear: FinancialYear = .calendar, years: Int64 = years
    ) -> Instant {
        let first = daysSince1970(year: financialYear.ends(for: moment) + years + 1, month: 1, day: 1)
        return Instant(unchecked: min(first * Instant.day, Instant.range.upperBound))
    }
}

/// On which day of each year a financial year ends.
package struct FinancialYear: Equatable, Sendable {
    /// 1…12.
    package let month: Int64
    /// 1…31; where the month has fewer days, its last one.
    package let day: Int64

    /// Nil where there is no such month or day.
    package init?(endsInMonth month: Int64, day: Int64) {
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        (self.month, self.day) = (month, day)
    }
    private init() { (month, day) = (12, 31) }

    /// It ends on 31 December.
    package static let calendar = FinancialYear()

    /// The year in which the financial year ends that a moment lies in.
    func ends(for moment: Instant) -> Int64 {
        let date = civilDate(moment.days)
        return (date.month, date.day) <= (month, lastDay(of: date.year)) ? date.year : date.year + 1
    }

    /// The last day of the financial year in the month that it ends in.
    private func lastDay(of year: Int64) -> Int64 {
        let next = daysSince1970(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
        return min(day, next - daysSince1970(year: year, month: month, day: 1))
    }
}
