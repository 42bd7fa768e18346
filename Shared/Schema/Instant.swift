/// A moment: microseconds since 1970-01-01T00:00:00Z.
package struct Instant: IntegerField, CustomStringConvertible {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }

    /// Of a record's timestamp in milliseconds, which a client may have set to anything: the nearest moment that there
    /// is.
    @inlinable package init(clampingMilliseconds milliseconds: Int64) {
        self.init(unchecked: min(max(0, milliseconds), Instant.range.upperBound / 1_000) * 1_000)
    }

    /// From 1970 to the year 9999.
    package static let range: ClosedRange<Int64> = 0...253_402_300_799_999_999
    package static let category = DataCategory.none
    package static let example = Instant(unchecked: 1_795_456_800_000_000)

    /// Microseconds in a second, a minute, an hour and a day.
    package static let second: Int64 = 1_000_000
    package static let minute: Int64 = 60 * second
    package static let hour: Int64 = 60 * minute
    package static let day: Int64 = 24 * hour

    /// The whole hours since 1970.
    @inlinable package var hours: Int64 { value / 3_600_000_000 }
    /// The whole UTC days since 1970.
    @inlinable package var days: Int64 { value / 86_400_000_000 }

    @inlinable package static func + (left: Instant, microseconds: Int64) -> Instant {
        Instant(unchecked: left.value &+ microseconds)
    }
    @inlinable package static func - (left: Instant, right: Instant) -> Int64 { left.value &- right.value }

    /// RFC 3339 in UTC, to the second.
    package var description: String {
        let day = civilDate(days)
        let second = value / Instant.second % 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day.year)-\(two(day.month))-\(two(day.day))T"
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }
}

/// An hour of UTC, by its first moment.
package struct Hour: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range = Instant.range
    package static let category = DataCategory.usage
    package static let example = Hour(unchecked: 1_795_456_800_000_000)

    /// The hour that a moment is in.
    @inlinable package init(of moment: Instant) { value = moment.hours * 3_600_000_000 }
}

/// Year, month and day of a count of days since 1970, proleptic Gregorian.
package func civilDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    return (
        yearOfEra + era * 400 + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9,
        dayOfYear - (153 * month + 2) / 5 + 1
    )
}

extension Instant {
    /// Reads what `description` writes: `2026-11-24T10:15:00Z`; nil for any other form.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58, bytes[16] == 58,
            bytes[19] == 90
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            range.reduce(into: Int64?(0)) { sum, at in
                let digit = Int64(bytes[at]) - 48
                sum = (0...9).contains(digit) ? sum.map { $0 * 10 + digit } : nil
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1970...9999).contains(year), (1...12).contains(month), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = daysSince1970(year: year, month: month, day: day)
        guard civilDate(days) == (year, month, day) else { return nil }
        self.init(
            unchecked: days * Instant.day + hour * Instant.hour + minute * Instant.minute + second * Instant.second)
    }
}

/// The days from 1970-01-01 to a date, proleptic Gregorian: the inverse of `civilDate`.
package func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}
