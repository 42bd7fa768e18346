package import Schema

/// A moment as the clocks of a place show it: RFC 3339 with the place's offset, to the second.
package struct LocalMoment: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let moment: Instant
    /// Seconds east of Greenwich at that moment and place.
    package let offset: Int64

    package init(_ moment: Instant, offset: Int64) { (self.moment, self.offset) = (moment, offset) }

    /// The day that is there.
    package var date: CivilDate { CivilDate(days: floorDivide(moment.value + offset * Instant.second, Instant.day)) }

    /// `2026-12-24T23:59:59+01:00`. RFC 3339 has no seconds in an offset: they are left out, and the time follows.
    package var description: String {
        let minutes = offset / 60
        let local = floorDivide(moment.value, Instant.second) + minutes * 60
        let day = floorDivide(local, 86_400)
        let second = local - day * 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let sign = minutes < 0 ? "-" : "+"
        return "\(CivilDate(days: day))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
            + "\(sign)\(two(abs(minutes) / 60)):\(two(abs(minutes) % 60))"
    }

    /// By the moment; of the same moment in two places neither is earlier.
    package static func < (left: LocalMoment, right: LocalMoment) -> Bool { left.moment < right.moment }
}

/// The quotient, rounded down, for moments before 1970 in places west of Greenwich.
private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value / divisor - (value % divisor < 0 ? 1 : 0)
}
