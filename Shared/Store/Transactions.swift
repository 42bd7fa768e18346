internal import CSQLite

/// All or nothing: transactions, and savepoints inside them. Whatever is undone takes the memos with it.
extension Store {
    /// Whether a transaction is open.
    package var isInTransaction: Bool { connection.isInTransaction }

    /// Runs `body` in one transaction, a writer from its first moment (in a read-only store: one state of the file,
    /// from its first read). What `body` throws undoes it and is rethrown.
    /// Throws `misuse` inside another transaction.
    package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try beginTransaction()
        do {
            let result = try body()
            try commitTransaction()
            return result
        } catch {
            rollbackTransaction()
            throw error
        }
    }

    /// Runs `body` inside the open transaction; what it throws undoes what it did, and is rethrown.
    /// Throws `misuse` outside of a transaction.
    package func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        guard isInTransaction else { throw StoreError.misuse("a savepoint outside of a transaction") }
        try connection.execute("SAVEPOINT step")
        do {
            let result = try body()
            try connection.execute("RELEASE step")
            return result
        } catch {
            dropMemos()
            // Where SQLite has rolled back all by itself, or fails here, the transaction's end reports it.
            try? connection.execute("ROLLBACK TO step; RELEASE step")
            throw error
        }
    }

    func beginTransaction() throws(StoreError) {
        guard !isInTransaction else { throw .misuse("a transaction inside a transaction") }
        try connection.execute(connection.isReadOnly ? "BEGIN" : "BEGIN IMMEDIATE")
        connection.isInTransaction = true
    }

    func commitTransaction() throws(StoreError) {
        try connection.execute("COMMIT")
        connection.isInTransaction = false
    }

    func rollbackTransaction() {
        dropMemos()
        resetHotStatements()
        connection.isRolledBack = false
        connection.isInTransaction = false
        guard let handle = connection.handle, sqlite3_get_autocommit(handle) == 0 else { return }
        // ROLLBACK of an open transaction does not fail: an I/O error leaves it rolled back, for the next open to heal.
        try? connection.execute("ROLLBACK")
    }
}
