internal import CSQLite

/// Whether what was deleted is gone from the file: its pages are read through SQLite's own descriptor, for a process
/// that opens its own file drops SQLite's locks. ARCHITECTURE: an erasure.
extension Store {
    /// The pages that were written since the log was emptied last, by their numbers in the log's frames; nil: the store
    /// has no log, so that any page may have changed. Outside of a transaction.
    package func pagesInLog() throws(StoreError) -> Set<Int64>? {
        guard !Connection.isInMemory(path) else { return nil }
        guard let log = try file(SQLITE_FCNTL_JOURNAL_POINTER), let methods = log.pointee.pMethods else { return [] }
        var size: Int64 = 0
        guard methods.pointee.xFileSize(log, &size) == SQLITE_OK else {
            throw connection.failure(SQLITE_IOERR, sql: "log")
        }
        var pages: Set<Int64> = []
        var at = Int64(Self.logHeaderBytes)
        while at + Int64(Self.frameHeaderBytes) <= size {
            let header = try read(log, count: Self.frameHeaderBytes, at: at)
            pages.insert(header[..<4].reduce(0) { $0 << 8 | Int64($1) })
            at += Int64(Self.frameHeaderBytes) + Int64(Limits.pageBytes)
        }
        return pages
    }

    /// Copies the whole log into the file and empties it. Throws `busy` where somebody reads from it still.
    package func emptyLog() throws(StoreError) {
        try checkpointWhole()
        guard !Connection.isInMemory(path), let log = try file(SQLITE_FCNTL_JOURNAL_POINTER),
            let methods = log.pointee.pMethods
        else { return }
        var size: Int64 = 0
        guard methods.pointee.xFileSize(log, &size) == SQLITE_OK, size == 0 else { throw .busy(path: path) }
    }

    /// All pages.
    package func allPages() throws(StoreError) -> Set<Int64> {
        Set(1...max(1, try first(value: "PRAGMA page_count") ?? 1))
    }

    /// The pages of a table; the pages of its indices are not among them.
    package func pages(of table: String) throws(StoreError) -> Set<Int64> {
        Set(try all(values: "SELECT pageno FROM dbstat WHERE name = \(table) /* scan: its pages */", as: Int64.self))
    }

    /// The first page, among some, that holds one of the needles, each of 8 bytes at least; nil: none does.
    /// It sees the file, not what SQLite has in memory. A needle that lies across two pages is not found.
    package func firstPage(with needles: [[UInt8]], among pages: Set<Int64>) throws(StoreError) -> Int64? {
        guard !needles.isEmpty, let file = try file(SQLITE_FCNTL_FILE_POINTER) else { return nil }
        let sought = Needles(needles)
        let count: Int64 = try first(value: "PRAGMA page_count") ?? 0
        for page in pages.sorted() where page <= count {
            let bytes = try read(file, count: Limits.pageBytes, at: (page - 1) * Int64(Limits.pageBytes))
            if bytes.withUnsafeBytes({ sought.lies(in: $0) }) { return page }
        }
        return nil
    }

    private static var logHeaderBytes: Int { 32 }
    private static var frameHeaderBytes: Int { 24 }

    private func file(_ which: Int32) throws(StoreError) -> UnsafeMutablePointer<sqlite3_file>? {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard let handle = connection.handle, sqlite3_file_control(handle, "main", which, &file) == SQLITE_OK else {
            throw .misuse("SQLite does not show its file")
        }
        return file
    }

    private func read(
        _ file: UnsafeMutablePointer<sqlite3_file>, count: Int, at offset: Int64
    ) throws(StoreError) -> [UInt8] {
        guard let methods = file.pointee.pMethods else { throw .misuse("SQLite's file is closed") }
        var bytes = [UInt8](repeating: 0, count: count)
        let code = bytes.withUnsafeMutableBytes { methods.pointee.xRead(file, $0.baseAddress, Int32(count), offset) }
        guard code == SQLITE_OK else { throw connection.failure(code, sql: "page scan") }
        return bytes
    }
}

/// Needles by their first 8 bytes: a bit in a small table says at most places that none begins there.
struct Needles {
    private var bits = [UInt64](repeating: 0, count: 1_024)
    private var byStart: [UInt64: [[UInt8]]] = [:]

    init(_ needles: [[UInt8]]) {
        for needle in needles where needle.count >= 8 {
            let start = needle.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
            byStart[start, default: []].append(needle)
            let place = Self.place(start)
            bits[place >> 6] |= 1 << UInt64(place & 63)
        }
    }

    private static func place(_ start: UInt64) -> Int { Int((start &* 0x9e37_79b9_7f4a_7c15) >> 48) }

    /// True where one of them lies in the bytes.
    func lies(in bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 8 else { return false }
        return bits.withUnsafeBufferPointer { bits in
            for at in 0...(bytes.count - 8) {
                let start = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                let place = Self.place(start)
                guard bits[place >> 6] >> UInt64(place & 63) & 1 != 0, let found = byStart[start] else { continue }
                if found.contains(where: { bytes[at...].starts(with: $0) }) { return true }
            }
            return false
        }
    }
}
