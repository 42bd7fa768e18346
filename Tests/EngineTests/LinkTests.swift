import Engine
import Schema
import Support
import Testing

/// Idea 3: messages between services are numbered per link. Failure: a hole on a link.
struct LinkTests {
    private let place = Notebook.Place.totals

    @Test func `a message that arrives twice over a link is applied once`() throws {
        let stand = try startedNotebook()
        stand.give(place, .total(1), .total(2), .total(1))
        stand.give(place, .total(2), .total(3))
        #expect(try stand.lines() == ["total 1", "total 2", "total 3"])
    }

    @Test func `nothing above a hole is applied, and the missing rows come again`() throws {
        let stand = try startedNotebook()
        let actions = stand.give(place, .total(1), .total(3), .total(4))
        #expect(try stand.lines() == ["total 1"])
        #expect(
            actions.notes.contains(
                .hole(topic: Topics.meteringTotals.name, origin: TestRecord.origin, expected: 2, found: 3)))
        #expect(stand.shard.report.holes.map(\.mark) == [1])
        stand.give(place, .total(2), .total(3), .total(4))
        #expect(try stand.lines() == ["total 1", "total 2", "total 3", "total 4"])
        #expect(stand.shard.report.holes.isEmpty)
    }

    @Test func `a hole that stays open for 60 s is an alarm with the link, which ends when it closes`() throws {
        let stand = try startedNotebook()
        let opened = stand.give(place, .total(1), .total(3))
        #expect(opened.wake == stand.now + 60 * Instant.second)
        stand.wait(59 * Instant.second)
        #expect(stand.shard.report.alarms.isEmpty)
        stand.wait(Instant.second)
        #expect(stand.shard.report.alarms.map(\.name) == ["link-hole"])
        #expect(stand.shard.report.alarms.allSatisfy { $0.subject.contains(TestRecord.origin) })
        let closed = stand.give(place, .total(2), .total(3))
        #expect(try #require(closed.wake) <= stand.now, "nobody would clear the alarm before the next timer")
        stand.wait(0)
        #expect(stand.shard.report.alarms.isEmpty)
    }

    @Test func `link accept gives the missing rows up, reads again from behind the hole, and is on record`() throws {
        let stand = try startedNotebook()
        stand.give(place, .total(1), .total(5), .total(6))
        let reason = try #require(Remark(text: "sender restored"))
        let actions = stand.step(
            .operate(.acceptLink(topic: Topics.meteringTotals.name, origin: TestRecord.origin, reason: reason)))
        #expect(actions.contains(.operated(ok: true, "gave up rows 2 to 4")) && actions.contains(.assign))
        // what was in the queue lies behind: it is not applied
        stand.give(place, .total(7, offset: 3))
        #expect(stand.shard.next[place] == 1)
        var bounds = [Surroundings.Bounds](repeating: .init(low: 0, high: 0), count: 4)
        bounds[place] = .init(low: 0, high: 4)
        stand.start(bounds: bounds)
        stand.give(place, .total(5, offset: 1), .total(6, offset: 2))
        #expect(try stand.lines() == ["total 1", "total 5", "total 6"])
        #expect(
            try stand.texts("SELECT kind || ' ' || reason || ' ' || subject AS answer FROM operations") == [
                "accept-link sender restored metering.totals \(TestRecord.origin): gave up rows 2 to 4"
            ])
    }

    @Test func `link accept without a hole does nothing and says so`() throws {
        let stand = try startedNotebook()
        stand.give(place, .total(1))
        let actions = stand.step(
            .operate(.acceptLink(topic: Topics.meteringTotals.name, origin: TestRecord.origin, reason: .example)))
        #expect(!actions.contains(.assign))
        #expect(try stand.number("SELECT count(*) AS answer FROM operations") == 0)
    }

    @Test func `a first row other than 1 is a hole where the topic is whole`() throws {
        let stand = try startedNotebook()
        stand.give(place, .total(3))
        #expect(try stand.lines() == [])
        stand.give(place, .total(1), .total(2), .total(3))
        #expect(try stand.lines() == ["total 1", "total 2", "total 3"])
    }

    @Test func `a first row is the baseline where the topic's start was gone before the file was new`() throws {
        let stand = try TestStand(Notebook(), at: .example)
        var bounds = [Surroundings.Bounds](repeating: .init(low: 0, high: 0), count: 4)
        bounds[place] = .init(low: 40, high: 50)
        stand.start(bounds: bounds)
        #expect(stand.shard.next[place] == 40)
        stand.give(place, .total(17, offset: 40), .total(18), .total(20))
        #expect(try stand.lines() == ["total 17", "total 18"])
    }

    @Test func `a link that begins after the file has no baseline: its row 2 before its row 1 is a hole`() throws {
        let stand = try TestStand(Notebook(), at: .example)
        var bounds = [Surroundings.Bounds](repeating: .init(low: 0, high: 0), count: 4)
        bounds[place] = .init(low: 40, high: 50)
        stand.start(bounds: bounds)
        stand.give(place, .total(2, offset: 50), .total(1), .total(2))
        #expect(try stand.lines() == ["total 1", "total 2"])
    }

    @Test func `the links of two files, and of two lives of one file, are judged apart`() throws {
        let stand = try startedNotebook()
        let other = "metering/8/1f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021"
        let reborn = "metering/7/2f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021"
        stand.give(place, .total(1), .total(1, origin: other), .total(1, origin: reborn), .total(2, origin: other))
        #expect(try stand.lines() == ["total 1", "total 1", "total 1", "total 2"])
    }

    @Test func `marks are in the file: after a crash a repeated row is still dropped`() throws {
        let stand = try startedNotebook()
        stand.give(place, .total(1), .total(2))
        try stand.crash()
        stand.start()
        stand.give(place, .total(1), .total(2), .total(3))
        #expect(try stand.lines() == ["total 1", "total 2", "total 3"])
    }

    @Test(arguments: [nil, "billing/7/1f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021/1", "metering/7/1", "metering/7/x/1", ""])
    func `a row without its writer's link header is refused`(link: String?) throws {
        let stand = try startedNotebook()
        var record = TestRecord.total(1)
        record.headers.removeAll { $0.name == "troth-link" }
        if let link { record.headers.append((name: "troth-link", value: link)) }
        let actions = stand.give(place, record)
        #expect(try stand.lines() == [])
        #expect(try actions.sent.map { try $0.message(DeadLetter.self).reason } == [.missingLink])
    }

    @Test func `a link header on a topic that outsiders write is refused`() throws {
        let stand = try startedNotebook()
        var record = TestRecord.call(1)
        record.headers.append((name: "troth-link", value: "\(TestRecord.origin)/1"))
        let actions = stand.give(Notebook.Place.usage, record)
        #expect(try stand.lines() == [])
        #expect(try actions.sent.map { try $0.message(DeadLetter.self).reason } == [.linkHeader])
    }
}
