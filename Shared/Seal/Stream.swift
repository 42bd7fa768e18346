/// What is too long to be sealed at once: archives, backups, snapshots. SECURITY.md, Keys: "stream".
///
/// `"TROTHST1" | 01 | purpose u8 | 0000 | chunk size u32 | salt 32 | commitment 32`, then chunks of ciphertext ‖ tag.
/// All but the last chunk are full, and only a stream without content has an empty one. The commitment binds the key:
/// one stream cannot show two contents to two readers.
package enum Stream {
    /// What a stream is for.
    package enum Purpose: UInt8, Sendable {
        case archive = 1
        case backup = 2
        case snapshot = 3
    }

    /// Bytes of a chunk before it is sealed.
    package static let chunkBytes = 65_536
    /// Bytes before the first chunk.
    package static let headerBytes = prefixBytes + saltBytes + commitmentBytes
    package static let saltBytes = 32
    static let prefixBytes = 16
    static let commitmentBytes = 32
    /// Bytes of a full chunk once it is sealed.
    package static let sealedChunkBytes = chunkBytes + AES256GCM.tagBytes

    static func prefix(_ purpose: Purpose) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(label: "TROTHST1")
        bytes += [[UInt8].version1, purpose.rawValue, 0, 0]
        bytes.append(number: UInt32(chunkBytes))
        return bytes
    }

    /// The 64 bytes of which the first half is the key, the second the commitment.
    static func keys(
        _ fileKey: borrowing SecretBytes, prefix: [UInt8], salt: [UInt8], context: [UInt8]
    ) throws(SealError) -> SecretBytes {
        guard fileKey.count == 32 else { throw .misuse("a stream's key has \(fileKey.count) bytes") }
        try checkLength(salt, saltBytes, "a stream's salt")
        var info: [UInt8] = []
        info.append(label: "troth/stream/v1")
        info += prefix
        try info.append(prefixed: context)
        return try HKDF.derive(fileKey, salt: salt, info: info, count: 64)
    }

    /// `chunk u64 ‖ 000000 ‖ last u8`: no two chunks of a stream have the same.
    static func nonce(_ chunk: UInt64, isLast: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: chunk)
        return bytes + [0, 0, 0, isLast ? 1 : 0]
    }
}

/// Seals a stream, piece by piece, in the memory of a piece and two chunks.
package struct StreamWriter: ~Copyable {
    /// What the stream begins with.
    package let header: [UInt8]
    private let keys: SecretBytes
    private var waiting: [UInt8] = []
    private var chunk: UInt64 = 0

    /// Begins a stream.
    ///
    /// - Parameters:
    ///   - fileKey: 32 random bytes, for this stream only.
    ///   - context: what the stream is, at most 65,535 bytes: it opens under the same context only.
    ///   - salt: 32 random bytes.
    package init(
        _ fileKey: borrowing SecretBytes, _ purpose: Stream.Purpose, context: [UInt8], salt: [UInt8]
    ) throws(SealError) {
        let prefix = Stream.prefix(purpose)
        keys = try Stream.keys(fileKey, prefix: prefix, salt: salt, context: context)
        header = prefix + salt + keys.copyOfPublicValue().suffix(Stream.commitmentBytes)
    }

    /// Takes a piece of the content and returns the chunks that are full and not the last.
    package mutating func write(_ piece: ArraySlice<UInt8>) throws(SealError) -> [UInt8] {
        var (rest, sealed) = (piece, [UInt8]())
        while !rest.isEmpty {
            if waiting.count == Stream.chunkBytes { try seal(onto: &sealed, isLast: false) }
            let taken = rest.prefix(Stream.chunkBytes - waiting.count)
            waiting += taken
            rest = rest.dropFirst(taken.count)
        }
        return sealed
    }

    /// Ends the stream and returns its last chunk: without it the others do not open as a whole.
    package consuming func finish() throws(SealError) -> [UInt8] {
        var sealed: [UInt8] = []
        try seal(onto: &sealed, isLast: true)
        return sealed
    }

    private mutating func seal(onto sealed: inout [UInt8], isLast: Bool) throws(SealError) {
        try AES256GCM.seal(
            waiting, key: keys.base, nonce: Stream.nonce(chunk, isLast: isLast), context: [], onto: &sealed)
        waiting.removeAll(keepingCapacity: true)
        chunk += 1
    }
}

