package import Engine
package import Schema
import Store

/// Posts what was used to a double-entry ledger, against credit bought in advance, and tells the gateway who has some
/// left. Policy §2.2, §4.4.
package struct Billing: Service {
    package static let name: ServiceName = "billing"
    package static var owns: [any Noun.Type] {
        [
            Accounts.self, LedgerAccounts.self, Payments.self, Credits.self, Ledger.self, PostedHours.self,
            Charges.self, SpendingLimits.self, Standings.self, KeptAccounts.self, PostedDays.self,
        ]
    }
    package static let gives: [any AnyTopic] = [
        Topics.billingStanding, Topics.billingDeadLetters, Topics.trothReplies, Topics.clock,
        Topics.retentionReports(of: "billing"),
    ]

    package init() {}

    package var anchor: Input { .stream(Topics.meteringTotals, .bulk, post) }
    package var takes: [Input] {
        [.stream(Topics.identityAccounts, .control, learn), .commands(Topics.billingCommands, answer)]
    }
    package var timers: [Timer] { [.every("credit", minutes: 1, watch)] }

    /// Posts the difference between what an hour costs and what is posted for it.
    package func post(_ messages: Batch<Totals>, at now: Instant, in tx: Transaction) throws {
        let posted = PostedHours(tx: tx)
        let edge = try tx.edge(of: .hourMarks)
        var touched = Touched()
        for entry in messages.entries {
            for total in entry.message.totals where try posted.apply(total, since: edge, at: now) {
                touched.add(total.account, total.currency)
            }
        }
        try touched.tell(at: now, in: tx)
    }

    /// Takes what identity says of accounts; the higher version wins.
    package func learn(_ states: Batch<AccountState>, at now: Instant, in tx: Transaction) throws {
        for entry in states.entries { try Accounts(tx: tx).learn(entry.message) }
    }

    /// Takes what happened to payments, sets limits, and says what is left.
    package func answer(_ command: Command<BillingCommand>, at now: Instant, in tx: Transaction) throws -> Answer {
        let (message, id) = (command.message, command.account)
        guard let account = try Accounts(tx: tx).find(id) else {
            return try Payments(tx: tx).takeKept(message, of: id, at: now) ?? .refused(.unknownAccount)
        }
        if let event = PaymentEvent(message, currency: account.currency) {
            return try take(event, of: id, account, at: now, tx)
        }
        if let limit = message.limit {
            guard limit.currency == account.currency else { return .refused(.otherCurrency(account.currency)) }
            try SpendingLimits(tx: tx).set(limit, of: id)
            try Standings(tx: tx).tell(id, limit.currency, asked: true, at: now)
            return .done(.standing(try Standings(tx: tx).find(id, limit.currency, at: now)))
        }
        if let question = message.standing {
            return .done(.standing(try Standings(tx: tx).find(id, question.currency, at: now)))
        }
        if let question = message.statement { return try Statements(tx: tx).answer(question, of: id) }
        guard let question = message.balance else { return .refused(.unknownCommand) }
        let left = NanoAmount(unchecked: try Ledger(tx: tx).left(of: id, question.currency))
        return .done(.balance(Balance(account: id, currency: question.currency, balanceNano: left, asOf: now)))
    }

    /// An event that counted already is answered so, whatever its account is by now: a payment must not be given back.
    private func take(
        _ event: PaymentEvent, of id: AccountID, _ account: Accounts.Entry, at now: Instant, _ tx: Transaction
    ) throws -> Answer {
        guard event.currency == account.currency else { return .refused(.otherCurrency(account.currency)) }
        let answer = try Payments(tx: tx).take(event, of: id, isOpen: account.isOpen, at: now)
        if case .done = answer { try Standings(tx: tx).tell(id, account.currency, at: now) }
        return answer
    }

    /// Every minute: credit whose time has come expires, which cannot be undone; limits whose window is over begin
    /// anew.
    package func watch(at now: Instant, in tx: Transaction) throws {
        let credits = Credits(tx: tx)
        if try credits.hasDue(at: now), tx.clockIsProven(at: now) {
            var touched = Touched()
            for (account, currency) in try credits.lapse(at: now) where touched.add(account, currency) {
                try Settlement(tx: tx).settle(account, currency, at: now)
            }
            try touched.tell(at: now, in: tx)
        }
        try Standings(tx: tx).tellDue(at: now)
    }

    /// An erasure: the gateway forgets the account, and what it was given ends with it, as long as its hours are here
    /// to tell how much of that was used.
    package func carryOut(
        _ request: RightsRequest, since: Instant, at now: Instant, in tx: Transaction
    ) throws -> RightsProgress {
        guard request.act == .erase else { return .done }
        try Credits(tx: tx).endAll(of: request.subject.account, at: now)
        try tx.bury(request.subject.account.text, on: Topics.billingStanding)
        return .done
    }

    /// After a restore the gateway learns how the accounts stand in this file.
    package func restored(at now: Instant, in tx: Transaction) throws { try Standings(tx: tx).tellAllAnew(at: now) }

    /// On a new, empty cluster the gateway learns again who has credit.
    package func republish(at now: Instant, in tx: Transaction) throws { try Standings(tx: tx).tellAll(at: now) }
}
