internal import CSQLite

/// SQLite's result codes in the words of `StoreError`. Of SQLite's own message only what comes from the schema or
/// the text of the statement is kept: a bound value is in neither.
extension Connection {
    /// The error for a result code, and whether SQLite has undone the transaction with it.
    ///
    /// While a statement with values runs, SQLite's message may cite one of them: it is left out then.
    func failure(_ code: Int32, sql: String, whileRunning: Bool = false) -> StoreError {
        if isInTransaction, let handle, sqlite3_get_autocommit(handle) != 0 { isRolledBack = true }
        switch code & 0xff {
        case SQLITE_FULL: return .full(path: path)
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_NOMEM, SQLITE_AUTH, SQLITE_NOLFS, SQLITE_PROTOCOL:
            return .ioFailure(path: path, code: code)
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt(path: path)
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy(path: path)
        case SQLITE_READONLY: return .readOnly(path: path)
        case SQLITE_CONSTRAINT: return .constraint(constrained())
        default:
            let message = whileRunning ? sqlite3_errstr(code) : sqlite3_errmsg(handle)
            return .misuse("\(sql): \(message.map { String(cString: $0) } ?? "code \(code)")")
        }
    }

    /// `UNIQUE constraint failed: a.b` → `a.b`; `cannot store TEXT value in INTEGER column a.b` → `a.b`.
    private func constrained() -> String {
        let message = String(cString: sqlite3_errmsg(handle))
        for marker in ["failed: ", " column "] {
            if let range = message.firstRange(of: marker) { return String(message[range.upperBound...]) }
        }
        return message
    }
}
