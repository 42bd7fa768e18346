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
}

extension Service {
    /// All inputs, the anchor first: an event names an input by its place here.
    package var inputs: [Input] { [anchor] + takes }

    /// Every migration of its file: the engine's, then its own.
    package static var allMigrations: [Migration] { EngineTables.migrations + migrations }
}

/// The name of a service: lowercase letters and hyphens.
package struct ServiceName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The text.
    package let text: String
    package init(stringLiteral value: StaticString) { text = "\(value)" }
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
