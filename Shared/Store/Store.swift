internal import CSQLite

/// One SQLite file and its only door: opened, migrated, changed in transactions. One thread at a time; not `Sendable`.
package final class Store {
    /// The file, or `memory:NAME`: two opens of one name in a process see one database as long as one of them lives.
    package let path: String
    let connection: Connection
    var statements = StatementCache()
    private var hotStatements: [UnsafePointer<UInt8>: HotStatement] = [:]
    private var memos: [ObjectIdentifier: AnyObject] = [:]
    /// The copy that is being made.
    var copy: StoreCopy?

    /// Opens a store and brings its tables forward; with `readOnly` they stay as they are.
    /// Throws `missing`, `corrupt`, `newer`, `migrationChanged`, or what SQLite fails at.
    package static func open(
        _ path: String, migrations: [Migration], readOnly: Bool = false
    ) throws(StoreError) -> Store {
        let isInMemory = Connection.isInMemory(path)
        guard isInMemory || StoreFile.exists(path) else { throw .missing(path: path) }
        let store = Store(try Connection(path, readOnly: readOnly, creating: false))
        guard try store.hasMigrationsTable() else { throw isInMemory ? .missing(path: path) : .corrupt(path: path) }
        if readOnly { _ = try store.pending(migrations) } else { try store.migrate(migrations) }
        return store
    }

    /// Makes a store. A file gets its name when it is complete, so a crash leaves none or a whole one.
    /// Throws `exists`, also for a log left beside no file, or what SQLite and the file system fail at.
    package static func create(
        _ path: String, migrations: [Migration], first: (Store) throws(StoreError) -> Void = { _ in }
    ) throws(StoreError) -> Store {
        if Connection.isInMemory(path) {
            let store = Store(try Connection(path, readOnly: false, creating: true))
            guard try !store.hasMigrationsTable() else { throw .exists(path: path) }
            try store.execute(migrationsTable)
            try store.migrate(migrations)
            try first(store)
            return store
        }
        // A log that outlived its file would be read into the new one.
        for name in [path, path + "-wal"] where StoreFile.exists(name) { throw .exists(path: name) }
        let draft = StoreFile.draft(of: path)
        StoreFile.remove(draft)
        defer { StoreFile.remove(draft) }
        let making = Store(try Connection(draft, readOnly: false, creating: true))
        try making.execute(migrationsTable)
        try making.migrate(migrations)
        try first(making)
        making.close()
        try StoreFile.publish(draft, as: path)
        return try open(path, migrations: migrations)
    }

    init(_ connection: Connection) {
        self.connection = connection
        path = connection.path
    }

    deinit { end(checkpoint: false) }

    /// Copies the log into the file and closes. An open transaction is rolled back. Later calls throw `misuse`.
    package func close() {
        if isInTransaction { rollbackTransaction() }
        end(checkpoint: true)
    }

    private func end(checkpoint: Bool) {
        endCopy()
        statements.removeAll()
        for statement in hotStatements.values { statement.finalize() }
        hotStatements = [:]
        memos = [:]
        connection.close(checkpoint: checkpoint)
    }

    /// A statement of the hot path: prepared once a store, found by the address of its text, and reset.
    /// Throws `misuse` for bad SQL, and beyond `Limits.hotStatements`.
    package func hot(_ sql: StaticString) throws(StoreError) -> HotStatement {
        if let statement = hotStatements[sql.utf8Start] {
            statement.reset()
            return statement
        }
        guard hotStatements.count < Limits.hotStatements else {
            throw .misuse("more than \(Limits.hotStatements) hot statements: \(sql)")
        }
        let statement = try HotStatement("\(sql)", on: connection)
        hotStatements[sql.utf8Start] = statement
        return statement
    }

    /// An object that remembers what the file says: made once, dropped whenever a change is rolled back.
    package func memo<Memo: AnyObject>(_ type: Memo.Type, _ make: () throws -> Memo) rethrows -> Memo {
        if let memo = memos[ObjectIdentifier(type)] as? Memo { return memo }
        let memo = try make()
        memos[ObjectIdentifier(type)] = memo
        return memo
    }

    func dropMemos() { memos = [:] }

    /// A body that threw may have left them at a row.
    func resetHotStatements() {
        for statement in hotStatements.values { statement.reset() }
    }
}
