package import Engine
package import Schema
import Store

/// Posts what was used to a double-entry ledger, against credit bought in advance. Policy §2.2, §4.4.
package struct Billing: Service {
    package static let name: ServiceName = "billing"
    package static var owns: [any Noun.Type] {
        [Accounts.self, Ledger.self, Payments.self, Credits.self, PostedHours.self]
    }
    package static let gives: [any AnyTopic] = [Topics.billingDeadLetters, Topics.trothReplies]

    package init() {}

    package var anchor: Input { .stream(Topics.meteringTotals, .bulk, post) }
    package var takes: [Input] {
        [.stream(Topics.identityAccounts, .control, learn), .commands(Topics.billingCommands, answer)]
    }
    package var timers: [Timer] { [] }

    /// Posts the difference between what an hour costs and what is posted for it.
    package func post(_ messages: Batch<Totals>, at now: Instant, in tx: Transaction) throws {
        let posted = PostedHours(tx: tx)
        for entry in messages.entries {
            for total in entry.message.totals { try posted.apply(total, at: now) }
        }
    }

    /// Takes what identity says of accounts; the higher version wins.
    package func learn(_ states: Batch<AccountState>, at now: Instant, in tx: Transaction) throws {
        for entry in states.entries { try Accounts(tx: tx).learn(entry.message) }
    }

    /// Takes top-ups, and says what is left.
    package func answer(_ command: Command<BillingCommand>, at now: Instant, in tx: Transaction) throws -> Answer {
        guard let account = try Accounts(tx: tx).find(command.account) else { return .refused(.unknownAccount) }
        if let topUp = command.message.topUp { return try take(topUp, command.account, account, at: now, tx) }
        guard let question = command.message.balance else { return .refused(.unknownCommand) }
        return .done(.balance(try balance(of: command.account, question.currency, at: now, tx)))
    }

    /// A payment that counted already is answered so, whatever its account is by now: it must not be given back.
    private func take(
        _ topUp: TopUp, _ id: AccountID, _ account: Accounts.Entry, at now: Instant, _ tx: Transaction
    ) throws -> Answer {
        let payments = Payments(tx: tx)
        switch try payments.find(topUp, from: id) {
        case .other: return .refused(.otherPayment)
        case .same: break
        case .none:
            guard account.isOpen else { return .refused(.closedAccount) }
            guard topUp.currency == account.currency else { return .refused(.otherCurrency(account.currency)) }
            try payments.receive(topUp, from: id, at: now)
        }
        return .done(.balance(try balance(of: id, topUp.currency, at: now, tx)))
    }

    private func balance(
        of account: AccountID, _ currency: Currency, at now: Instant, _ tx: Transaction
    ) throws -> Balance {
        let ledger = Ledger(tx: tx)
        // a liability's credit is negative in the ledger: what we owe the customer is what he has left
        let prepaid = try ledger.balance(.prepaid, of: account, currency)
        let owed = try ledger.balance(.receivable, of: account, currency)
        return Balance(
            account: account, currency: currency, balanceNano: NanoAmount(unchecked: -prepaid - owed), asOf: now)
    }
}

extension Remark {
    static let unknownCommand = Remark(text: "there is no such command: see troth --help") ?? .example
    static let otherPayment =
        Remark(text: "a payment of this id was received with another amount or account") ?? .example
    static let unknownAccount =
        Remark(text: "no such account is known here yet: register it, or try again in a moment") ?? .example
    static let closedAccount = Remark(text: "the account is closed: restore it, then pay") ?? .example
    static func otherCurrency(_ currency: Currency) -> Remark {
        Remark(text: "the account is kept in \(currency): pay in that currency") ?? .example
    }
}
