internal import CSQLite

/// The current row of a statement. It lives until the statement's next step, so nothing can keep it.
package struct Row: ~Copyable {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) { self.statement = statement }

    /// How many columns it has.
    package var count: Int32 { sqlite3_column_count(statement) }

    /// A column's value, counted from 0. Throws `wrongType` where it is not a `Value`.
    package func value<Value: StoreValue>(_ column: Int32, as: Value.Type = Value.self) throws(StoreError) -> Value {
        try Value.read(self, column)
    }

    /// Whether a column is NULL.
    package func isNull(_ column: Int32) -> Bool { type(column) == SQLITE_NULL }

    /// A blob where SQLite holds it, for the time of `body`. Throws `wrongType` for anything else.
    package func bytes<Result>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        guard type(column) == SQLITE_BLOB else { throw wrongType(column) }
        let start = sqlite3_column_blob(statement, column)
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// The error of a reader that does not take this column's value: for own conformances to `StoreValue`.
    package func wrongType(_ column: Int32) -> StoreError {
        .wrongType(column: sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "\(column)")
    }

    func integer(_ column: Int32) throws(StoreError) -> Int64 {
        guard type(column) == SQLITE_INTEGER else { throw wrongType(column) }
        return sqlite3_column_int64(statement, column)
    }

    func text(_ column: Int32) throws(StoreError) -> String {
        guard type(column) == SQLITE_TEXT, let start = sqlite3_column_text(statement, column) else {
            throw wrongType(column)
        }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func stored(_ column: Int32) throws(StoreError) -> StoredValue {
        switch type(column) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(try integer(column))
        case SQLITE_TEXT: .text(try text(column))
        case SQLITE_BLOB: .blob(try bytes(column) { [UInt8]($0) })
        default: throw wrongType(column)
        }
    }

    private func type(_ column: Int32) -> Int32 { sqlite3_column_type(statement, column) }
}

/// A type that is read from a row.
package protocol RowDecodable {
    /// What it reads, in its order.
    static var columns: Columns { get }
    /// Reads it. Throws `wrongType` where a column is not what the type takes.
    init(row: borrowing Row) throws(StoreError)
}
