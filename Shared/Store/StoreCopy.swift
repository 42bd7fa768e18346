internal import CSQLite
internal import Glibc

/// A copy of a store in the making: SQLite's online backup, some pages at a time. What the store's own connection
/// commits meanwhile goes into both, so that the copy, when it is complete, is the store of that moment.
final class StoreCopy {
    let path: String
    private var target: OpaquePointer?
    private var backup: OpaquePointer?

    /// Begins a copy into a file that is not there yet, readable by its owner only.
    init(of source: Connection, to path: String) throws(StoreError) {
        self.path = path
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST { throw .exists(path: path) }
            throw .ioFailure(path: path, code: errno)
        }
        Glibc.close(file)
        // a copy that is not complete is thrown away: it needs neither a journal nor the disk's word
        let flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE
        guard sqlite3_open_v2(path, &target, flags, nil) == SQLITE_OK,
            sqlite3_exec(target, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nil, nil, nil) == SQLITE_OK
        else {
            let code = sqlite3_extended_errcode(target)
            end()
            throw .ioFailure(path: path, code: code)
        }
        sqlite3_extended_result_codes(target, 1)
        backup = sqlite3_backup_init(target, "main", source.handle, "main")
        guard backup != nil else {
            let code = sqlite3_extended_errcode(target)
            end()
            throw .ioFailure(path: path, code: code)
        }
    }

    /// Copies some pages. True: the copy is complete, and closed.
    func step(pages: Int32) throws(StoreError) -> Bool {
        guard let backup else { throw .misuse("a copy that has ended") }
        let code = sqlite3_backup_step(backup, pages)
        switch code & 0xff {
        case SQLITE_OK, SQLITE_BUSY, SQLITE_LOCKED: return false
        case SQLITE_DONE:
            end()
            return true
        case SQLITE_FULL: throw .full(path: path)
        default: throw .ioFailure(path: path, code: code)
        }
    }

    /// Ends the copying, complete or not. The file stays.
    func end() {
        if let backup { sqlite3_backup_finish(backup) }
        if let target { sqlite3_close(target) }
        (backup, target) = (nil, nil)
    }

    deinit { end() }
}

/// Copies of a store.
extension Store {
    /// Begins to copy the store into a new file; a copy that was begun before ends. Throws `exists`.
    package func beginCopy(to path: String) throws(StoreError) {
        endCopy()
        copy = try StoreCopy(of: connection, to: path)
    }

    /// Copies some pages, outside of a transaction. True: the copy is the store as it is now, and complete.
    package func stepCopy(pages: Int) throws(StoreError) -> Bool {
        guard let copy, !isInTransaction else { throw .misuse("no copy was begun, or a transaction is open") }
        guard try copy.step(pages: Int32(pages)) else { return false }
        self.copy = nil
        return true
    }

    /// Gives a copy up; what there is of its file stays.
    package func endCopy() {
        copy?.end()
        copy = nil
    }

    /// Writes the store into a new file, without free pages and what may lie in them. It reads the whole store.
    package func writeCompact(to path: String) throws(StoreError) {
        guard !isInTransaction else { throw .misuse("a compact file inside of a transaction") }
        guard !StoreFile.exists(path) else { throw .exists(path: path) }
        let sql: SQL = "VACUUM INTO \(path)"
        let statement = try statements.take(sql, on: connection)
        defer { statements.give(statement) }
        _ = try statement.step()
    }
}
