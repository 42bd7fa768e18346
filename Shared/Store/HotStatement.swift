internal import CSQLite

/// A statement of the hot path: bound by position, without arrays and strings. Bind all, then step or run.
///
/// Each call is one of SQLite's: against those, a call into this module does not count, so nothing here is inlinable.
/// A bind leaves the rows of the last run. One that SQLite refuses (an index the statement lacks) is thrown by the
/// next step.
package final class HotStatement {
    private let connection: Connection
    private var handle: OpaquePointer?
    private var database: OpaquePointer?
    /// The first code other than `SQLITE_OK` of the binds since the last step.
    private var refusal: Int32 = SQLITE_OK
    /// A row was read and the statement not reset since.
    private var isAtRow = false
    /// 16 bytes a parameter, for ids.
    private let ids: UnsafeMutableBufferPointer<UInt64>
    private let sql: String

    init(_ sql: String, on connection: Connection) throws(StoreError) {
        self.sql = sql
        self.connection = connection
        let handle = try connection.prepare(sql, flags: UInt32(SQLITE_PREPARE_PERSISTENT))
        self.handle = handle
        database = connection.handle
        ids = .allocate(capacity: 2 * Int(sqlite3_bind_parameter_count(handle)) + 2)
        ids.initialize(repeating: 0)
    }

    deinit { ids.deallocate() }

    /// Binds an integer; indices count from 1.
    package func bind(_ index: Int32, _ value: Int64) {
        leaveRows()
        note(sqlite3_bind_int64(handle, index, value))
    }

    /// Binds NULL.
    package func bindNull(_ index: Int32) {
        leaveRows()
        note(sqlite3_bind_null(handle, index))
    }

    /// Binds a blob that the caller keeps where it is until the statement has run.
    package func bind(_ index: Int32, blob: UnsafeRawBufferPointer) {
        leaveRows()
        note(csqlite_bind_blob_static(handle, index, blob.baseAddress, UInt64(blob.count)))
    }

    /// Binds UTF-8 text that the caller keeps where it is until the statement has run.
    package func bind(_ index: Int32, text: UnsafeRawBufferPointer) {
        leaveRows()
        note(csqlite_bind_text_static(handle, index, text.baseAddress, UInt64(text.count)))
    }

    /// Binds an id as a blob of 16 bytes, most significant first. It is copied.
    package func bind(_ index: Int32, id: (UInt64, UInt64)) {
        guard index > 0, Int(index) * 2 < ids.count else { return note(SQLITE_RANGE) }
        leaveRows()
        let place = Int(index) * 2
        ids[place] = id.0.bigEndian
        ids[place + 1] = id.1.bigEndian
        note(csqlite_bind_blob_static(handle, index, ids.baseAddress.map { $0 + place }, 16))
    }

    /// One step: true at a row, false after the last one, where the statement is reset and can be bound again.
    package func step() throws(StoreError) -> Bool {
        guard refusal == SQLITE_OK, !connection.isRolledBack else { throw failure(SQLITE_MISUSE) }
        let code = sqlite3_step(handle)
        isAtRow = code == SQLITE_ROW
        if isAtRow { return true }
        guard code == SQLITE_DONE else { throw failure(code) }
        sqlite3_reset(handle)
        return false
    }

    /// Runs a statement without rows and resets it. Returns how many rows it changed.
    package func run() throws(StoreError) -> Int32 {
        guard try !step() else { throw failure(SQLITE_MISUSE) }
        return sqlite3_changes(database)
    }

    /// Whether a column of the row is NULL; columns count from 0.
    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// An integer of the row; NULL reads as 0.
    package func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// An id of the row; nil where the column is no blob of 16 bytes.
    package func id(_ column: Int32) -> (UInt64, UInt64)? {
        withBlob(column) { bytes in
            guard bytes.count == 16 else { return nil }
            return (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// A blob of the row where SQLite holds it, for the time of `body`; NULL is an empty one.
    package func withBlob<Result>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        let start = sqlite3_column_blob(handle, column)
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// Leaves the rows that are left, so that the statement can be bound again.
    package func reset() {
        sqlite3_reset(handle)
        isAtRow = false
        refusal = SQLITE_OK
    }

    private func leaveRows() {
        if isAtRow { reset() }
    }
    private func note(_ code: Int32) {
        if code != SQLITE_OK { refusal = code }
    }
    private func failure(_ code: Int32) -> StoreError {
        let cause = refusal == SQLITE_OK ? code : refusal
        let error: StoreError
        if handle == nil {
            error = .misuse("the store is closed: \(sql)")
        } else if connection.isRolledBack {
            error = .misuse("the transaction is rolled back already: \(sql)")
        } else {
            error = connection.failure(cause, sql: sql, whileRunning: true)
        }
        reset()
        return error
    }

    /// Ends it before its connection closes; a later step throws `misuse`.
    func finalize() {
        sqlite3_finalize(handle)
        handle = nil
        database = nil
    }
}
