import BillingService
import Engine
import Schema
import Support
import Testing

/// Only an open account takes money, in its own currency; what was used is always charged. docs/contracts.md: Who.
struct BillingAccountTests {
    private static let stranger = AccountID(high: 7, low: 7)

    @Test func `a top-up to an unknown account is refused, and taken under a new command once it is known`() throws {
        let books = try Books()
        let refused = try books.topUp(500, 1, of: Self.stranger)
        #expect(refused.outcome == .refused && refused.reason?.text.contains("register") == true)
        #expect(try books.ledger() == [])
        books.hear(.of(Self.stranger))
        #expect(try books.topUp(500, 1, of: Self.stranger).balance?.balanceNano.value == 500)
    }

    @Test func `a top-up to a closed account is refused; one that has counted is still answered so`() throws {
        let books = try Books()
        #expect(try books.topUp(500, 1).outcome == .done)
        books.hear(.of(version: 2, closed: .example))
        #expect(try books.topUp(500, 2).outcome == .refused)
        #expect(try books.topUp(500, 1).outcome == .done && books.balance() == 500)
        books.hear(.of(version: 3))
        #expect(try books.topUp(500, 2).balance?.balanceNano.value == 1_000)
        try books.checkSums()
    }

    @Test func `a top-up in another currency than the account's is refused`() throws {
        let books = try Books()
        let euro = try #require(Currency(text: "EUR"))
        books.hear(.of(Self.stranger, currency: euro))
        let refused = try books.topUp(500, 1, of: Self.stranger)
        #expect(refused.outcome == .refused && refused.reason?.text.contains("EUR") == true)
        #expect(try books.topUp(500, 1, of: Self.stranger, currency: euro).outcome == .done)
    }

    @Test func `the balance of an unknown account is no answer, that of a closed one is`() throws {
        let books = try Books()
        let refused = try books.askBalance(of: Self.stranger)
        #expect(refused.outcome == .refused && refused.balance == nil)
        books.hear(.of(version: 2, closed: .example))
        #expect(try books.balance() == 0)
    }

    @Test func `a lower or equal version is ignored`() throws {
        let books = try Books()
        books.hear(.of(version: 3, closed: .example))
        books.hear(.of(version: 2), .of(version: 3))
        #expect(try books.topUp(500, 1).outcome == .refused)
        #expect(books.stand.shard.report.deadLetters == [:])
    }

    @Test func `totals are posted whatever the account is`() throws {
        let books = try Books()
        books.tell(.of(100, 1, account: Self.stranger))
        books.hear(.of(version: 2, closed: .example))
        books.tell(.of(100, 1))
        try books.checkSums()
        #expect(try books.balance("receivable") == 200)
    }
}
