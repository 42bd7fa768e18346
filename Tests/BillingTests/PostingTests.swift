import BillingService
import Engine
import Schema
import Support
import Testing

/// Totals become postings. docs/contracts.md: Totals and money.
struct PostingTests {
    @Test func `the difference to what is posted is charged, in a transaction that sums to zero`() throws {
        let books = try Books()
        try books.topUp(1_000, 1)
        books.tell(.of(100, 1))
        try books.checkSums()
        books.tell(.of(130, 2), .of(7, 1, hour: 1))
        try books.checkSums()
        #expect(try books.balance() == 863)
        #expect(
            try books.balance("revenue") == -137 && books.balance("prepaid") == -863
                && books.balance("payments") == 1_000)
        #expect(try books.stand.texts("SELECT net AS answer FROM charges ORDER BY posting") == ["100", "30", "7"])
    }

    @Test func `posted is the exact amount rounded down`() throws {
        let books = try Books()
        books.tell(.of(100, 1, millionths: 999_999))
        #expect(try books.balance() == -100)
        #expect(try books.stand.texts("SELECT nano || ' ' || exact AS answer FROM postedHours") == ["100 999999"])
        books.tell(.of(101, 2, millionths: 1))
        #expect(try books.balance() == -101)
    }

    @Test func `a lower or equal revision is ignored`() throws {
        let books = try Books()
        books.tell(.of(100, 5))
        books.tell(.of(100, 5), .of(60, 4), .of(900, 3))
        #expect(try books.balance() == -100)
        #expect(books.stand.shard.report.alarms == [])
        #expect(books.stand.shard.report.counters["totals_ignored"] == 3)
    }

    @Test(arguments: [Total.of(101, 5), .of(99, 5), .of(100, 5, millionths: 1)])
    func `an equal revision with another amount is ignored and an alarm`(other: Total) throws {
        let books = try Books()
        books.tell(.of(100, 5))
        books.tell(other)
        #expect(try books.balance() == -100)
        #expect(books.stand.shard.report.alarms.map(\.name) == ["total-changed"])
    }

    @Test func `a higher revision with a lower amount is a reversal and a new charge; entries are never changed`()
        throws
    {
        let books = try Books()
        try books.topUp(1_000, 1)
        books.tell(.of(100, 1))
        books.tell(.of(150, 2))
        let before = try books.stand.texts(
            "SELECT posting || ' ' || account || ' ' || nano AS answer FROM ledgerEntries ORDER BY posting, account")
        books.tell(.of(40, 3))
        try books.checkSums()
        let after = try books.stand.texts(
            "SELECT posting || ' ' || account || ' ' || nano AS answer FROM ledgerEntries ORDER BY posting, account")
        #expect(Array(after.prefix(before.count)) == before)
        #expect(try books.balance() == 960 && books.balance("revenue") == -40)
        #expect(
            try books.stand.texts(
                "SELECT kind || coalesce(' ' || reverses, '') AS answer FROM ledgerTransactions ORDER BY number")
                == ["top-up", "charge", "charge", "reversal 2", "reversal 3", "charge"])
        #expect(
            try books.stand.texts("SELECT net || ' ' || reversed AS answer FROM charges ORDER BY posting") == [
                "100 1", "50 1", "40 0",
            ])
        books.tell(.of(45, 4))
        try books.checkSums()
        #expect(try books.balance() == 955)
    }

    @Test func `a total that falls to nothing is reversed and charges nothing`() throws {
        let books = try Books()
        try books.topUp(1_000, 1)
        books.tell(.of(100, 1))
        books.tell(.of(0, 2))
        try books.checkSums()
        #expect(try books.balance() == 1_000 && books.balance("revenue") == 0)
    }

    @Test func `an hour that costs nothing has a mark and no posting`() throws {
        let books = try Books()
        books.tell(.of(0, 3))
        #expect(try books.stand.number("SELECT count(*) AS answer FROM ledgerTransactions") == 0)
        #expect(try books.stand.number("SELECT revision AS answer FROM postedHours") == 3)
        #expect(
            try books.stand.number("SELECT count(*) AS answer FROM ledgerAccounts") == 0,
            "an account of the ledger comes with the first posting that needs it")
    }

    @Test func `currencies, accounts and hours are apart`() throws {
        let books = try Books()
        let euro = try #require(Currency(text: "EUR"))
        let other = AccountID(high: 9, low: 9)
        books.tell(.of(1, 1), .of(10, 1, hour: 1), .of(100, 1, account: other), .of(1_000, 1, currency: euro))
        try books.checkSums()
        #expect(try books.balance() == -11 && books.balance(of: other) == -100)
        #expect(
            try books.stand.texts(
                "SELECT currency || ' ' || balance AS answer FROM ledgerAccounts WHERE kind = 'revenue' ORDER BY 1")
                == ["EUR -1000", "USD -111"])
    }

    @Test func `any order and repetition of an hour's totals ends in the same books`() throws {
        let totals = (1...12).map { Total.of(Int64($0) * 11, Int64($0), hour: Int64($0) % 3) }
        var random = SplitMix64(seed: 5)
        var ends: [[String]] = []
        for _ in 0..<6 {
            let books = try Books()
            try books.topUp(90, 1)
            for total in (totals + totals).shuffled(using: &random) { books.tell(total) }
            try books.checkSums()
            ends.append(try books.ledger())
        }
        #expect(ends.allSatisfy { $0 == ends[0] })
    }
}
