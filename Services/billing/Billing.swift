package import Engine
package import Schema
import Store

/// Posts what was used to a double-entry ledger, against credit bought in advance. Policy §2.2, §4.4.
package struct Billing: Service {
    package static let name: ServiceName = "billing"
    package static var owns: [any Noun.Type] {
        [Ledger.self, Payments.self, Credits.self, PostedHours.self]
    }
    package static let gives: [any AnyTopic] = [Topics.billingDeadLetters, Topics.trothReplies]

    /// The currency of accounts. Another one is refused.
    let currency: Currency

    package init(currency: Currency) { self.currency = currency }

    package var anchor: Input { .stream(Topics.meteringTotals, .bulk, post) }
    package var takes: [Input] { [.commands(Topics.billingCommands, answer)] }
    package var timers: [Timer] { [] }

    /// Posts the difference between what an hour costs and what is posted for it.
    package func post(_ messages: Batch<Totals>, at now: Instant, in tx: Transaction) throws {
        let posted = PostedHours(tx: tx)
        for entry in messages.entries {
            for total in entry.message.totals { try posted.apply(total, at: now) }
        }
    }

    /// Takes top-ups, and says what is left.
    package func answer(
        _ command: BillingCommand, of account: AccountID, at now: Instant, in tx: Transaction
    ) throws -> Answer {
        if let topUp = command.topUp {
            guard topUp.currency == currency else { return .refused(.otherCurrency(currency)) }
            guard try Payments(tx: tx).receive(topUp, from: account, at: now) else { return .refused(.otherPayment) }
            return .done(balance: try balance(of: account, topUp.currency, at: now, tx))
        }
        guard let question = command.balance else { return .refused(.unknownCommand) }
        return .done(balance: try balance(of: account, question.currency, at: now, tx))
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
    static func otherCurrency(_ currency: Currency) -> Remark {
        Remark(text: "the account is kept in \(currency): pay in that currency") ?? .example
    }
}
