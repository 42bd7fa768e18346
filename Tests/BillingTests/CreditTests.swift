import BillingService
import Engine
import Schema
import Support
import Testing

/// Top-ups, credit and what is used beyond it. docs/contracts.md: Totals and money; Policy §4.4.
struct CreditTests {
    @Test func `the effect of a payment is unique: whatever command brings it again, it counts once`() throws {
        let books = try Books()
        #expect(try books.topUp(500, 1).balance?.balanceNano.value == 500)
        let again = try books.topUp(500, 1)
        #expect(again.outcome == .done && again.balance?.balanceNano.value == 500)
        try books.stand.crash()
        books.stand.start()
        #expect(try books.topUp(500, 1).balance?.balanceNano.value == 500)
        #expect(try books.stand.number("SELECT count(*) AS answer FROM payments") == 1)
        try books.checkSums()
    }

    @Test func `a payment's id with another amount or account is refused and changes nothing`() throws {
        let books = try Books()
        try books.topUp(500, 1)
        #expect(try books.topUp(501, 1).outcome == .refused)
        #expect(try books.topUp(500, 1, of: AccountID(high: 9, low: 9)).outcome == .refused)
        #expect(try books.balance() == 500 && books.balance("payments") == 500)
        #expect(try books.balance(of: AccountID(high: 9, low: 9)) == 0)
    }

    @Test func `a top-up in another currency is refused`() throws {
        let books = try Books()
        let reply = try books.topUp(500, 1, currency: #require(Currency(text: "EUR")))
        #expect(reply.outcome == .refused && reply.reason?.text.contains("USD") == true)
        #expect(try books.ledger() == [])
    }

    @Test(arguments: [0, -1, TopUp.nanoMax + 1])
    func `a top-up is above nothing and at most 1,000`(nano: Int64) throws {
        let books = try Books()
        let topUp = TopUp(payment: .of(1), currency: .dollar, nano: NanoAmount(unchecked: nano))
        let sent = books.stand.give(2, .command(BillingCommand(topUp: topUp, replyTo: nil), of: .example, id: "c")).sent
        #expect(try sent.map { try $0.message(DeadLetter.self).reason } == [.wrongValue])
        #expect(try books.topUp(TopUp.nanoMax, 2).outcome == .done)
    }

    @Test func `what is used beyond credit is owed, always charged, and settled by a later top-up`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        books.tell(.of(160, 1))
        try books.checkSums()
        #expect(try books.balance() == -60 && books.balance("receivable") == 60 && books.balance("prepaid") == 0)
        try books.topUp(40, 2)
        try books.checkSums()
        #expect(try books.balance() == -20 && books.balance("receivable") == 20)
        try books.topUp(50, 3)
        try books.checkSums()
        #expect(try books.balance() == 30 && books.balance("receivable") == 0 && books.balance("prepaid") == -30)
        #expect(
            try books.stand.texts("SELECT kind AS answer FROM ledgerTransactions ORDER BY number")
                == ["top-up", "charge", "top-up", "settlement", "top-up", "settlement"])
    }

    @Test func `credit is used in the order of its grants, and each charge names those it drew on`() throws {
        let books = try Books()
        try books.topUp(100, 9)
        try books.topUp(50, 3)
        books.tell(.of(30, 1))
        books.tell(.of(90, 2))
        books.tell(.of(200, 3))
        try books.checkSums()
        let uses = try books.stand.texts(
            """
            SELECT substr(hex(grantID), 32) || ':' || creditUses.nano AS answer FROM creditUses
            ORDER BY posting, grantID
            """)
        #expect(uses == ["3:30", "3:20", "9:40", "9:60"])
        #expect(try books.balance() == -50)
    }

    @Test func `a reversal gives the credit back to the grants it came from`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        try books.topUp(100, 2)
        books.tell(.of(150, 1))
        books.tell(.of(20, 2))
        try books.checkSums()
        #expect(
            try books.stand.texts("SELECT remaining AS answer FROM credits ORDER BY grantID") == ["80", "100"])
    }

    @Test func `random totals and top-ups leave books that sum to zero at every step`() throws {
        var random = SplitMix64(seed: 11)
        let books = try Books()
        let accounts = (1...4).map { AccountID(high: 5, low: $0) }
        for account in accounts { books.hear(.of(account)) }
        var revision: Int64 = 0
        for payment in 1...300 as ClosedRange<UInt64> {
            let account = random.one(of: accounts)
            if random.isOne(in: 4) {
                try books.topUp(random.number(1...5_000), payment, of: account)
            } else {
                revision += random.number(0...1)
                books.tell(.of(random.number(0...2_000), revision, hour: random.number(0...2), account: account))
            }
            if payment % 10 == 0 { try books.checkSums() }
        }
        #expect(books.stand.shard.report.state == "running")
    }
}
