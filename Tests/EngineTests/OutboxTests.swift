import Engine
import Schema
import Support
import Testing

/// Rule Sending, and idea 2: the outbox.
struct OutboxTests {
    private func sendingStand(_ count: Int = 3) throws -> (TestStand<Notebook>, [Outgoing]) {
        let stand = try startedNotebook()
        let sent = stand.give(0, (1...count).map { .call(UInt64($0), model: "send") }).sent
        return (stand, sent)
    }

    @Test func `the rows of a link are numbered 1, 2, 3 and sent after the commit, in order`() throws {
        let (stand, sent) = try sendingStand()
        let origin = "metering/0/\(Incarnation.example)"
        #expect(sent.map { $0.header("troth-link") } == ["\(origin)/1", "\(origin)/2", "\(origin)/3"])
        #expect(try sent.map { try $0.message(Totals.self) } == [.one(1), .one(2), .one(3)])
        #expect(sent.allSatisfy { $0.topic == Topics.meteringTotals.name && $0.partition == 0 && $0.key == nil })
        #expect(sent.allSatisfy { $0.header("ce_specversion") == "1.0" && $0.header("ce_type") == Totals.type })
        #expect(sent.allSatisfy { $0.header("ce_source") == "troth/metering/0" && $0.header("ce_time") != nil })
        #expect(Set(sent.map { $0.header("ce_id") }).count == 3)
        #expect(stand.shard.report.outboxRows == 3)
    }

    @Test func `only a contiguous prefix is acknowledged`() throws {
        let (stand, sent) = try sendingStand()
        stand.deliver([sent[1]])
        #expect(stand.shard.report.outboxRows == 3)
        stand.deliver([sent[0], sent[1]])
        #expect(stand.shard.report.outboxRows == 1)
    }

    @Test func `after a delivery error all from the first unacknowledged row is sent again, after a rest`() throws {
        let (stand, sent) = try sendingStand()
        stand.deliver([sent[0]])
        let failed = stand.step(.undelivered(sent[1].delivery))
        #expect(failed.notes == [.resending(topic: Topics.meteringTotals.name, partition: 0, from: 2)])
        #expect(failed.sent.isEmpty)
        stand.deliver([sent[2]])
        #expect(stand.shard.report.outboxRows == 2, "a report of an earlier sending means nothing")
        let again = stand.wait(Instant.second).sent
        #expect(again.map(\.value) == sent[1...].map(\.value))
        #expect(again.map(\.headers) == sent[1...].map(\.headers))
        #expect(again.allSatisfy { $0.delivery.generation != sent[0].delivery.generation })
        stand.step(.undelivered(sent[2].delivery))
        stand.deliver(again)
        #expect(stand.shard.report.outboxRows == 0)
    }

    @Test func `a link that rests sends nothing new before its turn`() throws {
        let (stand, sent) = try sendingStand(2)
        stand.step(.undelivered(sent[0].delivery))
        #expect(stand.give(0, .call(3, model: "send")).sent.isEmpty)
        #expect(try stand.wait(Instant.second).sent.map { try $0.message(Totals.self) } == [.one(1), .one(2), .one(3)])
    }

    @Test func `a new producer gets everything again that is not acknowledged`() throws {
        let (stand, sent) = try sendingStand()
        stand.deliver([sent[0]])
        #expect(stand.step(.resend).sent.map(\.value) == sent[1...].map(\.value))
    }

    @Test func `at most a window of a link is on its way`() throws {
        let (stand, sent) = try sendingStand(250)
        #expect(sent.count == 100)
        var later: [Outgoing] = []
        for message in sent.prefix(10) { later += stand.step(.delivered(message.delivery)).sent }
        #expect(try later.map { try $0.message(Totals.self) } == (101...110).map { .one($0) })
    }

    @Test func `the broker is away: an outbox past its bound stops the reading until it is half empty`() throws {
        let stand = try startedNotebook()
        let calls = (1...4_001).map { Call.of(UInt64($0), model: "send") }
        let records = stride(from: 0, to: calls.count, by: 500).map {
            TestRecord.usage(Array(calls[$0..<min($0 + 500, calls.count)]), of: .example)
        }
        let actions = stand.give(0, records)
        #expect(actions.reading == [] && actions.notes.contains(.backPressure(true, outboxRows: 4_001)))
        var waiting = actions.sent[...]
        while stand.shard.report.outboxRows > 2_001, let next = waiting.popFirst() {
            let actions = stand.step(.delivered(next.delivery))
            waiting += actions.sent
            #expect(actions.reading == nil)
        }
        let last = try #require(waiting.first)
        #expect(stand.step(.delivered(last.delivery)).reading == [0, 1, 2, 3])
    }

    @Test func `acknowledged rows are forgotten, at the latest after 200 ms`() throws {
        let (stand, sent) = try sendingStand()
        stand.deliver(sent)
        #expect(try stand.number("SELECT count(*) AS answer FROM outbox") == 3)
        stand.wait(200_000)
        #expect(try stand.number("SELECT count(*) AS answer FROM outbox") == 0)
    }

    @Test func `the process is killed: the outbox goes on from its first unacknowledged row, numbers go on`() throws {
        let (stand, sent) = try sendingStand()
        stand.deliver(Array(sent[..<2]))
        stand.wait(200_000)
        try stand.crash()
        #expect(stand.start().sent.map(\.headers) == [sent[2].headers])
        let fourth = stand.give(0, .call(4, model: "send")).sent
        #expect(fourth.first?.header("troth-link") == "metering/0/\(Incarnation.example)/4")
    }

    @Test func `the process is killed before any acknowledgement: all rows are sent again, from the table`() throws {
        let (stand, sent) = try sendingStand()
        try stand.crash()
        #expect(stand.start().sent.map(\.value) == sent.map(\.value))
    }
}
