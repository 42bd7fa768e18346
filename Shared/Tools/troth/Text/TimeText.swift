import Runtime
package import Schema

/// Moments as text: RFC 3339, or a day, which is its first moment in UTC.
package enum TimeText {
    /// Reads `2026-11-24`, `2026-11-24T08:30:00Z`, `2026-11-24 08:30:00.1234567` (UTC) or a time with an offset such as
    /// `+08:00`; nil for anything else. Digits below a microsecond are dropped.
    package static func instant(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == 45, bytes[7] == 45, let year = number(bytes, 0, 4),
            let month = number(bytes, 5, 2), let day = number(bytes, 8, 2), let days = days(year, month, day)
        else { return nil }
        guard bytes.count > 10 else { return Instant(days * Instant.day) }
        guard bytes.count >= 19, [84, 116, 32].contains(bytes[10]), bytes[13] == 58, bytes[16] == 58,
            let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2), let second = number(bytes, 17, 2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var at = 19
        guard let microseconds = fraction(bytes, &at), let offset = offset(bytes, at) else { return nil }
        let seconds = hour * 3600 + minute * 60 + second - offset
        return Instant(days * Instant.day + seconds * Instant.second + microseconds)
    }

    /// RFC 3339 in UTC, to the microsecond.
    package static func exact(_ moment: Instant) -> String {
        let fraction = String(moment.value % Instant.second)
        let zeros = String(repeating: "0", count: 6 - fraction.utf8.count)
        return moment.description.dropLast() + "." + zeros + fraction + "Z"
    }

    /// The machine's clock; where a development deployment has moved its own, that.
    package static func now() -> Instant {
        ShardClock.refresh()
        return ShardClock.now()
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64? {
        guard start + count <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[start..<start + count] {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 48)
        }
        return value
    }

    /// The whole days since 1970 of a civil date; nil where there is no such date.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        guard year >= 1970, (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = shifted % 400 * 365 + shifted % 400 / 4 - shifted % 400 / 100 + dayOfYear
        let days = shifted / 400 * 146_097 + dayOfEra - 719_468
        let back = civilDate(days)
        return back.year == year && back.month == month && back.day == day ? days : nil
    }

    private static func fraction(_ bytes: [UInt8], _ at: inout Int) -> Int64? {
        guard at < bytes.count, bytes[at] == 46 else { return 0 }
        let start = at + 1
        at = start
        while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
        guard (1...9).contains(at - start), let digits = number(bytes, start, min(6, at - start)) else { return nil }
        return (min(6, at - start)..<6).reduce(digits) { value, _ in value * 10 }
    }

    /// Seconds east of Greenwich.
    private static func offset(_ bytes: [UInt8], _ at: Int) -> Int64? {
        if at == bytes.count || (at == bytes.count - 1 && [90, 122].contains(bytes[at])) { return 0 }
        guard at == bytes.count - 6, [43, 45].contains(bytes[at]), bytes[at + 3] == 58,
            let hours = number(bytes, at + 1, 2), let minutes = number(bytes, at + 4, 2), hours < 24, minutes < 60
        else { return nil }
        return (bytes[at] == 45 ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
