import BillingService
import Engine
import Schema
import Support
import Testing

/// Refunds, disputes, promotional credit and statements, one at a time. docs/contracts.md: Totals and money.
struct RefundTests {
    @Test func `a refund takes credit back, and what was used of it is owed`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        books.tell(.of(70, 1))
        let reply = try books.refund(40, 1)
        #expect(reply.balance?.balanceNano.value == -10 && reply.payment?.refundedNano.value == 40)
        #expect(try books.balance("receivable") == 10 && books.balance("payments") == 60)
        try books.checkSums()
    }

    @Test func `never more is refunded than was paid`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        try books.refund(60, 1)
        let beyond = try books.refund(60, 1, step: 2)
        #expect(beyond.outcome == .refused && beyond.reason?.text.contains("more than is left") == true)
        #expect(try books.refund(60, 1, step: 2).outcome == .refused)
        #expect(try books.refund(40, 1, step: 3).payment?.refundedNano.value == 100)
        #expect(try books.balance() == 0 && books.balance("payments") == 0)
        try books.checkSums()
    }

    @Test func `a refund of another amount under the same step is refused, one of another's payment too`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        try books.refund(10, 1)
        #expect(try books.refund(11, 1).outcome == .refused)
        #expect(try books.refund(10, 1, step: 2, of: AccountID(high: 9, low: 9)).outcome == .refused)
        #expect(try books.refund(10, 1).outcome == .done && books.balance() == 90)
    }

    @Test func `what comes before its payment waits for it`() throws {
        let books = try Books()
        let early = try books.refund(30, 1)
        #expect(early.outcome == .done && early.payment?.paidNano.value == 0 && early.payment?.refundedNano.value == 0)
        #expect(try books.ledger() == [])
        let paid = try books.topUp(100, 1)
        #expect(paid.balance?.balanceNano.value == 70 && paid.payment?.refundedNano.value == 30)
        #expect(
            try books.stand.texts("SELECT kind AS answer FROM ledgerTransactions ORDER BY number")
                == ["top-up", "refund"])
    }

    @Test func `a closed account gets its refund`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        books.hear(.of(version: 2, closed: .example))
        #expect(try books.refund(100, 1).balance?.balanceNano.value == 0)
    }

    @Test func `a dispute takes what is left of a payment, its end gives it back`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        try books.refund(10, 1)
        let lost = try books.dispute(1)
        #expect(lost.balance?.balanceNano.value == 0 && lost.payment?.disputed == Flag(true))
        #expect(try books.balance("payments") == 0)
        let won = try books.dispute(1, isWon: true)
        #expect(won.balance?.balanceNano.value == 90 && won.payment?.disputed == Flag(false))
        try books.checkSums()
    }

    @Test func `promotional credit is used before bought credit, and the rest of it expires`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        try books.promote(50, 2, until: 1)
        books.tell(.of(20, 1))
        #expect(try books.balance("promotional") == -30 && books.balance("prepaid") == -100)
        books.stand.now = Instant(unchecked: Hour.example.value + 2 * Instant.hour)
        books.passMinute()
        #expect(try books.balance("promotional") == 0 && books.balance("promotions") == 20 && books.balance() == 100)
        try books.checkSums()
        books.tell(.of(25, 2))
        #expect(try books.balance() == 100, "a late call of before the end draws on what was there for it")
        books.tell(.of(5, 1, hour: 1))
        #expect(try books.balance() == 95, "a call of after the end does not")
        try books.checkSums()
    }

    @Test func `credit does not expire while the broker's clock says otherwise`() throws {
        let books = try Books()
        try books.promote(50, 2, until: 1)
        books.stand.now = Instant(unchecked: Hour.example.value + 60 * Instant.hour)
        books.passMinute(brokerAhead: -2 * Instant.day)
        #expect(try books.balance() == 50)
        #expect(books.stand.shard.report.alarms.map(\.name.text) == ["clock-unproven"])
    }

    @Test func `a statement begins with what was there, and its lines lead to what is there`() throws {
        let books = try Books()
        try books.topUp(100, 1)
        books.stand.now = Instant(unchecked: Hour.example.value + 2 * Instant.hour)
        books.tell(.of(10, 1), .of(20, 1, hour: 1))
        try books.refund(30, 1)
        try books.promote(5, 2, until: nil)
        let statement = try #require(try books.statement(from: 1, to: 3).statement)
        #expect(statement.openingNano.value == 100 && statement.closingNano.value == 45)
        let lines = statement.lines.map { "\($0.kind.rawValue) \($0.nano.value)" }
        #expect(lines == ["usage -30", "refund -30", "promotion 5"])
        #expect(statement.lines.map(\.payment) == [nil, .of(1), .of(2)])
        #expect(try books.statement(from: 3, to: 3).outcome == .refused)
        #expect(try books.statement(from: 0, to: 94 * 24).outcome == .refused)
    }
}
