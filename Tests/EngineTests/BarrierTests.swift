import Engine
import Schema
import Support
import Testing

/// Rule Sending: what a file writes after a barrier waits until the barrier is in the log.
struct BarrierTests {
    /// The partition of the account that the calls are of; barriers go to the other.
    private static let own = partition(of: AccountID.example, n: 2)

    /// Three rows on two links: one before a barrier, the barrier on the other link, one after it.
    private func waitingStand() throws -> (TestStand<Notebook>, [Outgoing]) {
        let stand = try startedNotebook(partition: Self.own, partitions: 2)
        let sent = stand.give(0, .call(1, model: "send"), .call(2, model: "first"), .call(3, model: "send")).sent
        return (stand, sent)
    }

    private func revisions(_ sent: [Outgoing]) throws -> [Int64] {
        try sent.map { try $0.message(Totals.self).totals[0].revision.value }
    }

    @Test func `rows of other links that were written later wait for its acknowledgement`() throws {
        let (stand, sent) = try waitingStand()
        #expect(try revisions(sent).sorted() == [1, 2], "the row before it does not wait")
        #expect(stand.give(0, .call(4, model: "send")).sent.isEmpty)
        let before = try #require(sent.first { $0.partition == Self.own })
        let barrier = try #require(sent.first { $0.partition != Self.own })
        #expect(stand.step(.delivered(before.delivery)).sent.isEmpty)
        #expect(try revisions(stand.step(.delivered(barrier.delivery)).sent) == [3, 4])
    }

    @Test func `rows of its own link do not wait: they follow it in the log`() throws {
        let (stand, _) = try waitingStand()
        #expect(try revisions(stand.give(0, .call(5, model: "first")).sent) == [5])
    }

    @Test func `a row between two barriers waits for the first alone`() throws {
        let stand = try startedNotebook(partition: Self.own, partitions: 2)
        let sent = stand.give(
            0, .call(1, model: "first"), .call(2, model: "send"), .call(3, model: "first"), .call(4, model: "send")
        ).sent
        #expect(try revisions(sent) == [1, 3])
        #expect(try revisions(stand.step(.delivered(sent[0].delivery)).sent) == [2])
        #expect(try revisions(stand.step(.delivered(sent[1].delivery)).sent) == [4])
    }

    @Test func `the process is killed: what waited still waits`() throws {
        let (stand, sent) = try waitingStand()
        stand.deliver(sent.filter { $0.partition == Self.own })
        stand.wait(200_000)
        try stand.crash()
        let again = stand.start(partitions: 2).sent
        #expect(try revisions(again) == [2])
        #expect(try revisions(stand.step(.delivered(again[0].delivery)).sent) == [3])
    }

    @Test func `a failed delivery of a barrier lets nothing pass it`() throws {
        let (stand, sent) = try waitingStand()
        let barrier = try #require(sent.first { $0.partition != Self.own })
        #expect(stand.step(.undelivered(barrier.delivery)).sent.isEmpty)
        let again = stand.wait(Instant.second).sent
        #expect(try revisions(again) == [2])
        #expect(try revisions(stand.step(.delivered(again[0].delivery)).sent) == [3])
    }

    @Test func `a barrier that is passed is forgotten`() throws {
        let (stand, sent) = try waitingStand()
        #expect(try stand.number("SELECT count(*) AS answer FROM barriers") == 1)
        stand.deliver(sent)
        stand.wait(200_000)
        #expect(try stand.number("SELECT count(*) AS answer FROM barriers") == 0)
    }
}
