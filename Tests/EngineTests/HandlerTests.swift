import Engine
import Schema
import Support
import Testing

/// Failure: a handler throws anything else.
struct HandlerTests {
    private func stalledNotebook() throws -> TestStand<Notebook> {
        let stand = try startedNotebook()
        stand.give(0, .call(1), .call(2, model: "poison"), .call(3))
        return stand
    }

    @Test func `a handler that throws rolls the batch back; record by record, the culprit stops the partition`() throws
    {
        let stand = try stalledNotebook()
        #expect(try stand.lines() == ["call 1"])
        #expect(stand.shard.next[0] == 1)
        #expect(stand.actions.reading == [])
        let report = stand.shard.report
        let stall = try #require(report.stall)
        #expect(report.state == "stalled" && stall.reason == .handler)
        #expect(stall.detail == "metering.usage offset 1: Poison")
        #expect(stand.actions.notes.contains(.stalled(stall)))
        #expect(try stand.number("SELECT next AS answer FROM inputs WHERE topic = 'metering.usage'") == 1)
    }

    @Test func `nothing is skipped: what waits is applied in its order when the cause is mended`() throws {
        let stand = try stalledNotebook()
        stand.give(Notebook.Place.totals, .total(1))
        stand.give(0, .call(4))
        #expect(try stand.lines() == ["call 1"])
        stand.service.fault.mend()
        let actions = stand.wait(Instant.second)
        #expect(try stand.lines() == ["call 1", "call 2", "call 3", "total 1", "call 4"])
        #expect(actions.notes.contains(.resumed) && actions.reading == [0, 1, 2, 3])
    }

    @Test func `it is retried with a backoff that doubles up to a minute`() throws {
        let stand = try stalledNotebook()
        var rests: [Int64] = []
        var time = try #require(stand.actions.wake)
        for _ in 0..<8 {
            rests.append((time - stand.now) / Instant.second)
            time = try #require(stand.wait(time - stand.now).wake)
        }
        #expect(rests == [1, 2, 4, 8, 16, 32, 60, 60])
        #expect(try stand.lines() == ["call 1"])
        #expect(stand.shard.report.stall?.since == .example)
    }

    @Test func `a stalled partition is woken for its retry though rows wait to be forgotten`() throws {
        let stand = try startedNotebook()
        let sent = stand.give(0, .call(1, model: "send")).sent
        stand.give(0, .call(2, model: "poison"))
        stand.deliver(sent)
        let retry = try #require(stand.shard.report.stall?.retryAt)
        var last = stand.actions.wake
        for _ in 0..<3 where last ?? retry < retry {
            last = stand.wait((last ?? retry) - stand.now).wake ?? last
        }
        stand.now = retry
        stand.service.fault.mend()
        #expect(last == nil || last == retry, "the last wake is at the retry")
        stand.wait(0)
        #expect(try stand.lines() == ["call 1", "call 2"])
    }

    @Test func `what a rolled back batch left behind is gone: counters, alarms and messages count once`() throws {
        let stand = try startedNotebook()
        let actions = stand.give(
            0, .call(1, model: "send"), .call(2, model: "alarm"), .call(3, model: "refuse"), .call(4, model: "poison"))
        #expect(actions.sent.count == 2)
        #expect(stand.shard.report.counters["calls"] == 3)
        #expect(stand.shard.report.alarms.count == 1)
        #expect(stand.shard.report.deadLetters == [.conflict: 1])
    }

    @Test func `partition skip goes on behind the culprit and is kept on record`() throws {
        let stand = try stalledNotebook()
        let reason = try #require(Remark(text: "known bad gateway"))
        let actions = stand.step(.operate(.skip(reason: reason)))
        #expect(try stand.lines() == ["call 1", "call 3"])
        #expect(actions.contains(.operated(ok: true, "skipped metering.usage offset 1: Poison")))
        #expect(actions.reading == [0, 1, 2, 3])
        #expect(
            try stand.texts("SELECT kind || ' ' || subject || ' ' || reason AS answer FROM operations") == [
                "skip metering.usage offset 1 known bad gateway"
            ])
        #expect(stand.shard.next[0] == 3)
    }

    @Test func `there is nothing to skip in a partition that runs`() throws {
        let stand = try startedNotebook()
        stand.give(0, .call(1))
        stand.step(.operate(.skip(reason: .example)))
        #expect(try stand.number("SELECT count(*) AS answer FROM operations") == 0)
        #expect(stand.shard.report.state == "running")
    }

    @Test func `a stalled partition still sends what it has committed`() throws {
        let stand = try startedNotebook()
        let sent = stand.give(0, .call(1, model: "send"), .call(2, model: "poison")).sent
        #expect(sent.count == 1)
        stand.step(.undelivered(sent[0].delivery))
        #expect(stand.wait(Instant.second).sent.map(\.value) == sent.map(\.value))
    }
}
