import Engine
import MeteringService
import Schema
import Support
import Testing

/// What metering shows, and removes, of a person. Policy §8.3, §8.4; ARCHITECTURE: an erasure.
struct ErasureTests {
    /// Metering with calls of two accounts, of which one waits for a price, and an objection.
    private func used() throws -> TestStand<Metering> {
        let stand = try startedMetering()
        stand.give(.of(1), .of(2, at: .example + -Instant.hour))
        stand.give(.of(3, at: .example + -40 * Instant.day), .of(4, at: .example, .of([.textIn: 1], model: "new")))
        stand.give(.of(5), of: .other)
        return stand
    }

    private func ask(_ stand: TestStand<Metering>, _ act: RightsAct, _ worker: TestRequests) throws -> [Outgoing] {
        let request = try worker.request(act, of: .example, TestRequests.id(1), at: stand.now)
        let input = try #require(stand.input(of: Topics.rightsRequests))
        let first = stand.give(input, try worker.record(request))
        var (all, waiting) = ([Outgoing](), first.sent)
        for _ in 0..<100 where !waiting.isEmpty {
            all += waiting
            let next = waiting
            waiting = []
            for message in next { waiting += stand.step(.delivered(message.delivery)).sent }
            waiting += stand.step(.tick).sent
        }
        return all
    }

    private func outcome(_ sent: [Outgoing]) throws -> RightsOutcome {
        let messages = sent.filter { $0.topic == Topics.rightsOutcomes(of: "metering").name }
        return try #require(try messages.first?.message(RightsOutcomes.self).outcomes.first)
    }

    private func counts(_ outcome: RightsOutcome) -> [String] {
        outcome.slices.map { "\($0.slice.text) \($0.rows.value)" }
    }

    @Test func `an export holds each call, hour and transfer of the person, and nobody else's`() throws {
        let stand = try used()
        let worker = try TestRequests()
        let sent = try ask(stand, .export, worker)
        let rows = try worker.rows(sent, from: "metering", of: .example)
        #expect(rows["calls"]?.count == 4 && rows["hours"]?.count == 3 && rows["unpriced"]?.count == 1)
        let call = try #require(rows["calls"]?.last { $0.contains(CallID(high: 0, low: 2).text) })
        #expect(
            call.contains(#""state":"charged","amount":"0.000000001""#) && call.contains(#""upstream":"openai-us""#))
        #expect(rows["calls"]?.contains { $0.contains(CallID(high: 0, low: 5).text) } == false)
        #expect(rows["accounts"]?.count == 1 && rows["waiting"] == [])
        #expect(counts(try outcome(sent)).contains("calls 4"))
    }

    @Test func `an erasure leaves nothing of the person, and the other's account as it was`() throws {
        let stand = try used()
        let sent = try ask(stand, .erase, try TestRequests())
        let outcome = try outcome(sent)
        #expect(outcome.result == .done && outcome.slices.allSatisfy { $0.kept.value == 0 })
        #expect(counts(outcome).sorted() == ["accounts 1", "calls 4", "hours 3", "transfers 2", "unpriced 1"])
        #expect(try stand.places(of: .example) == [])
        #expect(try stand.calls().count == 1)
        #expect(try stand.number("SELECT count(*) AS answer FROM accounts") == 1)
    }

    @Test func `late calls and states of an erased person are dropped and counted`() throws {
        let stand = try used()
        _ = try ask(stand, .erase, try TestRequests())
        stand.give(.of(1), .of(6))
        stand.give(Place.accounts, .account(.of(version: 9)))
        stand.give(.of(7), of: .stranger)
        #expect(stand.shard.report.counters["late_dropped"] == 3)
        #expect(try stand.places(of: .example) == [])
        #expect(try stand.number("SELECT count(*) AS answer FROM waiting") == 1, "who is only unknown waits")
    }

    @Test func `calls that wait for their account are erased with it`() throws {
        let stand = try TestStand(Metering(), at: .example)
        stand.start()
        stand.give(.of(1), .of(2))
        #expect(counts(try outcome(try ask(stand, .erase, try TestRequests()))) == ["waiting 2"])
        #expect(try stand.places(of: .example) == [])
    }

    @Test func `totals that are not in the log yet go out without the person`() throws {
        let stand = try startedMetering()
        let usage = stand.give(Place.usage, .usage([.of(1)], of: .example), .usage([.of(2)], of: .other))
        #expect(try usage.sent.flatMap { try $0.message(Totals.self).totals }.count == 2)
        let input = try #require(stand.input(of: Topics.rightsRequests))
        let worker = try TestRequests()
        stand.give(input, try worker.record(worker.request(.erase, of: .example, TestRequests.id(1), at: stand.now)))
        let again = stand.step(.resend).sent.filter { $0.topic == Topics.meteringTotals.name }
        #expect(try again.flatMap { try $0.message(Totals.self).totals }.map(\.account) == [.other])
        #expect(again.first?.header("troth-link")?.hasSuffix("/1") == true)
    }
}
