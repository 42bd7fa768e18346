/// One step of how the tables became what they are. Once released it is never edited.
package struct Migration: Equatable, Sendable {
    /// Its place in the order, from 1.
    package let number: Int
    /// Its script, without `BEGIN` and `COMMIT`.
    package let sql: String

    /// A step.
    package init(number: Int, sql: String) {
        self.number = number
        self.sql = sql
    }

    /// FNV-1a of the script, 64 bits: whether the text is still the one a file went through.
    var checksum: Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sql.utf8 {
            hash ^= UInt64(byte)
            hash &*= 0x0000_0100_0000_01b3
        }
        return Int64(bitPattern: hash)
    }
}

/// A step that a file went through.
private struct AppliedStep: RowDecodable {
    static let columns: Columns = "number, checksum"
    let number: Int
    let checksum: Int64

    init(row: borrowing Row) throws(StoreError) {
        number = try row.value(0)
        checksum = try row.value(1)
    }
}

extension Store {
    static let migrationsTable = """
        CREATE TABLE migrations (
            number   INTEGER NOT NULL PRIMARY KEY,
            checksum INTEGER NOT NULL                                                  -- FNV-1a of the step's text
        ) STRICT
        """

    /// Whether this database is a store: it has the table that says how it became one.
    func hasMigrationsTable() throws(StoreError) -> Bool {
        let sql: SQL = """
            SELECT count(*) /* scan: a page */ FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'
            """
        return try first(value: sql, as: Int.self) == 1
    }

    /// Brings the tables forward in one transaction. Throws `newer` or `migrationChanged` before it changes anything.
    func migrate(_ migrations: [Migration]) throws(StoreError) {
        guard try !pending(migrations).isEmpty else { return }
        try beginTransaction()
        do {
            for step in try pending(migrations) {
                try execute(step.sql)
                try change(.one, "INSERT INTO migrations VALUES (\(step.number), \(step.checksum))")
            }
            try commitTransaction()
        } catch {
            rollbackTransaction()
            throw error
        }
    }

    /// The steps that the file has not gone through. Throws where its past is not this program's.
    func pending(_ migrations: [Migration]) throws(StoreError) -> [Migration] {
        guard zip(migrations, migrations.dropFirst()).allSatisfy({ $0.number < $1.number }) else {
            throw .misuse("migrations are not in the order of their numbers")
        }
        let applied: [AppliedStep] = try all(
            "SELECT \(AppliedStep.columns) FROM migrations ORDER BY number /* scan: a row per step */")
        let known = migrations.last?.number ?? 0
        if let last = applied.last, last.number > known {
            throw .newer(path: path, found: last.number, known: known)
        }
        for (step, past) in zip(migrations, applied)
        where step.number != past.number || step.checksum != past.checksum {
            throw .migrationChanged(step: min(step.number, past.number))
        }
        guard applied.count <= migrations.count else { throw .migrationChanged(step: applied[migrations.count].number) }
        return Array(migrations.dropFirst(applied.count))
    }
}
