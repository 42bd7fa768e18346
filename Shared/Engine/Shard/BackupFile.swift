package import Schema
package import Store

/// What a copy of a file loses before it may lie elsewhere, and what a file that comes from a backup is told.
///
/// A backup has no key and nothing that a key beside it opens, so that erasing a person's keys ends what it holds on
/// them. Outbox and links are empty: a backup is taken when all its rows are in the log, and a restored file is another
/// origin, whose links begin at 1. ARCHITECTURE: Identity of a file.
package enum BackupFile {
    /// What a file says of itself.
    package struct Facts: Codable, Equatable, Sendable {
        package var service: String
        package var partition: Int32
        package var partitions: Int32
        package var incarnation: String
        package var cluster: String?
        /// The last step that the file went through.
        package var schema: Int64
        /// The next offset of each input.
        package var offsets: [Offset]
        /// The number of the next row of each link.
        package var links: [Head]

        /// How far an input was read.
        package struct Offset: Codable, Equatable, Sendable {
            package var topic: String
            package var next: Int64
            package init(topic: String, next: Int64) { (self.topic, self.next) = (topic, next) }
        }
        /// How far a link was written.
        package struct Head: Codable, Equatable, Sendable {
            package var topic: String
            package var partition: Int32
            package var next: Int64
            package init(topic: String, partition: Int32, next: Int64) {
                (self.topic, self.partition, self.next) = (topic, partition, next)
            }
        }
    }

    /// Reads what a file says of itself. Throws `corrupt` where it does not.
    package static func facts(of store: Store) throws(StoreError) -> Facts {
        var found: Facts?
        try store.each("SELECT service, partition, partitions, incarnation, cluster FROM file WHERE one = 1") {
            row throws(StoreError) in
            let raw: [UInt8] = try row.value(3)
            guard let incarnation = raw.withUnsafeBytes({ Incarnation(raw: $0) }) else { throw row.wrongType(3) }
            found = Facts(
                service: try row.value(0), partition: try row.value(1), partitions: try row.value(2),
                incarnation: incarnation.description, cluster: try row.value(4), schema: 0, offsets: [], links: [])
        }
        guard var facts = found else { throw .corrupt(path: store.path) }
        facts.schema = try store.first(value: "SELECT max(number) FROM migrations /* scan: a row per step */") ?? 0
        try store.each("SELECT topic, next FROM inputs ORDER BY topic /* scan: a row per input */") {
            row throws(StoreError) in
            facts.offsets.append(.init(topic: try row.value(0), next: try row.value(1)))
        }
        try store.each("SELECT topic, partition, next FROM links ORDER BY number /* scan: links of one file */") {
            row throws(StoreError) in
            facts.links.append(.init(topic: try row.value(0), partition: try row.value(1), next: try row.value(2)))
        }
        return facts
    }

    /// Takes out of a copy what no backup holds: the outbox, and what the service names.
    package static func strip<S: Service>(_ service: S.Type, _ copy: Store) throws {
        try copy.transaction {
            try copy.change(.any, "DELETE FROM outbox /* scan: all of it */")
            try copy.change(.any, "DELETE FROM links /* scan: all of them */")
            try copy.change(.any, "DELETE FROM barriers /* scan: all of them */")
            for statement in S.leftOutOfBackups { try copy.change(.any, statement) }
        }
    }

    /// The first table of a file that holds a wrapped key, or rows to be sent, which may hold one; nil: there is none.
    package static func keyBearing(_ store: Store) throws(StoreError) -> String? {
        for table in try store.tables(with: "wrapped", of: "BLOB") {
            let sql: SQL = "SELECT 1 FROM \(raw: table) WHERE wrapped IS NOT NULL LIMIT 1 /* scan: of a backup */"
            if try store.first(value: sql, as: Int64.self) != nil { return table }
        }
        let row: Int64? = try store.first(value: "SELECT 1 FROM outbox LIMIT 1 /* scan: the first row */")
        return row == nil ? nil : "outbox"
    }

    /// Gives a file from a backup another incarnation and puts on record that it is one: until who was erased since is
    /// removed from it, its shard reads and sends nothing else. The suppressions are read from their beginning.
    package static func adopt(
        _ store: Store, incarnation: Incarnation, backup: String, madeAt: Instant, at now: Instant, reason: Remark
    ) throws {
        try store.transaction {
            try store.change(
                .one, "UPDATE file SET incarnation = \(incarnation.raw), drained = 0 WHERE one = 1")
            try store.change(.any, "DELETE FROM inputs WHERE topic = \(Topics.rightsSuppressions.name.text)")
            try store.change(
                .one,
                """
                INSERT INTO restores (backup, madeAt, at, reason)
                VALUES (\(backup), \(madeAt.value), \(now.value), \(reason.text))
                """)
        }
    }
}
