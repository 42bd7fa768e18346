/// The bounds of sealing. How they relate is asserted where the arena is made.
package enum Limits {
    /// Bytes of memory for secrets: locked, one arena for the whole process. A power of two.
    package static let arenaBytes = 1 << 20
    /// Bytes of the smallest piece of the arena: one key. A power of two.
    static let arenaPieceBytes = 32
    /// Data keys that the caches of a process may hold at once: a third of the arena, so that the rest is free
    /// for keys from files and for what OpenSSL keeps in it.
    package static let cachedKeysMax = 10_000
    /// Bytes of one secret at most, from a file too.
    package static let secretBytesMax = 65_536
    /// How often a read of a secret's file may be interrupted or short before it is given up.
    static let secretReadsMax = 1_024
    /// Bytes sealed at once, at most; a record on a topic is smaller.
    package static let plaintextBytesMax = 1 << 20
    /// Bytes of what `LP` can say.
    static let prefixedBytesMax = 65_535
    /// Bytes of HKDF's output at most (RFC 5869: 255 hashes).
    static let derivedBytesMax = 255 * 32
    /// Random bytes drawn at once.
    static let randomBytesMax = 1 << 20
    /// Octets of an address (RFC 5321, section 4.5.3.1, less the path's brackets).
    package static let addressBytesMax = 254
    /// Octets before the `@`.
    static let localBytesMax = 64
    /// Octets of a label of a domain.
    static let labelBytesMax = 63
}
