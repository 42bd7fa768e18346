package import Schema

/// What was paid, commanded and asked.
package struct MoneyModel: Sendable {
    /// A payment and what was said of it: more than one amount where two commands disagree, and the first one counts.
    package struct Payment: Sendable {
        package let id: PaymentID
        package let account: AccountID
        package var amounts: [Int64]
        /// False where it may be refused.
        package let isCertain: Bool
    }
    /// A command or a question that is answered.
    package struct Asked: Sendable {
        package let id: String
        package let isQuestion: Bool
        /// What the answer may be.
        package let outcomes: [ReplyOutcome]
        /// True where it has no address.
        package let isSilent: Bool
    }
    /// Something that was said of a payment besides that it arrived.
    package struct Event: Hashable, Sendable {
        package let payment: PaymentID
        /// As the table of payments names it.
        package let kind: String
        package let step: Int64
        package let nano: Int64
    }
    package private(set) var payments: [Payment] = []
    package private(set) var events: [(event: Event, account: AccountID, isCertain: Bool)] = []
    package private(set) var asked: [Asked] = []

    /// A payment that is commanded.
    package mutating func pay(_ id: PaymentID, by account: AccountID, _ amount: Int64, isCertain: Bool) {
        if let index = payments.firstIndex(where: { $0.id == id }) {
            payments[index].amounts.append(amount)
        } else {
            payments.append(Payment(id: id, account: account, amounts: [amount], isCertain: isCertain))
        }
    }

    /// An event of a payment that is commanded.
    package mutating func tell(_ event: Event, of account: AccountID, isCertain: Bool) {
        events.append((event, account, isCertain))
    }

    /// A command or a question.
    package mutating func ask(_ id: String, isQuestion: Bool, outcomes: [ReplyOutcome], isSilent: Bool = false) {
        asked.append(Asked(id: id, isQuestion: isQuestion, outcomes: outcomes, isSilent: isSilent))
    }
}
