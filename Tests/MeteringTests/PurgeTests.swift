import Engine
import MeteringService
import Policy
import Schema
import Support
import Testing

/// What metering purges, and when. Policy §4.1, §4.2.
struct PurgeTests {
    /// When what happened at a moment goes.
    private func end(_ held: Held, of start: Instant = .example) -> Instant {
        Schedule.entry(held).period.end(of: start)
    }

    private func sweep(_ stand: TestStand<Metering>, to moment: Instant) {
        stand.now = moment
        stand.wait(0)
        stand.step(.brokerTime(stand.now))
        for _ in 0..<4 { stand.wait(Instant.minute) }
    }

    private func rows(_ stand: TestStand<Metering>, _ table: String) throws -> Int64? {
        try stand.number("SELECT count(*) AS answer FROM \(table)")
    }

    @Test func `a call goes with the end of its ninetieth day, and its hour folds into its day`() throws {
        let stand = try startedMetering()
        stand.now = .example + Instant.day
        stand.give(.of(1), .of(2, at: .example + Instant.hour), .of(3, at: .example + Instant.day))
        stand.now = end(.callRecords) + -1
        stand.wait(0)
        #expect(try rows(stand, "calls") == 3 && rows(stand, "hours") == 3 && rows(stand, "transfers") == 2)
        sweep(stand, to: end(.callRecords))
        #expect(try rows(stand, "calls") == 1 && rows(stand, "hours") == 1 && rows(stand, "transfers") == 1)
        let day = "SELECT day || ' ' || calls || ' ' || nano AS answer FROM days"
        #expect(try stand.texts(day) == ["\(Instant.example.days) 2 2"])
        #expect(stand.alarms.isEmpty)
    }

    @Test func `no call that may still be admitted was purged: one that is sent again is known`() throws {
        let stand = try startedMetering()
        let call = Call.of(1)
        stand.give(call)
        // at the last moment at which it may come again
        sweep(stand, to: .example + Acceptance.age + -10 * Instant.minute)
        stand.give(call)
        #expect(try stand.calls().count == 1)
        #expect(try stand.texts("SELECT calls AS answer FROM hours") == ["1"])
    }

    @Test func `what no price came for in 90 days is parked no more, and a late one charges nothing`() throws {
        let stand = try startedMetering()
        stand.give(.of(1, at: .example, .of([.textIn: 1], model: "later")))
        #expect(try rows(stand, "unpriced") == 1)
        stand.now = end(.callRecords)
        // the price comes before the purge
        let list = Config(priceList: .of([.text], model: ModelName(unchecked: "later")))
        let sent = stand.give(Place.config, .config(list))
        #expect(try sent.totals().isEmpty)
        sweep(stand, to: end(.callRecords))
        #expect(try rows(stand, "unpriced") == 0 && rows(stand, "calls") == 0)
    }

    @Test func `a hold keeps one account's calls among others'`() throws {
        let stand = try startedMetering()
        for account in [AccountID.example, .other] { stand.give(.of(1), .of(2), of: account) }
        let hold = RetentionHold(
            hold: .example, subject: SubjectID(.other), held: .callRecords, until: .example + 200 * Instant.day)
        let record = try TestRecord.signed(
            RetentionChange(version: Revision(unchecked: 1), hold: hold), on: Topics.retentionSchedule, partition: 0,
            key: "hold", by: TestSecrets.signing("retention-worker"))
        stand.give(Place.schedule, record)
        sweep(stand, to: end(.callRecords))
        let left = "SELECT DISTINCT hex(accounts.account) AS answer FROM calls JOIN accounts ON number = calls.account"
        #expect(try stand.texts(left) == ["00000000000000090000000000000009"])
        sweep(stand, to: .example + 200 * Instant.day)
        #expect(try rows(stand, "calls") == 0)
    }

    @Test func `many calls of a day go in steps of 2,000`() throws {
        let stand = try startedMetering()
        for batch in 0..<25 {
            stand.give(Place.usage, .usage((0..<100).map { .of(UInt64(batch * 100 + $0)) }, of: .example))
        }
        stand.now = end(.callRecords)
        stand.wait(0)
        stand.step(.brokerTime(stand.now))
        stand.wait(Instant.minute)
        #expect(try rows(stand, "calls") == 500)
        stand.wait(100_000)
        #expect(try rows(stand, "calls") == 0)
    }

    @Test func `the days of a closed account go after 30 days, its number after its last call`() throws {
        let stand = try startedMetering()
        stand.give(.of(1))
        sweep(stand, to: end(.hourlyTotals))
        let closed = stand.now
        stand.give(.of(2, at: closed))
        stand.give(Place.accounts, .account(.of(version: 2, closed: closed)))
        sweep(stand, to: end(.dailyTotals, of: closed) + -10 * Instant.minute)
        #expect(try rows(stand, "days") == 1)
        sweep(stand, to: end(.dailyTotals, of: closed))
        #expect(try rows(stand, "days") == 0 && rows(stand, "accounts") == 2)
        sweep(stand, to: end(.callRecords, of: closed + AccountLife.tolerance))
        for _ in 0..<3 { stand.wait(Instant.minute) }
        #expect(try rows(stand, "calls") == 0 && rows(stand, "days") == 0 && rows(stand, "accounts") == 1)
    }
}

extension Place {
    /// The schedule of retention.
    fileprivate static let schedule = 6
}
