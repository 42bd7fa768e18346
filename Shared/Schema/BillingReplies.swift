/// What an account has left, prepaid less used; negative where more was used than paid.
package struct Balance: Codable, Equatable, Sendable {
    package var account: AccountID
    package var currency: Currency
    package var balanceNano: NanoAmount
    package var asOf: Instant
    package init(account: AccountID, currency: Currency, balanceNano: NanoAmount, asOf: Instant) {
        (self.account, self.currency, self.balanceNano, self.asOf) = (account, currency, balanceNano, asOf)
    }
}

/// What became of a payment.
package struct PaymentState: Codable, Equatable, Sendable {
    package var payment: PaymentID
    /// What was paid or given; 0: it has not arrived, and what was said of it waits.
    package var paidNano: NanoAmount
    package var refundedNano: NanoAmount
    /// A dispute over it is open.
    package var disputed: Flag
    package init(payment: PaymentID, paidNano: NanoAmount, refundedNano: NanoAmount, disputed: Flag) {
        (self.payment, self.paidNano) = (payment, paidNano)
        (self.refundedNano, self.disputed) = (refundedNano, disputed)
    }
}

/// `billing.standing`: whether a gateway lets an account's calls through. The highest revision wins.
package struct Standing: Message {
    package static let type = "troth.billing.standing.v1"
    package var account: AccountID
    package var revision: Revision
    package var standing: CreditStanding
    package var currency: Currency
    /// What may still be spent: of the balance, and of the limit in its window where there is one.
    package var availableNano: NanoAmount
    package var limitNano: NanoAmount?
    package var window: LimitWindow?
    package var asOf: Instant
    package init(
        account: AccountID, revision: Revision, standing: CreditStanding, currency: Currency, availableNano: NanoAmount,
        limitNano: NanoAmount?, window: LimitWindow?, asOf: Instant
    ) {
        (self.account, self.revision, self.standing, self.currency) = (account, revision, standing, currency)
        (self.availableNano, self.limitNano, self.window) = (availableNano, limitNano, window)
        self.asOf = asOf
    }
}

/// What a gateway does with an account's calls: it lets them through, or not; `low` is a warning.
package enum CreditStanding: String, NamedField {
    case ok, low, stop
    package static let category = DataCategory.payment
    package static let example = CreditStanding.ok
}

/// What came and went, in the order of time.
package struct AccountStatement: Codable, Equatable, Sendable {
    package var account: AccountID
    package var currency: Currency
    package var from: Instant
    package var to: Instant
    /// The balance before the first line …
    package var openingNano: NanoAmount
    /// At most `linesMax`.
    package var lines: [StatementLine]
    /// … and after the last.
    package var closingNano: NanoAmount
    package init(
        account: AccountID, currency: Currency, from: Instant, to: Instant, openingNano: NanoAmount,
        lines: [StatementLine], closingNano: NanoAmount
    ) {
        (self.account, self.currency, self.from, self.to) = (account, currency, from, to)
        (self.openingNano, self.lines, self.closingNano) = (openingNano, lines, closingNano)
    }
    /// Lines in one statement at most.
    package static let linesMax = 1_000
}

/// A payment's event, or what one day's postings charged for usage.
package struct StatementLine: Codable, Equatable, Sendable {
    /// When it was posted; of a day's usage, the first of its postings.
    package var at: Instant
    package var kind: StatementKind
    /// Whose event it is; absent for usage.
    package var payment: PaymentID?
    /// Above 0: to the customer's good.
    package var nano: NanoAmount
    package init(at: Instant, kind: StatementKind, payment: PaymentID?, nano: NanoAmount) {
        (self.at, self.kind, self.payment, self.nano) = (at, kind, payment, nano)
    }
}

/// What a line of a statement is about.
package enum StatementKind: String, NamedField {
    case topUp = "top-up"
    case refund, dispute, reinstatement, promotion, expiry, usage
    package static let category = DataCategory.payment
    package static let example = StatementKind.topUp
}
