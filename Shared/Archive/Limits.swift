/// The bounds of archives.
enum Limits {
    /// Bytes that go to and come from libarchive at once.
    static let pieceBytes = 65_536
    /// Slices of one archive at most: six services of forty.
    static let slices = 240
    /// Entries of one archive at most: three a slice, and four for all.
    static let entries = 3 * slices + 4
    /// Bytes of the name of an entry, and its parts.
    static let nameBytes = 200
    static let nameParts = 3
    /// Bytes of the directory at the end of a ZIP, when it is read.
    static let directoryBytes = 1 << 20
    /// Bytes of the manifest and of its signature, when they are read.
    static let manifestBytes = 1 << 20
    static let signatureBytes = 256
    /// How many times as long as its file an archive may be.
    static let ratio: Int64 = 200
    /// Bytes that every archive may have, whatever its ratio.
    static let bytesAlways: Int64 = 1 << 20
    /// Bytes of one line of a slice.
    static let lineBytes = 1 << 20
}
