import CArchive

/// A ZIP archive that is read entry by entry, by one of the two ways in which it can be read. No other format is known
/// to it. One thread.
final class ZipReader {
    /// What tells where the entries are. In an honest archive both tell the same.
    enum View: String, CaseIterable {
        /// The directory at the end, which is what programs read.
        case directory
        /// The headers before each entry, in their order.
        case headers
    }

    private let archive: OpaquePointer

    /// Opens a file.
    init(_ path: String, _ view: View) throws(ArchiveError) {
        guard let archive = archive_read_new() else { throw .library("reading") }
        self.archive = archive
        let known =
            switch view {
            case .directory: archive_read_support_format_zip_seekable(archive)
            case .headers: archive_read_support_format_zip_streamable(archive)
            }
        // the checksums are checked by some builds of libarchive only: ours are SHA-256
        guard known == ARCHIVE_OK || known == ARCHIVE_WARN else { throw .library("its ZIP reader") }
        guard archive_read_open_filename(archive, path, Limits.pieceBytes) == ARCHIVE_OK else {
            throw .refused(reason: "cannot be opened as a ZIP")
        }
    }

    deinit { archive_read_free(archive) }

    /// Goes to the next entry and returns its name; nil at the end. What is no regular file is refused.
    func next() throws(ArchiveError) -> String? {
        var entry: OpaquePointer?
        let code = archive_read_next_header(archive, &entry)
        if code == ARCHIVE_EOF { return nil }
        guard code == ARCHIVE_OK, let entry else { throw .refused(reason: "has a header that cannot be read") }
        guard archive_read_has_encrypted_entries(archive) != 1, archive_entry_is_encrypted(entry) == 0 else {
            throw .refused(reason: "has an entry that is encrypted")
        }
        guard carchive_is_regular(entry) != 0 else { throw .refused(reason: "has an entry that is no regular file") }
        guard let name = archive_entry_pathname(entry) else { throw .refused(reason: "has an entry without a name") }
        return String(cString: name)
    }

    /// The next bytes of the entry, `Limits.pieceBytes` at most; none at its end.
    func read() throws(ArchiveError) -> [UInt8] {
        var piece = [UInt8](repeating: 0, count: Limits.pieceBytes)
        let count = piece.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .refused(reason: "has an entry whose bytes cannot be read") }
        piece.removeLast(piece.count - count)
        return piece
    }
}

/// The names that entries of ours have, and no others: parts of letters, digits, `.`, `_` and `-` that do not begin
/// with a dot, between slashes.
enum EntryName {
    static func isAllowed(_ name: String) -> Bool {
        guard (1...Limits.nameBytes).contains(name.utf8.count) else { return false }
        let parts = name.utf8.split(separator: 47, omittingEmptySubsequences: false)
        return parts.count <= Limits.nameParts
            && parts.allSatisfy { part in
                part.first.map { $0 != 46 && $0 != 45 } ?? false
                    && part.allSatisfy { byte in
                        switch byte {
                        case 48...57, 65...90, 97...122, 45, 46, 95: true
                        default: false
                        }
                    }
            }
    }
}
