import Schema

/// Why billing does not do what it was told.
extension Remark {
    static let unknownCommand = Remark(text: "there is no such command: see troth --help") ?? .example
    static let unknownAccount =
        Remark(text: "no such account is known here yet: register it, or try again in a moment") ?? .example
    static func otherCurrency(_ currency: Currency) -> Remark {
        Remark(text: "the account is kept in \(currency): pay in that currency") ?? .example
    }
    static let otherPayment =
        Remark(text: "an event of this id was received with another amount, currency or account") ?? .example
    static let beyondPayment =
        Remark(text: "more than is left of the payment: the refund is on record and counts for nothing") ?? .example
    static let closedAccount = Remark(text: "the account is closed: restore it, then pay") ?? .example
    static let longStatement =
        Remark(text: "no statement of that time: ask for at most 93 days, or fewer where they have over 1,000 lines")
        ?? .example
}
