/// To billing, keyed by account: exactly one of its commands.
package struct BillingCommand: CommandMessage {
    package static let type = "troth.billing.command.v1"
    package var replyTo: ReplyAddress?
    /// A payment arrived: its amount becomes credit.
    package var topUp: TopUp?
    /// What is left. A question.
    package var balance: BalanceQuestion?
    /// A part of a payment went back.
    package var refund: Refund?
    /// The payer's bank took a payment back.
    package var dispute: Dispute?
    /// A dispute was won: its payment is here again.
    package var reinstate: Dispute?
    /// Credit that nobody paid for.
    package var promotion: Promotion?
    /// What an account may spend in a window of time.
    package var limit: SpendingLimit?
    /// Whether the gateway lets calls through. A question.
    package var standing: BalanceQuestion?
    /// What came and went. A question.
    package var statement: StatementQuestion?

    package init(topUp: TopUp, replyTo: ReplyAddress?) { (self.topUp, self.replyTo) = (topUp, replyTo) }
    package init(balance: BalanceQuestion, replyTo: ReplyAddress?) { (self.balance, self.replyTo) = (balance, replyTo) }
    package init(refund: Refund, replyTo: ReplyAddress?) { (self.refund, self.replyTo) = (refund, replyTo) }
    package init(dispute: Dispute, replyTo: ReplyAddress?) { (self.dispute, self.replyTo) = (dispute, replyTo) }
    package init(reinstate: Dispute, replyTo: ReplyAddress?) { (self.reinstate, self.replyTo) = (reinstate, replyTo) }
    package init(promotion: Promotion, replyTo: ReplyAddress?) { (self.promotion, self.replyTo) = (promotion, replyTo) }
    package init(limit: SpendingLimit, replyTo: ReplyAddress?) { (self.limit, self.replyTo) = (limit, replyTo) }
    package init(standing: BalanceQuestion, replyTo: ReplyAddress?) {
        (self.standing, self.replyTo) = (standing, replyTo)
    }
    package init(statement: StatementQuestion, replyTo: ReplyAddress?) {
        (self.statement, self.replyTo) = (statement, replyTo)
    }
    package var isQuestion: Bool { balance != nil || standing != nil || statement != nil }

    /// Amounts are above 0, those of credit at most `TopUp.nanoMax`; credit ends at a whole hour; a limit has a window.
    package func check() throws(Refusal) {
        for credit in [topUp?.nano, promotion?.nano, refund?.nano].compactMap({ $0 })
        where !(1...TopUp.nanoMax).contains(credit.value) {
            throw Refusal(.wrongValue, field: "nano")
        }
        if let expires = promotion?.expires, expires.value % Instant.hour != 0 {
            throw Refusal(.wrongValue, field: "expires")
        }
        guard let limit else { return }
        guard (limit.nano == nil) == (limit.window == nil) else { throw Refusal(.missingField, field: "window") }
        if let nano = limit.nano, nano.value < 1 { throw Refusal(.wrongValue, field: "nano") }
    }
}

/// Credit bought in advance. Its effect is unique by payment, for the ledger's life. At most 1,000 of a currency.
package struct TopUp: Codable, Equatable, Sendable {
    package var payment: PaymentID
    package var currency: Currency
    package var nano: NanoAmount
    package init(payment: PaymentID, currency: Currency, nano: NanoAmount) {
        (self.payment, self.currency, self.nano) = (payment, currency, nano)
    }
    /// A top-up at most: 1,000 of the currency, in nano-units.
    package static let nanoMax: Int64 = 1_000_000_000_000
}

/// A part of a payment that went back to whoever paid. It may arrive before its payment, and then waits for it.
package struct Refund: Codable, Equatable, Sendable {
    package var payment: PaymentID
    /// Which refund of the payment it is: they count in this order, as far as the payment goes.
    package var step: PaymentStep
    package var currency: Currency
    package var nano: NanoAmount
    package init(payment: PaymentID, step: PaymentStep, currency: Currency, nano: NanoAmount) {
        (self.payment, self.step, self.currency, self.nano) = (payment, step, currency, nano)
    }
}

/// A dispute over what is left of a payment, or its end in our favour: both have the same step.
package struct Dispute: Codable, Equatable, Sendable {
    package var payment: PaymentID
    /// Which dispute over the payment it is.
    package var step: PaymentStep
    package init(payment: PaymentID, step: PaymentStep) { (self.payment, self.step) = (payment, step) }
}

/// Promotional credit: used before bought credit, and only for calls from before it ends.
package struct Promotion: Codable, Equatable, Sendable {
    /// Its id; its effect is unique by it, as a payment's.
    package var payment: PaymentID
    package var currency: Currency
    package var nano: NanoAmount
    /// A whole hour of UTC; absent: it does not end.
    package var expires: Instant?
    package init(payment: PaymentID, currency: Currency, nano: NanoAmount, expires: Instant?) {
        (self.payment, self.currency, self.nano, self.expires) = (payment, currency, nano, expires)
    }
}

/// What an account may spend in each window; without an amount and a window: as much as it has. It stops the gateway,
/// not the books.
package struct SpendingLimit: Codable, Equatable, Sendable {
    package var currency: Currency
    package var nano: NanoAmount?
    package var window: LimitWindow?
    package init(currency: Currency, nano: NanoAmount?, window: LimitWindow?) {
        (self.currency, self.nano, self.window) = (currency, nano, window)
    }
}

/// A window of a spending limit: a day or a month of UTC, by the time of the calls.
package enum LimitWindow: String, NamedField {
    case day, month
    package static let example = LimitWindow.month
}

/// Asks for an account's balance, or its standing, in a currency.
package struct BalanceQuestion: Codable, Equatable, Sendable {
    package var currency: Currency
    package init(currency: Currency) { self.currency = currency }
}

/// Asks what came and went in [from, to).
package struct StatementQuestion: Codable, Equatable, Sendable {
    package var currency: Currency
    package var from: Instant
    package var to: Instant
    package init(currency: Currency, from: Instant, to: Instant) {
        (self.currency, self.from, self.to) = (currency, from, to)
    }
}

/// The how manieth of its kind an event of a payment is.
package struct PaymentStep: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 1...100
    package static let category = DataCategory.payment
    package static let example = PaymentStep(unchecked: 1)
}
