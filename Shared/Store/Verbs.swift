internal import CSQLite

/// The four verbs, and what concerns the whole file. Statements are prepared once and kept.
extension Store {
    /// The first row, or nil. Throws `wrongType` where a column is not what `Record` reads.
    package func first<Record: RowDecodable>(_ sql: SQL) throws(StoreError) -> Record? {
        let statement = try statements.take(sql, on: connection)
        defer { statements.give(statement) }
        guard try statement.step() else { return nil }
        return try Record(row: Row(statement.handle))
    }

    /// The first row's first column, or nil where there is no row. Where it may be NULL, ask for an `Optional`.
    package func first<Value: StoreValue>(
        value sql: SQL, as: Value.Type = Value.self
    ) throws(StoreError) -> Value? {
        let statement = try statements.take(sql, on: connection)
        defer { statements.give(statement) }
        guard try statement.step() else { return nil }
        return try Row(statement.handle).value(0, as: Value.self)
    }

    /// All rows, in their order.
    package func all<Record: RowDecodable>(_ sql: SQL) throws(StoreError) -> [Record] {
        var records: [Record] = []
        try each(sql) { (row: borrowing Row) throws(StoreError) in records.append(try Record(row: row)) }
        return records
    }

    /// The first column of all rows, in their order.
    package func all<Value: StoreValue>(
        values sql: SQL, as: Value.Type = Value.self
    ) throws(StoreError) -> [Value] {
        var values: [Value] = []
        try each(sql) { (row: borrowing Row) throws(StoreError) in values.append(try row.value(0)) }
        return values
    }

    /// Calls `body` with each row. What it throws ends the reading and is rethrown.
    package func each(
        _ sql: SQL, _ body: (borrowing Row) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try statements.take(sql, on: connection)
        defer { statements.give(statement) }
        while try statement.step() { try body(Row(statement.handle)) }
    }

    /// Changes rows, and throws `rowCount` where they are not as many as `expected`; outside of a transaction it is
    /// one of its own, so that a wrong count changes nothing.
    package func change(_ expected: Changes, _ sql: SQL) throws(StoreError) {
        guard !isInTransaction else { return try changeRows(expected, sql) }
        try beginTransaction()
        do {
            try changeRows(expected, sql)
            try commitTransaction()
        } catch {
            rollbackTransaction()
            throw error
        }
    }

    /// Runs a script that makes or alters tables. Outside of a transaction each statement stands for itself.
    package func execute(_ script: String) throws(StoreError) { try connection.execute(script) }

    /// Copies the log into the file where it has grown to `Limits.checkpointPages`. Waits for nobody.
    package func checkpointIfDue() throws(StoreError) {
        guard connection.walPageCount >= Limits.checkpointPages else { return }
        try connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
    }

    /// Copies the whole log into the file and empties it: what was deleted lies in neither any more.
    package func checkpointWhole() throws(StoreError) { try connection.checkpoint(SQLITE_CHECKPOINT_TRUNCATE) }

    /// Forgets the pages that it has in memory: they are read again when they are needed.
    package func releaseMemory() { connection.releaseMemory() }

    /// Reads the whole file and throws `corrupt` where it is damaged.
    package func quickCheck() throws(StoreError) {
        guard try first(value: "PRAGMA quick_check(1)", as: String.self) == "ok" else { throw .corrupt(path: path) }
    }

    /// The database's size in bytes, without the log beside it; 0 where it cannot be read.
    package var sizeBytes: Int64 {
        guard let pages = try? first(value: "PRAGMA page_count", as: Int64.self),
            let bytes = try? first(value: "PRAGMA page_size", as: Int64.self)
        else { return 0 }
        return pages * bytes
    }

    /// Whether every statement is explained when it is prepared, in the whole process: one that reads a whole table
    /// is refused with `misuse`, unless its text says why in `/* scan: … */`. Tests switch it on.
    package static var explainsStatements: Bool {
        get { Connection.explainsStatements }
        set { Connection.explainsStatements = newValue }
    }

    private func changeRows(_ expected: Changes, _ sql: SQL) throws(StoreError) {
        let statement = try statements.take(sql, on: connection)
        defer { statements.give(statement) }
        guard sqlite3_stmt_readonly(statement.handle) == 0 else { throw .misuse("it changes nothing: \(sql.text)") }
        guard try !statement.step() else { throw .misuse("a change with rows to read: \(sql.text)") }
        let found = Int(sqlite3_changes64(connection.handle))
        guard expected.allows(found) else { throw .rowCount(expected: expected, found: found, sql: sql.text) }
    }
}
