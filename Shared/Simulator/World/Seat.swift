package import Engine
import Schema
import Store

/// A service that runs in the simulator, whatever its type.
package struct SimulatedService: Sendable {
    let name: String
    let inputs: [Input]
    /// The nouns that it shows a person.
    let slices: [String]
    let create: @Sendable (String) throws(StoreError) -> Store
    let open: @Sendable (String) throws(StoreError) -> Store
    let shard: @Sendable (Store, KeyRing?, Secrets, Int32, Instant) throws -> Running
    /// True where its files have keys files beside them.
    let holdsKeys: Bool

    /// Takes a service as it is in production.
    package init<S: Service>(_ service: S) {
        name = S.name.text
        inputs = service.inputs
        slices = S.owns.compactMap { ($0 as? any Slice.Type)?.name }
        create = { path throws(StoreError) in try Store.create(path, migrations: S.allMigrations) }
        open = { path throws(StoreError) in try Store.open(path, migrations: S.allMigrations) }
        shard = { store, keys, secrets, partition, now in
            Running(
                try Shard(service, store: store, keys: keys, secrets: secrets, partition: partition, at: now), store)
        }
        holdsKeys = !S.keyCategories.isEmpty
    }
}

/// A shard while an instance runs it, and what its runtime knows of it.
final class Running {
    var shard: Shard
    let store: Store
    /// The next offset that is fetched of each input.
    var position: [Int64] = []
    var reading: [Int] = []
    /// The end of each input that it was told of last.
    var toldEnd: [Int64]
    var wake: Instant?
    /// What came of its jobs, and it was not told yet.
    var results: [TaskOutcome] = []
    /// When it is told that its inputs are assigned anew.
    var startsAt: Instant?
    /// When the bus's answer to its question of the time arrives.
    var clockAt: Instant?
    var stall: Stall?
    /// When an operator acts on the stall.
    var operatorAt: Instant?
    /// The cluster that it was started with.
    var cluster = ""

    init(_ shard: consuming Shard, _ store: Store) {
        toldEnd = Array(repeating: -1, count: shard.inputs.count)
        self.shard = shard
        self.store = store
    }
}

/// The place of one partition of one service: its file, and who runs it.
final class Seat {
    let service: Int
    let partition: Int32
    let path: String
    /// For each input, its topic.
    let topics: [Int]
    /// Reads the file for the judges, harms it for the faults, and keeps a file in memory alive.
    let keeper: Store
    /// The same for the keys beside it, where the service holds any.
    let keysKeeper: Store?
    var running: Running?
    /// Which instance of the service has it.
    var instance: Int
    /// For each input, the next offset that a shard said to be committed.
    var committed: [Int64]
    /// When it is opened; nil: it is open.
    var opensAt: Instant?
    /// What its next start gets wrong.
    var lie: Lie?
    var harm: Harm?

    /// What a shard is told wrongly when it starts.
    enum Lie { case foreignCluster, otherPartitions, shorterTopics }
    /// What is wrong with a file for a while.
    enum Harm: Equatable {
        case full
        case locked
        case damaged
    }

    init(service: Int, partition: Int32, path: String, topics: [Int], keeper: Store, keysKeeper: Store?, instance: Int)
    {
        self.keysKeeper = keysKeeper
        (self.service, self.partition, self.path, self.topics) = (service, partition, path, topics)
        (self.keeper, self.instance) = (keeper, instance)
        committed = topics.map { _ in 0 }
    }
}