/// Opens a stream, piece by piece, in the memory of a piece and two chunks. What it returns is verified; that nothing
/// is missing is known at `finish` only.
package struct StreamReader: ~Copyable {
    private let chunks: StreamChunks
    private var waiting: [UInt8] = []
    private var chunk: UInt64 = 0

    /// Begins with the header, `Stream.headerBytes` long. Throws `malformed`; `mismatch` where the key, the purpose or
    /// the context is another one.
    package init(
        _ header: [UInt8], _ fileKey: borrowing SecretBytes, _ purpose: Stream.Purpose, context: [UInt8]
    ) throws(SealError) {
        chunks = try StreamChunks(header, fileKey, purpose, context: context)
    }

    /// Takes a piece of the chunks and returns the content of those that are complete and not the last.
    package mutating func read(_ piece: ArraySlice<UInt8>) throws(SealError) -> [UInt8] {
        var (rest, content) = (piece, [UInt8]())
        while !rest.isEmpty {
            // more follows, so that it is not the last
            if waiting.count == Stream.sealedChunkBytes { content += try open(isLast: false) }
            let taken = rest.prefix(Stream.sealedChunkBytes - waiting.count)
            waiting += taken
            rest = rest.dropFirst(taken.count)
        }
        return content
    }

    /// The content of the last chunk. Throws where it is missing, or is not the one that the stream was ended with.
    package consuming func finish() throws(SealError) -> [UInt8] {
        // one that adds nothing to what is whole without it was not written by us
        guard waiting.count > AES256GCM.tagBytes || chunk == 0 else { throw .malformed(.stream) }
        return try open(isLast: true)
    }

    private mutating func open(isLast: Bool) throws(SealError) -> [UInt8] {
        let content = try chunks.open(waiting[...], chunk, isLast: isLast)
        waiting.removeAll(keepingCapacity: true)
        chunk += 1
        return content
    }
}

/// Opens chunks of a stream in any order. That none is missing is known to who has opened all of them, the last one as
/// the last.
package struct StreamChunks: ~Copyable {
    private let keys: SecretBytes

    /// Begins with the header, as `StreamReader`.
    package init(
        _ header: [UInt8], _ fileKey: borrowing SecretBytes, _ purpose: Stream.Purpose, context: [UInt8]
    ) throws(SealError) {
        let prefix = Array(header.prefix(Stream.prefixBytes))
        guard header.count == Stream.headerBytes, prefix.prefix(9) == Stream.prefix(purpose).prefix(9) else {
            throw .malformed(.stream)
        }
        guard prefix[9] == purpose.rawValue else { throw .mismatch(.stream, "purpose") }
        guard prefix == Stream.prefix(purpose) else { throw .malformed(.stream) }
        let salt = Array(header[Stream.prefixBytes..<Stream.prefixBytes + Stream.saltBytes])
        let made = try Stream.keys(fileKey, prefix: prefix, salt: salt, context: context)
        let expected = Array(made.copyOfPublicValue().suffix(Stream.commitmentBytes))
        guard equalInConstantTime(expected, Array(header.suffix(Stream.commitmentBytes))) else {
            throw .mismatch(.stream, "key or context")
        }
        keys = made
    }

    /// The content of a chunk, by its number from 0.
    package func open(
        _ sealed: ArraySlice<UInt8>, _ number: UInt64, isLast: Bool
    ) throws(SealError) -> [UInt8] {
        try AES256GCM.open(
            sealed, key: keys.base, nonce: Stream.nonce(number, isLast: isLast), context: [], as: .stream)
    }
}
