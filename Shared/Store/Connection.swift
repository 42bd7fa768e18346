internal import CSQLite

/// SQLite's handle on one database: opened, set up, closed, and every failure translated. One thread at a time.
final class Connection {
    let path: String
    let isReadOnly: Bool
    /// SQLite undid the transaction by itself (full disk, I/O error): nothing runs until its owner has noticed.
    var isRolledBack = false
    /// `BEGIN` has run, and neither `COMMIT` nor `ROLLBACK` yet.
    var isInTransaction = false
    private(set) var handle: OpaquePointer?
    private let walPages: UnsafeMutablePointer<Int32>

    static let memoryPrefix = "memory:"

    static func isInMemory(_ path: String) -> Bool { path.hasPrefix(memoryPrefix) }

    /// Opens `path`; a database in memory is made by this, a file only with `creating`.
    init(_ path: String, readOnly: Bool, creating: Bool) throws(StoreError) {
        _ = Self.memoryStatisticsOff
        self.path = path
        isReadOnly = readOnly
        walPages = .allocate(capacity: 1)
        walPages.initialize(to: 0)
        let isInMemory = Self.isInMemory(path)
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
        flags |= readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        if !readOnly && (creating || isInMemory) { flags |= SQLITE_OPEN_CREATE }
        let code = sqlite3_open_v2(Self.uri(path), &handle, flags, isInMemory ? "memdb" : nil)
        guard code == SQLITE_OK else { throw failure(code, sql: "open") }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, isInMemory ? 0 : Limits.busyWaitMilliseconds)
        try execute(settings(isInMemory: isInMemory))
        guard !isInMemory else { return }
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, walPages)
    }

    deinit {
        close(checkpoint: false)
        walPages.deallocate()
    }

    var walPageCount: Int32 { walPages.pointee }

    /// Runs a script: several statements, no values, no rows.
    func execute(_ script: String) throws(StoreError) {
        try refuseAfterRollback(script)
        let code = sqlite3_exec(handle, script, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, sql: script) }
    }

    /// Copies the log into the file. Another reader or writer in the way is no error: the next call copies the rest.
    func checkpoint(_ mode: Int32) throws(StoreError) {
        guard let handle, !isReadOnly, !isInTransaction, !Self.isInMemory(path) else { return }
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
        guard code & 0xff != SQLITE_BUSY && code & 0xff != SQLITE_LOCKED else { return }
        guard code == SQLITE_OK else { throw failure(code, sql: "checkpoint") }
    }

    /// Gives back the memory of pages that nothing holds.
    func releaseMemory() {
        if let handle { sqlite3_db_release_memory(handle) }
    }

    /// Closes; every statement must be finalized. Without the checkpoint the files stay as a crash leaves them.
    func close(checkpoint truncates: Bool) {
        guard let open = handle else { return }
        if truncates {
            // What cannot be copied now stays in the log, and the next open reads it from there.
            try? checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
        } else {
            _ = csqlite_no_checkpoint_on_close(open)
        }
        let code = sqlite3_close(open)
        precondition(code == SQLITE_OK, "a statement of the store was still in use when it was closed")
        handle = nil
    }

    func refuseAfterRollback(_ sql: String) throws(StoreError) {
        guard handle != nil else { throw .misuse("the store is closed: \(sql)") }
        guard !isRolledBack else { throw .misuse("the transaction is rolled back already: \(sql)") }
    }

    private static let memoryStatisticsOff: Int32 = csqlite_memory_statistics_off()

    /// SQLite's name for `path`: a URI, with every byte that could mean something in one as `%41`.
    private static func uri(_ path: String) -> String {
        let name = isInMemory(path) ? "/" + path.dropFirst(memoryPrefix.count) : path
        var uri = "file:"
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/") where !uri.hasSuffix("/"):
                uri += "/"
            case UInt8(ascii: "/"):
                break
            default:
                uri += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return uri
    }

    private func settings(isInMemory: Bool) -> String {
        let always = """
            PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
            PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -\(Limits.pageCacheKiB);
            PRAGMA wal_autocheckpoint = 0;
            """
        if isReadOnly { return always }
        return "PRAGMA page_size = \(Limits.pageBytes);" + (isInMemory ? "" : "PRAGMA journal_mode = WAL;") + always
    }
}
