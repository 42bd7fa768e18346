import BillingService
import Engine
import Policy
import Schema
import Support
import Testing

/// What becomes of payment records after their years: the books balance before and after. Policy §4.4.
struct OldBooksTests {
    private static let unit: Int64 = 1_000_000_000
    private let end = Schedule.entry(.paymentRecords).period.end(of: .example)
    private let tables = ["payments", "credits", "creditUses", "ledgerTransactions", "ledgerEntries", "postedDays"]

    /// Goes to a moment over the fold of the hours, and lets some minutes pass.
    private func go(_ books: Books, to moment: Instant) {
        for stop in [books.stand.now + 100 * Instant.day, moment] where books.stand.now <= stop {
            books.stand.now = min(stop, moment)
            for _ in 0..<4 { books.passMinute() }
        }
    }

    private func rows(_ books: Books) throws -> [Int64] {
        try tables.map { try books.stand.number("SELECT count(*) AS answer FROM \($0)") ?? -1 }
    }

    private func accounts(_ books: Books) throws -> Int64? {
        try books.stand.number("SELECT count(*) AS answer FROM ledgerAccounts WHERE account IS NOT NULL")
    }

    @Test func `usage and what paid for it go at the end of the fifth financial year, not before`() throws {
        let books = try Books()
        try books.topUp(3 * Self.unit, 1)
        books.tell(.of(3 * Self.unit, 1))
        go(books, to: end + -10 * Instant.minute)
        #expect(try rows(books) == [1, 1, 1, 2, 4, 1])
        try books.checkSums()
        go(books, to: end)
        #expect(try rows(books) == [0, 0, 0, 0, 0, 0])
        #expect(try books.balance() == 0)
        #expect(try books.balance("revenue") == -3 * Self.unit)
        #expect(try books.balance("payments") == 3 * Self.unit)
        try books.checkSums()
    }

    @Test func `what an open account has left stays, with its payment, until it is used`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        books.tell(.of(3 * Self.unit, 1))
        go(books, to: end)
        #expect(try rows(books) == [1, 1, 0, 1, 2, 0])
        #expect(try books.balance() == 7 * Self.unit)
        try books.checkSums()
        try books.refund(2 * Self.unit, 1)
        #expect(try books.balance() == 5 * Self.unit)
        try books.checkSums()
    }

    @Test func `a payment stays as long as anything that happened to it`() throws {
        let books = try Books()
        try books.topUp(3 * Self.unit, 1)
        books.tell(.of(Self.unit, 1))
        go(books, to: .example + 200 * Instant.day)
        try books.refund(2 * Self.unit, 1)
        go(books, to: end)
        #expect(try rows(books) == [2, 1, 0, 2, 4, 0])
        try books.checkSums()
        go(books, to: Schedule.entry(.paymentRecords).period.end(of: .example + 201 * Instant.day))
        #expect(try rows(books) == [0, 0, 0, 0, 0, 0])
        try books.checkSums()
    }

    @Test func `of a closed account nothing is left, and its credit is the house's`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        try books.promote(5 * Self.unit, 2, until: nil)
        books.tell(.of(7 * Self.unit, 1))
        books.hear(.of(version: 2, closed: books.stand.now))
        go(books, to: end + -10 * Instant.minute)
        #expect(try rows(books).allSatisfy { $0 > 0 })
        #expect(try books.stand.number("SELECT count(*) AS answer FROM accounts") == 2)
        go(books, to: end)
        #expect(try rows(books) == [0, 0, 0, 0, 0, 0])
        #expect(try accounts(books) == 0)
        #expect(try books.stand.number("SELECT count(*) AS answer FROM accounts") == 1)
        #expect(try books.balance("revenue") == -15 * Self.unit)
        #expect(try books.balance("promotions") == 5 * Self.unit)
        try books.checkSums()
    }

    @Test func `a pseudonym goes with the last record that was kept under it, and a debt is written off`() throws {
        let books = try Books()
        try books.topUp(2 * Self.unit, 1)
        books.tell(.of(3 * Self.unit, 1))
        try books.ask(.erase)
        let until = try books.stand.number("SELECT until AS answer FROM keptAccounts")
        #expect(until == end.value)
        go(books, to: end + -10 * Instant.minute)
        #expect(try books.stand.number("SELECT count(*) AS answer FROM keptAccounts") == 1)
        go(books, to: end)
        #expect(try books.stand.number("SELECT count(*) AS answer FROM keptAccounts") == 0)
        #expect(try rows(books) == [0, 0, 0, 0, 0, 0])
        #expect(try accounts(books) == 0)
        #expect(try books.balance("revenue") == -2 * Self.unit)
        try books.checkSums()
    }

    @Test func `a charge goes with the reversal that took it back`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        books.stand.now = .example + 38 * Instant.day
        books.tell(.of(3 * Self.unit, 1, hour: 24 * 38))
        books.stand.now = .example + 40 * Instant.day
        books.tell(.of(2 * Self.unit, 2, hour: 24 * 38))
        #expect(books.stand.now >= Instant(rfc3339: "2027-01-01T00:00:00Z") ?? books.stand.now)
        go(books, to: end)
        #expect(try books.stand.number("SELECT count(*) AS answer FROM ledgerTransactions WHERE kind = 'charge'") == 2)
        try books.checkSums()
        go(books, to: Schedule.entry(.paymentRecords).period.end(of: .example + 40 * Instant.day))
        #expect(try rows(books) == [1, 1, 0, 1, 2, 0])
        #expect(try books.balance() == 8 * Self.unit)
        try books.checkSums()
    }

    @Test func `what promotions covered stays so after it was brought forward`() throws {
        let books = try Books()
        try books.promote(4 * Self.unit, 1, until: 2)
        try books.topUp(20 * Self.unit, 2)
        books.tell(.of(3 * Self.unit, 1), .of(3 * Self.unit, 1, hour: 3))
        go(books, to: .example + 200 * Instant.day)
        try books.promote(2 * Self.unit, 3, until: 24 * 3_000)
        go(books, to: end)
        let used = "SELECT nano - remaining - expired AS answer FROM credits ORDER BY priority, expiry"
        let before = try books.stand.texts(used)
        try books.refund(5 * Self.unit, 2)
        try books.topUp(Self.unit, 4)
        #expect(try books.stand.texts(used).dropLast() == before[...])
        try books.checkSums()
    }
}
