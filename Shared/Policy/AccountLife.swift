package import Schema

/// Which calls of an account count, by their time: those of its life, and a little around it, for clocks
/// differ. docs/contracts.md: Who.
package enum AccountLife {
    /// How long before the opening and after the closing a call may lie: 5 minutes.
    package static let tolerance: Int64 = 5 * Instant.minute

    /// The calls that count: [opened − 5 min, closed + 5 min]; without an end while the account is open.
    package static func window(opened: Instant, closed: Instant?) -> ClosedRange<Instant> {
        let first = Instant(unchecked: max(0, opened.value - tolerance))
        guard let closed else { return first...Instant(unchecked: max(first.value, Instant.range.upperBound)) }
        return first...max(first, closed + tolerance)
    }
}
