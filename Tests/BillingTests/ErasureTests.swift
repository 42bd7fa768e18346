import BillingService
import Engine
import Schema
import Support
import Testing

/// What is left of a person whom billing has erased: what the law keeps, under a pseudonym. Policy §4.4, §8.3.
struct ErasureTests {
    private let dollar: Int64 = 1_000_000_000
    /// The tables without what is somebody's alone, in a fixed order: what an erasure must leave as it is.
    private func state(of account: AccountID, _ books: Books) throws -> [String] {
        let own = "account = x'\(account.raw.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())'"
        var rows: [String] = []
        for (table, columns) in [
            ("accounts", "version, state, currency"), ("ledgerAccounts", "number, kind, currency, balance"),
            ("payments", "hex(payment), kind, step, currency, nano, booked, expiry, at"),
            ("credits", "currency, priority, expiry, hex(grantID), nano, remaining, expired, lapsed"),
            ("postedHours", "hour, currency, revision, exact, nano"), ("charges", "posting, hour, net, tax, reversed"),
            ("spendingLimits", "currency, nano, window"),
            ("standings", "revision, standing, currency, available, ends"),
        ] {
            let sql =
                "SELECT concat FROM (SELECT json_array(\(columns)) AS concat FROM \(table) WHERE \(own)) ORDER BY 1"
            rows += try books.stand.texts("SELECT '\(table) ' || concat AS answer FROM (\(sql))")
        }
        return rows
    }

    @Test func `the law keeps the books, under a pseudonym that stands nowhere beside the account`() throws {
        let books = try Books.busy()
        let (before, others) = (try books.ledger(), try state(of: Books.other, books))
        #expect(books.broken() == [])
        let outcome = try books.ask(.erase)
        #expect(outcome.result == .done)
        #expect(books.broken() == [])
        try books.checkSums()
        #expect(try books.stand.places(of: .example) == [])
        #expect(try state(of: .example, books) == [])
        #expect(try state(of: Books.other, books) == others)
        let pseudonym = try #require(
            books.stand.texts("SELECT lower(hex(pseudonym)) AS answer FROM keptAccounts").first)
        // the same balances, but what was given, which ended with the account
        let hex = "5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021"
        let bought = before.filter { $0.contains("prepaid") || $0.contains("receivable") }
        for line in bought { #expect(try books.ledger().contains(line.replacing(hex, with: pseudonym)), "\(line)") }
        for table in ["payments", "credits", "ledgerAccounts"] {
            #expect(
                try books.stand.number("SELECT count(*) AS answer FROM \(table) WHERE account = x'\(pseudonym)'") ?? 0
                    > 0)
        }
    }

    @Test func `the outcome says what is kept, why and until when`() throws {
        let books = try Books.busy()
        let outcome = try books.ask(.erase)
        let kept = outcome.slices.filter { $0.kept.value > 0 }
        #expect(Set(kept.map(\.slice.text)) == ["ledgerAccounts", "payments", "credits", "ledger"])
        // the examples' year is 2026
        #expect(kept.allSatisfy { $0.ground == .law && $0.until?.description == "2032-01-01T00:00:00Z" })
        let gone = outcome.slices.filter { $0.kept.value == 0 }
        #expect(
            Set(gone.map(\.slice.text)) == ["accounts", "postedHours", "charges", "spendingLimits", "standings"])
        #expect(gone.allSatisfy { $0.rows.value > 0 && $0.ground == nil && $0.until == nil })
        let payments = try #require(kept.first { $0.slice.text == "payments" })
        #expect(payments.kept.value == 6)
    }

    @Test func `what the books tell of usage is kept by the day`() throws {
        let books = try Books()
        try books.topUp(20 * dollar, 1)
        books.stand.now = books.stand.now + 5 * Instant.hour + 7 * Instant.minute
        books.tell(.of(3 * dollar, 1))
        let times = "SELECT count(*) AS answer FROM ledgerTransactions WHERE kind = 'charge' AND at % 86400000000 = 0"
        #expect(try books.stand.number(times) == 0)
        try books.ask(.erase)
        #expect(try books.stand.number(times) == 1)
    }

    @Test func `the gateway forgets the account`() throws {
        let books = try Books.busy()
        let tombs = try books.sentOnce { try books.ask(.erase) }.filter { $0.topic == Topics.billingStanding.name }
        #expect(tombs.map { String(decoding: $0.key ?? [], as: UTF8.self) } == [AccountID.example.text])
        #expect(tombs.allSatisfy { $0.value == nil })
    }

    @Test func `an account of which the law keeps nothing leaves nothing`() throws {
        let books = try Books()
        let outcome = try books.ask(.erase)
        #expect(outcome.slices.map(\.slice.text) == ["accounts"])
        #expect(try books.stand.texts("SELECT 1 AS answer FROM keptAccounts") == [])
        #expect(try books.stand.places(of: .example) == [])
    }

    @Test func `a second erasure changes nothing`() throws {
        let books = try Books.busy()
        try books.ask(.erase)
        let before = try books.stand.texts("SELECT hex(pseudonym) AS answer FROM keptAccounts")
        let (ledger, again) = (try books.ledger(), try books.ask(.erase, 2))
        #expect(again.result == .done && again.slices.isEmpty)
        #expect(try books.stand.texts("SELECT hex(pseudonym) AS answer FROM keptAccounts") == before)
        #expect(try books.ledger() == ledger)
    }

    @Test func `what comes late of an erased account is dropped and counted`() throws {
        let books = try Books.busy()
        try books.ask(.erase)
        let ledger = try books.ledger()
        books.tell(.of(40 * dollar, 9), .of(5 * dollar, 1, hour: 40))
        books.hear(.of(version: 7))
        #expect(try books.stand.places(of: .example) == [])
        #expect(try books.ledger() == ledger)
        #expect(books.stand.shard.report.counters["late_dropped"] == 3)
        #expect(try books.topUp(dollar, 99).outcome == .refused)
        #expect(books.broken() == [])
    }

    @Test func `a payment that is kept goes on: what went back of it counts, and the answer says nothing of it`() throws
    {
        let books = try Books.busy()
        try books.ask(.erase)
        let before = try #require(try books.balance("payments"))
        let reply = try books.refund(dollar, 11)
        #expect(reply.outcome == .done && reply.balance == nil && reply.payment == nil)
        #expect(try books.balance("payments") == before - dollar)
        #expect(try books.topUp(7 * dollar, 11).outcome == .done, "it counts already")
        try books.dispute(11)
        #expect(books.broken() == [])
        try books.checkSums()
        #expect(try books.stand.places(of: .example).allSatisfy { $0 == "commands" })
    }

    @Test func `no time passes for what was given to an erased account`() throws {
        let books = try Books.busy()
        try books.ask(.erase)
        let ledger = try books.ledger()
        for _ in 0..<3 {
            books.stand.now = books.stand.now + 40 * Instant.day
            books.passMinute()
        }
        let others = ledger.filter { !$0.contains("promotional") && !$0.contains("promotions") }
        #expect(try others.allSatisfy { try books.ledger().contains($0) })
        #expect(books.broken() == [])
    }
}

extension Books {
    /// What was sent by something.
    fileprivate func sentOnce(_ body: () throws -> Void) rethrows -> [Outgoing] {
        let start = allSent.count
        try body()
        return Array(allSent[start...])
    }
}
