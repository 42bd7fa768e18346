/// The bounds of reading a letter. SECURITY.md, budgets: mail.
package enum Limits {
    /// Bytes of a letter.
    package static let letterBytes = 1_048_576
    /// Bytes of its headers.
    static let headerBytes = 65_536
    /// Parts in all, those of letters within it not counted.
    static let parts = 20
    /// How deep parts lie within parts.
    static let depth = 8
    /// Bytes of its text, decoded.
    static let textBytes = 262_144
    /// Bytes of memory of the process that reads it, its program included.
    static let memoryBytes: UInt = 268_435_456
    /// Seconds of processor of the process that reads it.
    static let processorSeconds: UInt = 2
    /// Bytes of what is told of a letter.
    package static let readingBytes = 1_024
}
