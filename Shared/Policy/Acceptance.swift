package import Schema

/// Which calls metering admits, by their time. A call is kept 90 days (policy §4.2), so one that comes so late that it
/// would be purged at once is refused; clocks of gateways may be a little ahead.
package enum Acceptance {
    /// How old a call may be: 89 days.
    package static let age: Int64 = 89 * Instant.day
    /// How far ahead of our clock it may be: 5 minutes.
    package static let ahead: Int64 = 5 * Instant.minute

    /// The calls that are admitted at a moment: [now − 89 d, now + 5 min].
    @inlinable package static func window(at now: Instant) -> ClosedRange<Instant> {
        Instant(unchecked: max(0, now.value - age))...(now + ahead)
    }
}
