import Engine
import MeteringService
import Schema
import Support
import Testing

/// Call records: each call once, in the window of acceptance. docs/contracts.md: Wire, Usage.
struct AdmissionTests {
    @Test func `a call is admitted from 89 days before now to 5 minutes after, edges included`() throws {
        let stand = try startedMetering()
        let (first, last) = (stand.now + -89 * Instant.day, stand.now + 5 * Instant.minute)
        #expect(try stand.give(.of(1, at: first), .of(2, at: last)).refusals() == [])
        #expect(try stand.give(.of(3, at: first + -1)).refusals() == [.outsideWindow])
        #expect(try stand.give(.of(4, at: last + 1)).refusals() == [.outsideWindow])
        #expect(try stand.calls().count == 2)
    }

    @Test func `a call outside of the window is refused alone, by its place in the record`() throws {
        let stand = try startedMetering()
        let actions = stand.give(.of(1), .of(2, at: stand.now + -90 * Instant.day), .of(3))
        let letter = try #require(
            try actions.sent.first { $0.topic == Topics.meteringDeadLetters.name }?.message(DeadLetter.self))
        #expect(letter.call?.value == 1 && letter.reason == .outsideWindow && letter.fields.map(\.text) == ["calledAt"])
        #expect(try stand.calls().count == 2)
    }

    @Test func `a call that is sent again is admitted once, in one batch and across batches`() throws {
        let stand = try startedMetering()
        stand.give(Place.usage, .usage([.of(1), .of(1)], of: .example), .usage([.of(1)], of: .example))
        #expect(try stand.give(.of(1)).totals() == [])
        #expect(try stand.calls() == ["\(State.charged) 1 0"])
        #expect(stand.shard.report.counters["calls_repeated"] == 3)
        #expect(stand.shard.report.deadLetters == [:])
    }

    @Test func `a call that is sent again after a crash is admitted once`() throws {
        let stand = try startedMetering()
        stand.give(.of(1))
        try stand.crash()
        stand.start()
        stand.give(.of(1), .of(2))
        #expect(try stand.calls().count == 2)
        #expect(try stand.texts("SELECT calls || ' ' || nano || ' ' || revision AS answer FROM hours") == ["2 2 2"])
    }

    @Test func `the same id and time with another content is a conflict, in one batch and across batches`() throws {
        let stand = try startedMetering()
        let other = Call.of(1, .of([.textIn: 2]))
        #expect(try stand.give(.of(1), other).refusals() == [.conflict])
        #expect(try stand.give(other).refusals() == [.conflict])
        #expect(try stand.calls() == ["\(State.charged) 1 0"])
    }

    @Test(arguments: [
        Attempt.of([.textIn: 1], outcome: .cut), .of([.textOut: 1]), .of([.textIn: 1], model: "gpt-5"),
        .of([.textIn: 1], upstream: "openai-eu"), .of([.textIn: 1], region: .example), .of([.textIn: 1], tier: .flex),
        .of([.textIn: 1], startedAt: .example + 1), .of([.textIn: 1, .textOut: 0]), .of([:]),
    ])
    func `every part of a call is content: one that differs is a conflict`(attempt: Attempt) throws {
        let stand = try startedMetering()
        #expect(try stand.give(.of(1), .of(1, attempt)).refusals() == [.conflict])
    }

    @Test func `the same id at another time, or of another account, is another call`() throws {
        let stand = try startedMetering()
        stand.give(.of(1), .of(1, at: .example + 1))
        stand.give(.of(1), of: .other)
        #expect(try stand.calls().count == 3)
    }

    @Test func `a call that costs beyond reason is refused and stalls nothing`() throws {
        let stand = try startedMetering([.of(.textIn, 1_000_000_000_000_000_000)])
        let dear = Call.of(1, .of([.textIn: 1_000_000_000_000]))
        #expect(try stand.give(dear, .of(2)).refusals() == [.wrongValue])
        #expect(try stand.calls() == ["\(State.charged) 1000000000000 0"])
        #expect(stand.shard.report.state == "running")
    }

    @Test func `the 101st unknown name of a day refuses its call, known names go on`() throws {
        let stand = try startedMetering()
        let calls = (1...100).map { Call.of(UInt64($0), .of([.textIn: 1], model: "unknown-\($0)")) }
        #expect(try stand.give(Place.usage, .usage(calls, of: .example)).refusals() == [])
        #expect(try stand.give(.of(200, .of([.textIn: 1], model: "unknown-101"))).refusals() == [.tooManyNames])
        #expect(try stand.give(.of(201, .of([.textIn: 1], model: "unknown-100")), .of(202)).refusals() == [])
        #expect(try stand.calls().count == 102)
        let nextDay = Instant.example + Instant.day
        stand.now = nextDay
        #expect(try stand.give(.of(203, at: nextDay, .of([.textIn: 1], model: "unknown-101"))).refusals() == [])
    }

    @Test func `the names of price lists and of the register are not unknown`() throws {
        let regions = (1...150).compactMap { RegionName(text: "region-\($0)") }
        let stand = try startedMetering(regions.map { .of(.textIn, 1_000_000, region: $0) })
        let calls = regions.enumerated().map { Call.of(UInt64($0 + 1), .of([.textIn: 1], region: $1)) }
        #expect(try stand.give(Place.usage, .usage(calls, of: .example)).refusals() == [])
        #expect(try stand.calls().allSatisfy { $0 == "\(State.charged) 1 0" })
    }
}
