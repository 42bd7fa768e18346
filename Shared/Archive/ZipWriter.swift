import CArchive

/// A ZIP archive that is written entry by entry, in pieces, to wherever its bytes go. One thread.
final class ZipWriter {
    /// Where the bytes go, and why it took no more.
    private final class Sink {
        let put: ([UInt8]) throws -> Void
        var failure: (any Error)?
        init(_ put: @escaping ([UInt8]) throws -> Void) { self.put = put }

        func take(_ bytes: UnsafeRawBufferPointer) -> Int {
            do {
                try put(Array(bytes))
                return bytes.count
            } catch {
                failure = error
                return -1
            }
        }
    }

    private let archive: OpaquePointer
    private let sink: Sink
    private let seconds: Int

    /// Begins an archive. `seconds`: the time of its entries, since 1970.
    init(at seconds: Int, _ put: @escaping ([UInt8]) throws -> Void) throws {
        guard let archive = archive_write_new() else { throw ArchiveError.library("beginning an archive") }
        (self.archive, self.sink, self.seconds) = (archive, Sink(put), seconds)
        guard archive_write_set_format_zip(archive) == ARCHIVE_OK,
            archive_write_set_format_option(archive, "zip", "compression", "deflate") == ARCHIVE_OK,
            // a third of the time of the usual level, for a file that is a fifth larger: `rights.export_seconds`
            archive_write_set_format_option(archive, "zip", "compression-level", "1") == ARCHIVE_OK,
            archive_write_set_bytes_per_block(archive, Int32(Limits.pieceBytes)) == ARCHIVE_OK,
            // no padding at the end
            archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK
        else { throw ArchiveError.library("its settings") }
        let opened = archive_write_open(
            archive, Unmanaged.passUnretained(sink).toOpaque(), nil,
            { _, context, bytes, count in
                guard let context else { return -1 }
                let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                return sink.take(UnsafeRawBufferPointer(start: bytes, count: count))
            }, nil)
        try check(opened, "opening")
    }

    deinit {
        // one that was not finished: what libarchive still holds goes nowhere
        archive_write_fail(archive)
        archive_write_free(archive)
    }

    /// Begins an entry: a regular file. Its length need not be known.
    func begin(_ name: String) throws {
        guard let entry = archive_entry_new() else { throw ArchiveError.library("an entry") }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, name)
        carchive_set_regular(entry)
        archive_entry_set_mtime(entry, seconds, 0)
        try check(archive_write_header(archive, entry), "a header")
    }

    /// Writes some of the entry.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = archive_write_data(archive, rest.baseAddress, rest.count)
            guard count > 0 else { throw sink.failure ?? ArchiveError.library("writing") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Ends the entry.
    func end() throws { try check(archive_write_finish_entry(archive), "the end of an entry") }

    /// Ends the archive: nothing may follow.
    func finish() throws { try check(archive_write_close(archive), "the end") }

    private func check(_ code: Int32, _ what: String) throws {
        if let failure = sink.failure { throw failure }
        guard code == ARCHIVE_OK else { throw ArchiveError.library(what) }
    }
}
