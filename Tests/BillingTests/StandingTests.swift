import BillingService
import Engine
import Policy
import Schema
import Store
import Support
import Testing

/// What the gateway is told, and spending limits. docs/contracts.md: Totals and money.
struct StandingTests {
    private static let unit: Int64 = 1_000_000_000

    @Test func `it is ok, then low, then stop, as credit is used`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        books.tell(.of(Self.unit / 2, 1))
        books.tell(.of(9 * Self.unit, 2))
        books.tell(.of(10 * Self.unit, 3))
        books.tell(.of(12 * Self.unit, 4))
        try books.topUp(10 * Self.unit, 2)
        #expect(books.told.map(\.standing) == [.ok, .low, .stop, .ok])
        #expect(books.told.map(\.revision.value) == [1, 2, 3, 4])
        #expect(books.told.map { $0.availableNano.value } == [10, 1, 0, 8].map { $0 * Self.unit })
    }

    @Test func `a batch that moves an account's money many times tells it once`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        books.tell((0..<20).map { .of(Self.unit / 5, 1, hour: $0) })
        #expect(books.told.count == 2 && books.told.last?.availableNano.value == 6 * Self.unit)
    }

    @Test func `a limit counts the calls of its window by their time, and stops the gateway, not the books`() throws {
        let books = try Books()
        try books.topUp(100 * Self.unit, 1)
        let reply = try books.limit(5 * Self.unit, .day)
        #expect(reply.standing?.availableNano.value == 5 * Self.unit && reply.standing?.standing == .ok)
        let today = Instant.example.days * 24 - Hour.example.value / Instant.hour
        books.tell(.of(4 * Self.unit, 1, hour: today - 1))
        #expect(try books.standing()?.availableNano.value == 5 * Self.unit, "yesterday's calls are not today's")
        books.tell(.of(6 * Self.unit, 1, hour: today))
        #expect(books.told.last?.standing == .stop && books.told.last?.availableNano.value == -Self.unit)
        #expect(try books.balance() == 90 * Self.unit)
        books.stand.now = Instant(unchecked: (Instant.example.days + 1) * Instant.day)
        books.passMinute()
        #expect(books.told.last?.standing == .ok && books.told.last?.availableNano.value == 5 * Self.unit)
        try books.limit(nil, nil)
        #expect(books.told.last?.availableNano.value == 90 * Self.unit && books.told.last?.limitNano == nil)
    }

    @Test func `a file on a new cluster tells all standings again`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        try books.topUp(20 * Self.unit, 2, of: AccountID(high: 9, low: 9))
        books.stand.step(.stop(drained: true))
        try books.stand.crash()
        let sent = books.stand.start(cluster: "cluster-2").sent.filter { $0.topic == Topics.billingStanding.name }
        #expect(try sent.map { try $0.message(Standing.self).revision.value } == [2, 2])
    }

    @Test func `a restored file tells all standings again, under revisions that nobody has heard of`() throws {
        let books = try Books()
        try books.topUp(10 * Self.unit, 1)
        let file = try Store.open(books.stand.path, migrations: Billing.allMigrations)
        try BackupFile.strip(Billing.self, file)
        try BackupFile.adopt(
            file, incarnation: Incarnation(high: 7, low: 7), backup: "b", madeAt: .example, at: books.stand.now,
            reason: try #require(Remark(text: "a test")))
        file.close()
        try books.stand.crash()
        let sent = books.stand.start().sent.filter { $0.topic == Topics.billingStanding.name }
        let told = try sent.map { try $0.message(Standing.self) }
        #expect(told.count == 1 && told[0].revision.value > 1_000_000)
    }

    @Test func `windows are days and months of UTC`() throws {
        let moment = try #require(Instant(rfc3339: "2028-02-29T23:59:59Z"))
        let (day, month) = (SpendingWindow.around(moment, .day), SpendingWindow.around(moment, .month))
        #expect("\(day.lowerBound) \(day.upperBound)" == "2028-02-29T00:00:00Z 2028-03-01T00:00:00Z")
        #expect("\(month.lowerBound) \(month.upperBound)" == "2028-02-01T00:00:00Z 2028-03-01T00:00:00Z")
        let last = try #require(Instant(rfc3339: "2028-12-31T00:00:00Z"))
        #expect("\(SpendingWindow.around(last, .month).upperBound)" == "2029-01-01T00:00:00Z")
    }
}
