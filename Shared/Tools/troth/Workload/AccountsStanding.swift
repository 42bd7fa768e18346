import Policy
package import Schema

/// What identity says of the accounts of a workload, and so what must become of their calls.
package enum AccountsStanding: Equatable, Sendable {
    /// They are open, at the earliest since a moment; nil: for longer than any call is old.
    case open(since: Instant?)
    /// Nobody has registered them: their calls wait, and are refused after 24 hours.
    case unknown

    /// A call with what must become of it, where `expect` would hold for an account that was always open.
    func entry(
        _ account: AccountID, _ call: Call, _ expect: Expectation, why: String? = nil
    ) -> ManifestEntry {
        let isTaken = expect != .refused && expect != .outside
        switch self {
        case .unknown where isTaken:
            return ManifestEntry(account, call, .waiting, why: why ?? "its account is not known")
        case .open(let since?) where isTaken && call.calledAt < since + -AccountLife.tolerance:
            return ManifestEntry(account, call, .refused, why: AccountsStanding.early)
        default: return ManifestEntry(account, call, expect, why: why)
        }
    }

    /// As the manifest names a call that is older than its account.
    package static let early = "older than its account"
}
