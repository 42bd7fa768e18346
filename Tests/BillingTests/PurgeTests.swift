import BillingService
import Engine
import Policy
import Schema
import Support
import Testing

/// What billing purges, and when: the books balance before and after. Policy §4.2.
struct PurgeTests {
    private static let unit: Int64 = 1_000_000_000
    private let end = Schedule.entry(.hourMarks).period.end(of: Instant(unchecked: Hour.example.value))

    private func sweep(_ books: Books, to moment: Instant) {
        books.stand.now = moment
        for _ in 0..<4 { books.passMinute() }
    }

    @Test func `the mark of an hour goes after 91 days, and what was posted folds into its day`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        books.tell(.of(Self.unit, 1), .of(2 * Self.unit, 1, hour: 1))
        let balance = try books.balance()
        sweep(books, to: end + -10 * Instant.minute)
        #expect(try books.stand.number("SELECT count(*) AS answer FROM postedHours") == 2)
        sweep(books, to: end)
        #expect(
            try books.stand.texts("SELECT hour AS answer FROM postedHours UNION ALL SELECT posting FROM charges") == [])
        let day = "SELECT (since / 86400000000) || ' ' || nano || ' ' || net AS answer FROM postedDays"
        #expect(try books.stand.texts(day) == ["\(Instant(unchecked: Hour.example.value).days) 3000000000 3000000000"])
        #expect(try books.balance() == balance)
        try books.checkSums()
    }

    @Test func `a total of an hour whose mark has gone is ignored and alarmed, never posted afresh`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        books.tell(.of(Self.unit, 1))
        sweep(books, to: end)
        books.tell(.of(2 * Self.unit, 2))
        #expect(try books.balance() == 9 * Self.unit)
        #expect(books.stand.shard.report.alarms.map(\.name.text) == ["total-late"])
    }

    @Test func `what a promotion covered is the same after its hours have folded, when a payment comes back`() throws {
        let books = try Books()
        try books.promote(4 * Self.unit, 1, until: 2)
        try books.topUp(10 * Self.unit, 2)
        books.tell(.of(3 * Self.unit, 1), .of(3 * Self.unit, 1, hour: 3))
        books.passMinute()
        let used = "SELECT nano - remaining - expired AS answer FROM credits ORDER BY priority"
        let before = try books.stand.texts(used)
        sweep(books, to: end + Instant.day)
        #expect(try books.stand.number("SELECT count(*) AS answer FROM postedDays") == 2)
        try books.refund(Self.unit, 2)
        #expect(try books.stand.texts(used) == before)
        try books.checkSums()
    }

    @Test func `a closed account stands nowhere after 30 days`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        try books.limit(5 * Self.unit, .day)
        books.hear(.of(version: 2, closed: books.stand.now))
        let gone = Schedule.entry(.accountInformation).period.end(of: books.stand.now)
        sweep(books, to: gone + -10 * Instant.minute)
        #expect(try books.stand.number("SELECT count(*) AS answer FROM standings") == 1)
        sweep(books, to: gone)
        #expect(
            try books.stand.texts(
                "SELECT account AS answer FROM standings UNION ALL SELECT account FROM spendingLimits") == [])
        try books.checkSums()
    }
}
