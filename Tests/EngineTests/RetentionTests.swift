import Engine
import Schema
import Store
import Support
import Testing

/// Purges: exactly at the boundary, in steps, under the broker's clock, and not what is held. Policy §4.
struct RetentionTests {
    /// 2026-11-23T18:00Z, and the end of six months from then on.
    private let start = Instant(rfc3339: "2026-11-23T18:00:00Z") ?? .example
    private let due = Instant(rfc3339: "2027-05-24T00:00:00Z") ?? .example

    private func stand() throws -> TestStand<Diary> {
        let stand = try TestStand(Diary(), at: start)
        stand.start()
        stand.wait(0)
        return stand
    }

    @Test func `a row is there a microsecond before its period ends, and goes in the minute after`() throws {
        let stand = try stand()
        try stand.write(at: start)
        try stand.write(at: start + Instant.day)
        stand.now = due + -Instant.minute * 2 + -1
        stand.sweep()
        stand.now = due + -1
        stand.wait(0)
        #expect(try stand.pages == 2)
        stand.now = due
        stand.sweep()
        #expect(try stand.pages == 1)
        #expect(stand.alarms.isEmpty)
    }

    @Test func `nothing goes while the broker's clock is another, and what is late is an alarm until it is gone`()
        throws
    {
        let stand = try stand()
        try stand.write(at: start)
        stand.now = due
        stand.sweep(broker: 2 * Instant.day)
        #expect(try stand.pages == 1)
        #expect(stand.alarms == ["clock-unproven"])
        stand.now = due + Instant.day
        stand.sweep(broker: 2 * Instant.day)
        #expect(Set(stand.alarms) == ["clock-unproven", "purge-overdue"])
        stand.now = stand.now + Instant.hour
        stand.sweep()
        stand.wait(Instant.minute)
        #expect(try stand.pages == 0)
        #expect(stand.alarms.isEmpty)
    }

    @Test func `a purge that a jump has missed runs once, and again when the broker has said its time`() throws {
        let stand = try stand()
        try stand.write(at: start)
        stand.wait(due + 400 * Instant.day - stand.now)
        #expect(stand.actions.contains(.askTime))
        #expect(try stand.pages == 1)
        #expect(stand.shard.report.due == stand.shard.report.now, "it is about to do something")
        stand.step(.brokerTime(stand.now))
        stand.wait(0)
        #expect(try stand.pages == 0)
        let next = try #require(stand.shard.report.due)
        #expect(next > stand.now && next <= stand.now + Instant.minute)
    }

    @Test func `a step is bounded, and the next comes after a rest`() throws {
        let stand = try stand()
        try stand.write(4_500, at: start)
        stand.now = due
        stand.sweep()
        #expect(try stand.pages == 2_500)
        let wake = try #require(stand.actions.wake)
        #expect(wake - stand.now > 0 && wake - stand.now < 100_000)
        stand.wait(wake - stand.now)
        #expect(try stand.pages == 500)
        stand.wait(wake - stand.now + 100_000)
        #expect(try stand.pages == 0)
    }

    @Test func `what is held stays until its hold is released, or ends`() throws {
        let stand = try stand()
        let (held, other) = (SubjectID.example, SubjectID(high: 1, low: 2))
        try stand.write(2, of: held, at: start)
        try stand.write(of: other, at: start)
        let hold = RetentionHold(hold: .example, subject: held, held: .technicalLog, until: due + 30 * Instant.day)
        try stand.tell(RetentionChange(version: .first, hold: hold))
        stand.now = due + 2 * Instant.day
        stand.sweep()
        #expect(try stand.texts("SELECT hex(subject) AS answer FROM pages").count == 2)
        #expect(stand.alarms.isEmpty)  // what is held is not late
        let released = RetentionHold(hold: .example, subject: nil, held: nil, until: nil)
        try stand.tell(RetentionChange(version: Revision(unchecked: 2), hold: released))
        stand.sweep()
        #expect(try stand.pages == 0)
        // an older version of it changes nothing
        try stand.tell(RetentionChange(version: .first, hold: hold))
        #expect(try stand.number("SELECT count(*) AS answer FROM holds WHERE person IS NOT NULL") == 0)
    }

    @Test func `a hold ends by itself`() throws {
        let stand = try stand()
        try stand.write(at: start)
        let hold = RetentionHold(hold: .example, subject: .example, held: .technicalLog, until: due + Instant.hour)
        try stand.tell(RetentionChange(version: .first, hold: hold))
        stand.now = due
        stand.sweep()
        #expect(try stand.pages == 1)
        stand.now = due + Instant.hour
        stand.sweep()
        #expect(try stand.pages == 0)
    }

    @Test func `an override is another period, and one that the schedule does not allow is refused`() throws {
        let stand = try stand()
        try stand.write(at: start)
        func set(_ count: Int64, _ version: Int64, by signer: String = "retention-worker") throws {
            let override = RetentionOverride(held: .technicalLog, count: PeriodCount(unchecked: count), statute: nil)
            try stand.tell(RetentionChange(version: Revision(unchecked: version), override: override), by: signer)
        }
        try set(7, 1)
        #expect(stand.shard.report.deadLetters[.wrongValue] == 1)
        try set(1, 2, by: "identity")
        #expect(stand.shard.report.deadLetters[.badSignature] == 1)
        try set(3, 1)
        stand.now = Instant(rfc3339: "2027-02-24T00:00:00Z") ?? .example
        stand.sweep()
        #expect(try stand.pages == 0)
    }

    @Test func `a file reports after a day, and when it is asked`() throws {
        let stand = try stand()
        try stand.write(at: start)
        let reports = { try stand.actions.sent.map { try $0.message(RetentionReport.self) } }
        stand.wait(Instant.day - Instant.minute)
        #expect(try reports().isEmpty)
        stand.wait(Instant.minute)
        let entry = try #require(reports().first?.entries.first)
        #expect(entry.held == .technicalLog && entry.noun.text == "pages" && entry.oldest == start && entry.due == due)
        #expect(!entry.overdue.value)
        try stand.tell(RetentionChange(version: .first, asked: stand.now + 1))
        stand.wait(Instant.minute)
        #expect(try reports().count == 1)
        stand.wait(Instant.minute)
        #expect(try reports().isEmpty)
    }
}

extension Revision {
    fileprivate static let first = Revision(unchecked: 1)
}
