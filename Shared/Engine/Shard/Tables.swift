package import Schema
package import Store

/// The engine's own tables, in every file.
package enum EngineTables {
    /// As they are now.
    package static let tables = [
        Offsets.table, Links.table, Outbox.table, Timers.table, Commands.table, Alarms.table, Operations.table,
        Tasks.table, KeyInputs.suppressionsTable, SecretChecks.table, Restores.table, RightsTable.table,
        Commands.peopleTable, Barriers.table, Retention.tables,
    ]

    /// How they became so; numbers below 1,000.
    package static let migrations = [
        Migration(number: 1, sql: (tables.prefix(6) + [Operations.firstTable]).joined(separator: ";\n")),
        Migration(number: 2, sql: tables[7...10].joined(separator: ";\n")),
        Migration(
            number: 3,
            sql: [
                "ALTER TABLE operations RENAME TO operationsBefore", Operations.table,
                "INSERT INTO operations SELECT number, at, kind, subject, reason FROM operationsBefore",
                "DROP TABLE operationsBefore", RightsTable.table, Commands.peopleTable, Commands.peopleOfBefore,
            ].joined(separator: ";\n")),
        Migration(number: 4, sql: Barriers.table),
        Migration(number: 5, sql: Retention.tables),
    ]
}

extension Service {
    /// Makes a file for a partition. Files are made by an operator's `init`, never by an assignment.
    package static func createFile(
        at path: String, partition: Int32, partitions: Int32, incarnation: Incarnation, now: Instant
    ) throws {
        let store = try createStore(
            at: path, partition: partition, partitions: partitions, incarnation: incarnation, now: now)
        store.close()
    }

    /// Makes a file and leaves it open: one in memory lives no longer than its last connection.
    package static func createStore(
        at path: String, partition: Int32, partitions: Int32, incarnation: Incarnation, now: Instant
    ) throws -> Store {
        try Store.create(path, migrations: allMigrations) { store throws(StoreError) in
            try store.change(
                .one,
                """
                INSERT INTO file (one, service, partition, partitions, incarnation, now)
                VALUES (1, \(Self.name.text), \(Int64(partition)), \(Int64(partitions)), \(incarnation.raw), \(now.value))
                """)
        }
    }
}
