import Runtime
package import Schema
import Synchronization

/// Usage that flows until it is told to end: rounds over one trace, each with a seed of its own.
package struct Feed: Sequence, IteratorProtocol {
    private let accounts: [AccountID]
    private let rows: [TraceRow]
    private let seed: UInt64
    private let rounds: Int
    /// From when on the accounts are there.
    private let opened: Instant
    private let mustEnd: () -> Bool
    private var round = 0
    private var workload: Workload?

    /// `rounds` at most.
    package init(
        seed: UInt64, accounts: [AccountID], rows: [TraceRow], rounds: Int, opened: Instant,
        mustEnd: @escaping () -> Bool
    ) {
        (self.seed, self.accounts, self.rows, self.rounds) = (seed, accounts, rows, rounds)
        (self.opened, self.mustEnd) = (opened, mustEnd)
    }

    /// The next record; nil at the end of the last round, or where it must end.
    package mutating func next() -> Workload.Item? {
        while !mustEnd() {
            if let item = workload?.next() { return item }
            guard round < rounds else { return nil }
            workload = Workload(
                seed: seed &+ UInt64(round) &* 1_000_003, accounts: accounts, rows: rows, now: TimeText.now(),
                timing: Timing(rows, from: opened + -Limits.newAccountSpan, until: TimeText.now()),
                standing: .open(since: opened))
            round += 1
        }
        return nil
    }
}

/// Publishes a feed on a thread of its own.
package final class Publisher: Sendable {
    /// What is published, and how.
    package struct Order: Sendable {
        package var kafka: KafkaOptions
        package var seed: UInt64
        package var accounts: [AccountID]
        package var rows: [TraceRow]
        /// When the last of the accounts was opened, at the latest.
        package var opened: Instant
        package var rounds: Int
        /// True where it ends before its last round.
        package var isEndless = false
        /// Records a second.
        package var rate: Int64
        /// Where the manifest goes.
        package var manifest: String
    }
    private struct State {
        var line = "nothing sent yet"
        var result: Result<ManifestSummary, Failure>?
        var mustEnd = false
    }

    private let state = Mutex(State())
    private let thread = Mutex<NamedThread?>(nil)

    /// Begins to publish.
    package init(_ order: Order) throws(Failure) {
        do {
            let thread = try NamedThread("publisher") { [self] in publish(order) }
            self.thread.withLock { $0 = thread }
        } catch {
            throw .check("\(error)")
        }
    }

    private func publish(_ order: Order) {
        let feed = Feed(
            seed: order.seed, accounts: order.accounts, rows: order.rows, rounds: order.rounds, opened: order.opened
        ) { [self] in
            state.withLock { $0.mustEnd }
        }
        var publishing = Publishing(kafka: order.kafka, rate: order.rate, manifest: order.manifest) { [self] line in
            state.withLock { $0.line = line }
        }
        publishing.endures = order.isEndless
        do throws(Failure) {
            let rows = order.isEndless ? 0 : order.rows.count * order.rounds
            let summary = try publishing.run(feed, seed: order.seed, rows: rows)
            state.withLock { $0.result = .success(summary) }
        } catch {
            state.withLock { $0.result = .failure(error) }
        }
    }

    /// The last line of progress.
    package var line: String { state.withLock { $0.line } }

    /// Nil while it publishes.
    package var result: Result<ManifestSummary, Failure>? { state.withLock { $0.result } }

    /// Asks it to end before the next record.
    package func end() { state.withLock { $0.mustEnd = true } }

    /// Waits for the last confirmation and the manifest.
    package func join() throws(Failure) -> ManifestSummary {
        thread.withLock { $0.take() }?.join()
        guard let result else { throw .check("the publisher ended without a result: start again") }
        return try result.get()
    }
}
