import Engine
import Schema
import Store
import Synchronization

extension Simulation {
    /// Tells the stores in memory of several runs in one process apart; nothing else depends on it.
    static let number = Counter()

    /// Counts from 1.
    final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        func next() -> Int { value.add(1, ordering: .relaxed).newValue }
    }
}

/// Makes a file in memory and keeps it: it lives as long as one connection does.
struct KeptOpen {
    let keeper: Store

    init(
        _ path: String, _ service: SimulatedService, _ partition: Int32, _ partitions: Int32,
        _ incarnation: (high: UInt64, low: UInt64), _ now: Instant
    ) throws {
        // a connection of another kind of store, which holds the name until the file is made
        let holder = Holder(path)
        try service.create(
            path, partition, partitions, Incarnation(high: incarnation.high, low: incarnation.low), now)
        keeper = try service.open(path)
        holder.release()
    }
}
