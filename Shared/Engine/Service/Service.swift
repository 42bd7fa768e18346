package import Schema
package import Store

/// A service: what it owns, gives and takes. Its handlers are functions of a batch, the time and a transaction.
package protocol Service: Sendable {
    /// Its name, as topics, folders and groups carry it.
    static var name: ServiceName { get }
    /// Its nouns: each has a table.
    static var owns: [any Noun.Type] { get }
    /// The topics that it writes.
    static var gives: [any AnyTopic] { get }
    /// How its tables became what they are; numbers from 1,000 on.
    static var migrations: [Migration] { get }
    /// The input that partitions are assigned by.
    var anchor: Input { get }
    /// The other inputs.
    var takes: [Input] { get }
    /// What it does at certain times.
    var timers: [Timer] { get }
    /// What it does to the outside world, after commit.
    var works: [Work] { get }
    /// The categories whose key-encryption key it has, the one of its intake keys first. With any, each of its files
    /// has a keys file, and reads the keys of its people and who was erased.
    static var keyCategories: [KeyCategory] { get }
    /// What it keeps hashes from being guessed by.
    static var peppers: [Pepper] { get }
    /// Where it publishes what outsiders seal to; nil: nobody seals to it.
    static var intakeKeys: Topic<IntakeKey>? { get }
    /// The file has moved to a new cluster, which is empty: what it wrote for good goes out again.
    func republish(at now: Instant, in tx: Transaction) throws
    /// What it holds that goes when its period ends, place by place, in the order in which it is purged.
    static var purges: [Purge] { get }
    /// What of its tables no backup holds: changes of a copy. Keys that lie beside what they open, and what is of use
    /// for minutes only.
    static var leftOutOfBackups: [SQL] { get }
    /// The file was restored from a backup, and who was erased since is removed from it. Versions that it gave since
    /// the backup are forgotten: those that it gives from now on must be higher.
    func restored(at now: Instant, in tx: Transaction) throws
    /// What it does for a request besides what its slices do, in the transaction that begins it; before an erasure's
    /// rows go. `since`: when the file saw the request first.
    func carryOut(
        _ request: RightsRequest, since: Instant, at now: Instant, in tx: Transaction
    ) throws -> RightsProgress
    /// A message of many people that is not sent yet, without some of them; empty: it spoke of nobody else; nil: it
    /// does not speak of them.
    func without(_ people: Set<SubjectID>, _ value: [UInt8], of topic: TopicName) throws -> [UInt8]?
}

extension Service {
    package var works: [Work] { [] }
    package static var keyCategories: [KeyCategory] { [] }
    package static var peppers: [Pepper] { [] }
    package static var intakeKeys: Topic<IntakeKey>? { nil }
    package func republish(at now: Instant, in tx: Transaction) throws {}
    package static var leftOutOfBackups: [SQL] { [] }
    package static var purges: [Purge] { [] }
    package func restored(at now: Instant, in tx: Transaction) throws {}
    package func carryOut(
        _ request: RightsRequest, since: Instant, at now: Instant, in tx: Transaction
    ) throws -> RightsProgress { .done }
    package func without(_ people: Set<SubjectID>, _ value: [UInt8], of topic: TopicName) throws -> [UInt8]? { nil }
}

extension Service {
    /// All inputs, the anchor first: an event names an input by its place here. Those of the keys, of
    /// requests and of retention are the engine's.
    package var inputs: [Input] {
        [anchor] + takes + KeyInputs.inputs(of: Self.self) + RightsInput.inputs(of: Self.self)
            + RetentionInputs.inputs(of: Self.self)
    }

    /// All topics that it writes: its own and the engine's.
    package static var allGives: [any AnyTopic] { gives + RightsInput.gives(of: Self.self) }

    /// True where it must know who was erased: it has people's keys, or something on people.
    package static var knowsWhoWasErased: Bool { !keyCategories.isEmpty || RightsInput.takesPart(Self.self) }
    /// True where it writes what others believe by its signature.
    package static var signs: Bool { intakeKeys != nil || allGives.contains { $0.isSigned } }

    /// Every migration of its file: the engine's, then its own.
    package static var allMigrations: [Migration] { EngineTables.migrations + migrations }
}

/// The name of a service: lowercase letters and hyphens.
package struct ServiceName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The text.
    package let text: String
    package init(stringLiteral value: StaticString) { text = "\(value)" }
    init(text: String) { self.text = text }
    package var description: String { text }
}

/// A thing that a service owns: its table, and what kind of data it holds on a person.
package protocol Noun {
    /// As reports name it.
    static var name: String { get }
    /// The category of its rows.
    static var category: DataCategory { get }
    /// Its tables as they are now.
    static var table: String { get }
}
