package import Schema

/// The accounts that act, what becomes of each: whether somebody says that there is one, when, and from when to when
/// its calls count. Written from the contract's rules, not from the service's code.
package struct AccountModel: Sendable {
    /// When the services can know of an account.
    package enum Arrival: Equatable, Sendable {
        /// Before anything runs.
        case before
        /// During the run: its first calls may come before.
        case later
        /// Nobody ever says that there is one.
        case never
    }
    /// The life of an account.
    package struct Life: Equatable, Sendable {
        package var arrival: Arrival
        package var opened: Instant
        /// In its last version.
        package var closed: Instant?
        /// Its first version says already that it is closed.
        package var isClosedAtFirst = false
    }
    private var lives: [AccountID: Life] = [:]

    /// Begins the life of an account.
    package mutating func add(_ account: AccountID, _ life: Life) { lives[account] = life }

    /// The life of an account; one that no workload speaks of is never heard of.
    package func life(of account: AccountID) -> Life {
        lives[account] ?? Life(arrival: .never, opened: Instant(unchecked: 0))
    }

    /// Why a call must be refused, as its account is; nil: it must be admitted.
    package func refusal(_ call: Call, of account: AccountID) -> Refusal.Reason? {
        let life = life(of: account)
        guard life.arrival != .never else { return .unknownAccount }
        let minutes = 5 * Instant.minute
        let isEarly = call.calledAt - life.opened < -minutes
        let isLate = life.closed.map { call.calledAt - $0 > minutes } ?? false
        return isEarly || isLate ? .closedAccount : nil
    }

    /// What the answer to a payment may be, and whether it must count.
    package func payment(by account: AccountID) -> (outcomes: [ReplyOutcome], isCertain: Bool) {
        let life = life(of: account)
        if life.arrival == .never || life.isClosedAtFirst { return ([.refused], false) }
        if life.arrival == .before, life.closed == nil { return ([.done], true) }
        return ([.done, .refused], false)
    }

    /// What the answer to a question of its balance may be.
    package func balance(of account: AccountID) -> [ReplyOutcome] {
        switch life(of: account).arrival {
        case .before: [.done]
        case .later: [.done, .refused]
        case .never: [.refused]
        }
    }
}
