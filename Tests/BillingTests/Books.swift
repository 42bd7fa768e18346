import BillingService
import Engine
import Schema
import Support
import Testing

/// Billing that has started, and a metering that tells it totals over one link.
final class Books {
    let stand: TestStand<Billing>
    private var sequence: Int64 = 0
    private var commands = 0
    private static let address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))

    init() throws {
        stand = try TestStand(Billing(), at: .example)
        stand.start()
        hear(.of(), .of(AccountID(high: 9, low: 9)))
    }

    /// Hears of accounts.
    func hear(_ accounts: AccountState...) { stand.give(1, accounts.map { .account($0) }) }

    /// Tells totals, in one message.
    @discardableResult
    func tell(_ totals: Total...) -> [Action] { tell(totals) }

    /// Tells totals, in one message.
    @discardableResult
    func tell(_ totals: [Total]) -> [Action] {
        sequence += 1
        let link = "metering/0/\(Incarnation.example)/\(sequence)"
        return stand.give(0, .linked(Totals(totals: totals), link))
    }

    /// Pays in, under a new command's id; what comes back.
    @discardableResult
    func topUp(
        _ nano: Int64, _ payment: UInt64, of account: AccountID = .example, currency: Currency = .dollar
    ) throws -> Reply {
        let topUp = TopUp(payment: .of(payment), currency: currency, nano: NanoAmount(unchecked: nano))
        return try ask(BillingCommand(topUp: topUp, replyTo: Self.address), of: account)
    }

    /// What is left of an account, in nano-units.
    func balance(of account: AccountID = .example) throws -> Int64? {
        try askBalance(of: account).balance?.balanceNano.value
    }

    /// The answer to a question of the balance.
    func askBalance(of account: AccountID) throws -> Reply {
        try ask(BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: Self.address), of: account)
    }

    private func ask(_ command: BillingCommand, of account: AccountID) throws -> Reply {
        commands += 1
        let actions = stand.give(2, .command(command, of: account, id: "c-\(commands)"))
        let reply = try #require(actions.sent.last { $0.topic == Topics.trothReplies.name })
        stand.deliver(actions.sent)
        return try reply.message(Reply.self)
    }

    /// The accounts of the ledger with what they stand at, in a fixed order. One at 0 is as good as none: an account
    /// comes with the first posting that needs it, and what is owed for an hour depends on the order.
    func ledger() throws -> [String] {
        try stand.texts(
            """
            SELECT kind || coalesce(' ' || lower(hex(account)), '') || ' ' || currency || ' ' || balance AS answer
            FROM ledgerAccounts WHERE balance != 0 ORDER BY kind, account, currency
            """)
    }

    /// What an account of the ledger stands at, over all customers.
    func balance(_ kind: String) throws -> Int64? {
        try stand.number("SELECT coalesce(sum(balance), 0) AS answer FROM ledgerAccounts WHERE kind = '\(kind)'")
    }

    /// Checks what must hold in the books after every step.
    func checkSums(_ location: SourceLocation = #_sourceLocation) throws {
        let perPosting = "SELECT sum(nano) AS answer FROM ledgerEntries GROUP BY posting HAVING sum(nano) != 0"
        #expect(try stand.texts(perPosting) == [], "a transaction does not sum to zero", sourceLocation: location)
        let perCurrency = "SELECT sum(balance) AS answer FROM ledgerAccounts GROUP BY currency HAVING sum(balance) != 0"
        #expect(try stand.texts(perCurrency) == [], "the books do not sum to zero", sourceLocation: location)
        let drifted = """
            SELECT number AS answer FROM ledgerAccounts
            WHERE balance != (SELECT coalesce(sum(nano), 0) FROM ledgerEntries WHERE account = ledgerAccounts.number)
            """
        #expect(try stand.texts(drifted) == [], "a balance is not the sum of its entries", sourceLocation: location)
        let credit = """
            SELECT hex(account) AS answer FROM ledgerAccounts WHERE kind = 'prepaid' AND -balance != (
                SELECT coalesce(sum(remaining), 0) FROM credits
                WHERE credits.account = ledgerAccounts.account AND credits.currency = ledgerAccounts.currency)
            """
        #expect(try stand.texts(credit) == [], "credit is not what the ledger says", sourceLocation: location)
        let posted = """
            SELECT hour AS answer FROM postedHours WHERE nano != (
                SELECT coalesce(sum(net + tax), 0) FROM charges
                WHERE charges.account = postedHours.account AND charges.hour = postedHours.hour
                    AND charges.currency = postedHours.currency AND reversed = 0)
            """
        #expect(try stand.texts(posted) == [], "an hour's charges are not what is posted", sourceLocation: location)
    }
}

extension Total {
    /// A total of an hour, counted from a fixed one.
    static func of(
        _ nano: Int64, _ revision: Int64, millionths: Int64 = 0, hour: Int64 = 0, account: AccountID = .example,
        currency: Currency = .dollar
    ) -> Total {
        Total(
            account: account, hour: Hour(unchecked: Hour.example.value + hour * Instant.hour), currency: currency,
            calls: CallCount(unchecked: revision), nano: NanoAmount(unchecked: nano),
            millionths: Millionths(unchecked: millionths), revision: Revision(unchecked: revision))
    }
}

extension PaymentID {
    /// A payment by its number.
    static func of(_ number: UInt64) -> PaymentID { PaymentID(high: 0, low: number) }
}
