import Schema

/// Something that happened to a payment, and what several of them come to. docs/contracts.md: Totals and money.
struct PaymentEvent: Equatable {
    let payment: PaymentID
    let kind: Kind
    let step: PaymentStep
    let currency: Currency
    /// Of a dispute and its end 0: they are over all that is left.
    let nano: Int64
    /// `Credits.never`, but of promotions.
    let expiry: Int64

    /// What happened, by the name that tables give it.
    enum Kind: String {
        case topUp = "top-up"
        case promotion, refund, dispute, reinstatement

        /// True for what a grant begins with: its first event, whenever it arrives.
        var givesCredit: Bool { self == .topUp || self == .promotion }
        /// The place among a payment's events.
        var place: Int {
            switch self {
            case .topUp, .promotion: 0
            case .refund: 1
            case .dispute: 2
            case .reinstatement: 3
            }
        }
        var purpose: Ledger.Purpose {
            switch self {
            case .topUp: .topUp
            case .promotion: .promotion
            case .refund: .refund
            case .dispute: .dispute
            case .reinstatement: .reinstatement
            }
        }
    }

    init(payment: PaymentID, kind: Kind, step: PaymentStep, currency: Currency, nano: Int64, expiry: Int64) {
        (self.payment, self.kind, self.step, self.currency) = (payment, kind, step, currency)
        (self.nano, self.expiry) = (nano, expiry)
    }

    /// The event that a command tells, in the account's currency where it names none. Nil: it tells none.
    init?(_ command: BillingCommand, currency: Currency) {
        let first = PaymentStep(unchecked: 1)
        if let topUp = command.topUp {
            self.init(
                payment: topUp.payment, kind: .topUp, step: first, currency: topUp.currency, nano: topUp.nano.value,
                expiry: Credits.never)
        } else if let promotion = command.promotion {
            self.init(
                payment: promotion.payment, kind: .promotion, step: first, currency: promotion.currency,
                nano: promotion.nano.value, expiry: promotion.expires?.value ?? Credits.never)
        } else if let refund = command.refund {
            self.init(
                payment: refund.payment, kind: .refund, step: refund.step, currency: refund.currency,
                nano: refund.nano.value, expiry: Credits.never)
        } else if let dispute = command.dispute ?? command.reinstate {
            self.init(
                payment: dispute.payment, kind: command.dispute == nil ? .reinstatement : .dispute, step: dispute.step,
                currency: currency, nano: 0, expiry: Credits.never)
        } else {
            return nil
        }
    }

    /// The grant that the credit of a payment is.
    var place: Credits.Place {
        let isBought = kind != .promotion
        return Credits.Place(
            priority: isBought ? Credits.boughtPriority : Credits.promotionalPriority, expiry: expiry, id: payment)
    }

    /// What each of a payment's events does to its grant, given all that are known in their order: nothing before the
    /// payment is there. Refunds count as far as it goes. A dispute takes what they leave, its end gives that back.
    static func effects(_ events: [PaymentEvent]) -> [Int64] {
        guard let paid = events.first, paid.kind.givesCredit else { return events.map { _ in 0 } }
        var (left, isTaken) = (paid.nano, false)
        return events.map { event in
            switch event.kind {
            case .topUp, .promotion: return event.nano
            case .refund:
                guard event.nano <= left else { return 0 }
                left -= event.nano
                return -event.nano
            case .dispute:
                if events.has(.reinstatement, event.step) { return -left }
                // a second open dispute finds nothing
                defer { isTaken = true }
                return isTaken ? 0 : -left
            case .reinstatement: return events.has(.dispute, event.step) ? left : 0
            }
        }
    }

    /// What became of a payment.
    static func state(_ events: [PaymentEvent], of payment: PaymentID) -> PaymentState {
        let effects = effects(events)
        let paid = events.first.map { $0.kind.givesCredit ? $0.nano : 0 } ?? 0
        let refunded = zip(events, effects).reduce(0) { $0 - ($1.0.kind == .refund ? $1.1 : 0) }
        let isDisputed = events.contains { $0.kind == .dispute && !events.has(.reinstatement, $0.step) }
        return PaymentState(
            payment: payment, paidNano: NanoAmount(unchecked: paid), refundedNano: NanoAmount(unchecked: refunded),
            disputed: Flag(isDisputed))
    }
}

extension [PaymentEvent] {
    fileprivate func has(_ kind: PaymentEvent.Kind, _ step: PaymentStep) -> Bool {
        contains { $0.kind == kind && $0.step == step }
    }
}
