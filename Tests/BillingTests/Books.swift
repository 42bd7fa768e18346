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
        requests = try TestRequests()
        stand = try TestStand(Billing(), secrets: TestSecrets.all(service: "billing"), at: .example)
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
        let actions = stand.give(0, .linked(Totals(totals: totals), link))
        take(actions)
        return actions
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

    /// Says that a part of a payment went back.
    @discardableResult
    func refund(_ nano: Int64, _ payment: UInt64, step: Int64 = 1, of account: AccountID = .example) throws -> Reply {
        let refund = Refund(
            payment: .of(payment), step: PaymentStep(unchecked: step), currency: .dollar,
            nano: NanoAmount(unchecked: nano))
        return try ask(BillingCommand(refund: refund, replyTo: Self.address), of: account)
    }

    /// Says that a bank took a payment back, or gave it again.
    @discardableResult
    func dispute(
        _ payment: UInt64, step: Int64 = 1, isWon: Bool = false, of account: AccountID = .example
    ) throws -> Reply {
        let dispute = Dispute(payment: .of(payment), step: PaymentStep(unchecked: step))
        return try ask(
            isWon
                ? BillingCommand(reinstate: dispute, replyTo: Self.address)
                : BillingCommand(dispute: dispute, replyTo: Self.address), of: account)
    }

    /// Gives promotional credit for calls from before an hour, counted from a fixed one.
    @discardableResult
    func promote(
        _ nano: Int64, _ payment: UInt64, until hour: Int64?, of account: AccountID = .example
    ) throws -> Reply {
        let expires = hour.map { Instant(unchecked: Hour.example.value + $0 * Instant.hour) }
        let promotion = Promotion(
            payment: .of(payment), currency: .dollar, nano: NanoAmount(unchecked: nano), expires: expires)
        return try ask(BillingCommand(promotion: promotion, replyTo: Self.address), of: account)
    }

    /// Sets a limit, or ends it.
    @discardableResult
    func limit(_ nano: Int64?, _ window: LimitWindow?, of account: AccountID = .example) throws -> Reply {
        let limit = SpendingLimit(currency: .dollar, nano: nano.map { NanoAmount(unchecked: $0) }, window: window)
        return try ask(BillingCommand(limit: limit, replyTo: Self.address), of: account)
    }

    /// How an account stands.
    func standing(of account: AccountID = .example) throws -> Standing? {
        try ask(BillingCommand(standing: BalanceQuestion(currency: .dollar), replyTo: Self.address), of: account)
            .standing
    }

    /// What came and went between two hours, counted from a fixed one.
    func statement(from: Int64, to: Int64, of account: AccountID = .example) throws -> Reply {
        let question = StatementQuestion(
            currency: .dollar, from: Instant(unchecked: Hour.example.value + from * Instant.hour),
            to: Instant(unchecked: Hour.example.value + to * Instant.hour))
        return try ask(BillingCommand(statement: question, replyTo: Self.address), of: account)
    }

    /// Lets a minute pass; where the broker is asked for its time, it says ours.
    func passMinute(brokerAhead: Int64 = 0) {
        take(stand.wait(Instant.minute))
        guard stand.actions.contains(.askTime) else { return }
        stand.step(.brokerTime(stand.now + brokerAhead))
        take(stand.wait(Instant.minute))
    }

    /// The standings that were sent.
    private(set) var told: [Standing] = []

    /// Everything that was sent is in the log.
    private func take(_ actions: [Action]) {
        told += actions.sent.filter { $0.topic == Topics.billingStanding.name }
            .compactMap { try? $0.message(Standing.self) }
        let outcomes = actions.sent.filter { $0.topic == Topics.rightsOutcomes(of: "billing").name }
        answered += outcomes.compactMap { try? $0.message(RightsOutcomes.self) }.flatMap(\.outcomes)
        allSent += actions.sent
        // what follows from a delivery, such as the next part of an export, counts too
        for message in actions.sent { take(stand.step(.delivered(message.delivery))) }
    }

    private func ask(_ command: BillingCommand, of account: AccountID) throws -> Reply {
        commands += 1
        let actions = stand.give(2, .command(command, of: account, id: "c-\(commands)"))
        let reply = try #require(actions.sent.last { $0.topic == Topics.trothReplies.name })
        take(actions)
        return try reply.message(Reply.self)
    }

    private let requests: TestRequests

    /// What rights-worker asks for an account; what came of it.
    @discardableResult
    func ask(_ act: RightsAct, of account: AccountID = .example, _ number: UInt64 = 1) throws -> RightsOutcome {
        let request = try requests.request(act, of: account, TestRequests.id(number), at: stand.now)
        let input = try #require(stand.input(of: Topics.rightsRequests))
        answered = []
        take(try stand.give(input, requests.record(request)))
        for _ in 0..<100 where answered.isEmpty { take(stand.wait(Instant.second)) }
        return try #require(answered.last, "\(stand.shard.report.state) \(stand.shard.report.stall?.detail ?? "")")
    }

    /// The outcomes of the last request.
    private(set) var answered: [RightsOutcome] = []
    /// Everything that was sent.
    private(set) var allSent: [Outgoing] = []

    /// What an export of an account shows, a line of JSON a row, by slice.
    func export(_ account: AccountID = .example, _ number: UInt64 = 1) throws -> [String: [String]] {
        let start = allSent.count
        try ask(.export, of: account, number)
        return try requests.rows(Array(allSent[start...]), from: "billing", of: account)
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
            WHERE balance != opening + (SELECT coalesce(sum(nano), 0) FROM ledgerEntries WHERE account = ledgerAccounts.number)
            """
        let forward = "SELECT sum(opening) AS answer FROM ledgerAccounts GROUP BY currency HAVING sum(opening) != 0"
        #expect(try stand.texts(forward) == [], "the openings do not sum to zero", sourceLocation: location)
        #expect(try stand.texts(drifted) == [], "a balance is not the sum of its entries", sourceLocation: location)
        let credit = """
            SELECT hex(account) AS answer FROM ledgerAccounts
            WHERE kind IN ('prepaid', 'promotional') AND -balance != (
                SELECT coalesce(sum(remaining), 0) FROM credits
                WHERE (priority = 100) = (kind = 'prepaid') AND credits.account = ledgerAccounts.account AND credits.currency = ledgerAccounts.currency)
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
