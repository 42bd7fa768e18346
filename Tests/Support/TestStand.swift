package import Engine
package import Schema
package import Store
import Synchronization

/// A shard of a service over a store in memory, with a second connection that looks at what it wrote.
package final class TestStand<S: Service> {
    package let service: S
    package let partition: Int32
    /// The connection that the shard writes by.
    package private(set) var store: Store
    package var shard: Shard
    /// What the last event brought.
    package private(set) var actions: [Action] = []
    /// The time of the next event.
    package var now: Instant
    private let observer: Store
    /// Keeps the keys' database alive, where the service holds keys.
    private let keysObserver: Store?
    package let secrets: Secrets
    /// The keys of the shard, where the service holds any.
    package private(set) var keys: KeyRing?
    package let path: String
    /// The offset behind the last record of each input.
    private var ends: [Int64]

    /// Makes a file and opens it. Every statement in the process is explained from here on: one that reads a whole
    /// table without saying why fails.
    package init(
        _ service: S, partition: Int32 = 0, partitions: Int32 = 1, incarnation: Incarnation = .example,
        secrets: Secrets? = nil, at now: Instant
    ) throws {
        Store.explainsStatements = true
        path = "memory:stand-\(standCount.add(1, ordering: .relaxed).newValue)"
        (self.service, self.partition, self.now) = (service, partition, now)
        observer = try S.createStore(
            at: path, partition: partition, partitions: partitions, incarnation: incarnation, now: now)
        store = try Store.open(path, migrations: S.allMigrations)
        self.secrets = try secrets ?? TestSecrets.all()
        keysObserver = S.keyCategories.isEmpty ? nil : try Store.create("\(path)-keys", migrations: KeyRing.migrations)
        keys = try Self.ring(path, self.secrets)
        shard = try Shard(
            service, store: store, keys: keys, secrets: self.secrets, partition: partition, at: now)
        ends = service.inputs.map { _ in 0 }
    }

    private static func ring(_ path: String, _ secrets: Secrets) throws -> KeyRing? {
        guard !S.keyCategories.isEmpty else { return nil }
        return try KeyRing(Store.open("\(path)-keys", migrations: KeyRing.migrations), secrets: secrets, files: 1)
    }

    /// Starts the shard. `bounds` nil: the topics hold what the stand gave and nothing was taken away.
    @discardableResult
    package func start(
        cluster: String = "cluster-1", partitions: Int32 = 1, bounds: [Surroundings.Bounds]? = nil
    ) -> [Action] {
        let bounds = bounds ?? ends.map { Surroundings.Bounds(low: 0, high: $0) }
        return step(.start(Surroundings(cluster: cluster, partitions: partitions, bounds: bounds)))
    }

    /// Gives the shard an event.
    @discardableResult
    package func step(_ event: Event) -> [Action] {
        actions = shard.step(event, at: now)
        return actions
    }

    /// Gives the shard records of one input in one batch.
    @discardableResult
    package func give(_ input: Int = 0, _ records: TestRecord...) -> [Action] { give(input, records) }

    /// Gives the shard records of one input in one batch.
    @discardableResult
    package func give(_ input: Int, _ records: [TestRecord]) -> [Action] {
        var batch = Records()
        for record in records { ends[input] = record.append(to: &batch, next: ends[input], at: now) + 1 }
        return step(.records(input: input, batch))
    }

    /// Lets time pass and wakes the shard.
    @discardableResult
    package func wait(_ microseconds: Int64) -> [Action] {
        now = now + microseconds
        return step(.tick)
    }

    /// Says that every message of the last event is in the log.
    package func deliver(_ messages: [Outgoing]) {
        for message in messages { step(.delivered(message.delivery)) }
    }

    /// The process dies: what is in memory is gone. The file is opened again, at a time that may be earlier.
    /// `others`: with what it is started, instead of its own secrets.
    package func crash(reopeningAt wall: Instant? = nil, losingKeys: Bool = false, with others: Secrets? = nil) throws {
        if losingKeys {
            for table in ["keyRecords", "dataKeys", "intakeKeys", "begun", "secretChecks"] {
                try keysObserver?.change(.any, "DELETE FROM \(raw: table) /* scan: a file is lost */")
            }
        }
        store = try Store.open(path, migrations: S.allMigrations)
        let secrets = others ?? secrets
        keys = try Self.ring(path, secrets)
        shard = try Shard(
            service, store: store, keys: keys, secrets: secrets, partition: partition, at: wall ?? now)
    }

    /// The first column of a query, as text.
    package func texts(_ sql: String) throws -> [String] {
        var texts: [String] = []
        try observer.each("SELECT CAST(answer AS TEXT) FROM (\(raw: sql)) /* scan: a test looks */") {
            row throws(StoreError) in
            texts.append(try row.isNull(0) ? "null" : row.value(0))
        }
        return texts
    }

    /// The single number of a query `SELECT … AS answer …`.
    package func number(_ sql: String) throws -> Int64? { try texts(sql).first.flatMap { Int64($0) } }
}

private let standCount = Atomic<Int>(0)

extension [Action] {
    /// The messages that are to be sent.
    package var sent: [Outgoing] {
        compactMap { action -> Outgoing? in
            guard case .send(let message) = action else { return nil }
            return message
        }
    }

    /// What the log is told.
    package var notes: [Note] {
        compactMap { action -> Note? in
            guard case .note(let note) = action else { return nil }
            return note
        }
    }

    /// The inputs that are to be read from now on, where that changed.
    package var reading: [Int]? {
        compactMap { action -> [Int]? in
            guard case .read(let inputs) = action else { return nil }
            return inputs
        }.last
    }

    /// The time of the next tick, where that changed.
    package var wake: Instant? {
        compactMap { action -> Instant? in
            guard case .wake(let time) = action else { return nil }
            return time
        }.last
    }
}

extension Outgoing {
    /// A header's value as text.
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// The value as a message that a service wrote.
    package func message<M: Message>(_ type: M.Type) throws -> M {
        try (value ?? []).withUnsafeBytes { try M.decode($0, contentType: M.contentType, from: .service) }
    }
}

/// What a database says that it consists of, in the order of the alphabet.
package func schemaTexts(of store: Store) throws(StoreError) -> [String] {
    try store.all(
        values: """
            SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema /* scan: a test looks */
            ORDER BY type, name
            """)
}
