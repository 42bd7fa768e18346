internal import CSQLite

/// A prepared statement with its values bound: taken from the connection's cache, given back after its last row.
final class Statement {
    let sql: String
    let handle: OpaquePointer
    fileprivate var isInUse = true
    fileprivate var isCached = false
    fileprivate var lastUse: UInt64 = 0
    private let connection: Connection

    init(_ sql: String, on connection: Connection, flags: Int32 = SQLITE_PREPARE_PERSISTENT) throws(StoreError) {
        self.sql = sql
        self.connection = connection
        handle = try connection.prepare(sql, flags: UInt32(flags))
    }

    /// One step; true where there is a row.
    func step() throws(StoreError) -> Bool {
        try connection.refuseAfterRollback(sql)
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw connection.failure(code, sql: sql, whileRunning: true)
        }
    }

    fileprivate func bind(_ values: [StoredValue]) throws(StoreError) {
        guard Int(sqlite3_bind_parameter_count(handle)) == values.count else {
            throw .misuse("the statement does not take \(values.count) values: \(sql)")
        }
        for (offset, value) in values.enumerated() {
            let code = bind(value, at: Int32(offset + 1))
            guard code == SQLITE_OK else { throw connection.failure(code, sql: sql, whileRunning: true) }
        }
    }

    private func bind(_ value: StoredValue, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
        case .text(var text): text.withUTF8 { csqlite_bind_text_copy(handle, index, $0.baseAddress, UInt64($0.count)) }
        case .blob(let bytes):
            bytes.withUnsafeBytes { csqlite_bind_blob_copy(handle, index, $0.baseAddress, UInt64($0.count)) }
        }
    }

    fileprivate func release() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        isInUse = false
    }
}

/// The prepared statements of one connection by their text, at most `Limits.cachedStatements`.
struct StatementCache {
    private var statements: [String: Statement] = [:]
    private var uses: UInt64 = 0

    /// A statement with the values of `sql`. While one of the same text is in use, it is prepared once more.
    mutating func take(_ sql: SQL, on connection: Connection) throws(StoreError) -> Statement {
        try connection.refuseAfterRollback(sql.text)
        let statement = try find(sql.text, on: connection)
        uses += 1
        statement.lastUse = uses
        do {
            try statement.bind(sql.values)
        } catch {
            give(statement)
            throw error
        }
        return statement
    }

    /// Ends a statement's use, at the latest when its caller returns.
    func give(_ statement: Statement) {
        statement.release()
        if !statement.isCached { sqlite3_finalize(statement.handle) }
    }

    /// Finalizes all: before the connection closes.
    mutating func removeAll() {
        for statement in statements.values { sqlite3_finalize(statement.handle) }
        statements = [:]
    }

    private mutating func find(_ text: String, on connection: Connection) throws(StoreError) -> Statement {
        let cached = statements[text]
        if let cached, !cached.isInUse {
            cached.isInUse = true
            return cached
        }
        let statement = try Statement(text, on: connection)
        guard cached == nil, makeRoom() else { return statement }
        statement.isCached = true
        statements[text] = statement
        return statement
    }

    /// Finalizes the least recently used statement where the cache is full; false where all are in use.
    private mutating func makeRoom() -> Bool {
        guard statements.count >= Limits.cachedStatements else { return true }
        let idle = statements.values.filter { !$0.isInUse }
        guard let oldest = idle.min(by: { $0.lastUse < $1.lastUse }) else { return false }
        sqlite3_finalize(oldest.handle)
        statements[oldest.sql] = nil
        return true
    }
}
