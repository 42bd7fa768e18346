import Seal
import Testing

/// Streams: their vectors, and each way in which one may be changed.
@Suite struct StreamTests {
    private static let chunk = Stream.chunkBytes
    private static let sealedChunk = Stream.chunkBytes + 16

    @Test(arguments: Vector.of("stream")) func `a stream is written and read as the layout says`(_ it: Vector) throws {
        let (key, salt, context) = (try it.secret("fileKey"), it.bytes("salt"), it.bytes("context"))
        let purpose = try #require(Stream.Purpose(rawValue: it.number("purpose")))
        let times = max(1, it.number("repeat") as Int)
        let text = Array(repeatElement(it.bytes("plaintext"), count: times).joined())
        let made = try sealedStream(text, key, purpose, context: context, salt: salt)
        if it.bytes("hash").isEmpty {
            #expect(made == it.bytes("stream"))
        } else {
            #expect(try SHA256.hash(made) == it.bytes("hash"))
        }
        #expect(try openedStream(made, key, purpose, context: context) == text)
    }

    @Test(arguments: [0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk])
    func `a stream is the same in whatever pieces it is written and read`(_ count: Int) throws {
        var random = Seeded(UInt64(count))
        let (key, salt, text) = (try random.secret(), random.bytes(32), random.bytes(count))
        let whole = try sealedStream(text, key, .backup, context: [1], salt: salt)
        #expect(whole.count == Stream.headerBytes + count + 16 * max(1, (count + Self.chunk - 1) / Self.chunk))
        for piece in [1_000, Self.chunk, Self.sealedChunk, 1_000_000] {
            #expect(try sealedStream(text, key, .backup, context: [1], salt: salt, piece: piece) == whole)
            #expect(try openedStream(whole, key, .backup, context: [1], piece: piece) == text)
        }
    }

    @Test func `another key, context, purpose or header does not open a stream`() throws {
        var random = Seeded(1)
        let (key, other, salt) = (try random.secret(), try random.secret(), random.bytes(32))
        let made = try sealedStream([1, 2, 3], key, .backup, context: [7], salt: salt)
        func refused(_ bytes: [UInt8], _ key: SecretKey, _ purpose: Stream.Purpose, _ context: [UInt8]) -> SealError? {
            refusal { () throws(SealError) in try openedStream(bytes, key, purpose, context: context) }
        }
        #expect(refused(made, key, .backup, [7]) == nil)
        #expect(refused(made, other, .backup, [7]) == .mismatch(.stream, "key or context"))
        #expect(refused(made, key, .backup, [8]) == .mismatch(.stream, "key or context"))
        #expect(refused(made, key, .archive, [7]) == .mismatch(.stream, "purpose"))
        for index in 0..<Stream.headerBytes {
            #expect(refused(made.flipped(index), key, .backup, [7]) != nil, "byte \(index)")
        }
        for count in 0..<made.count { #expect(refused(Array(made[..<count]), key, .backup, [7]) != nil, "\(count)") }
    }

    @Test func `a chunk that is changed, dropped, doubled or moved is refused`() throws {
        var random = Seeded(2)
        let (key, salt, text) = (try random.secret(), random.bytes(32), random.bytes(3 * Self.chunk + 100))
        let made = try sealedStream(text, key, .backup, context: [], salt: salt)
        let header = Array(made[..<Stream.headerBytes])
        let chunks = stride(from: Stream.headerBytes, to: made.count, by: Self.sealedChunk).map {
            Array(made[$0..<min($0 + Self.sealedChunk, made.count)])
        }
        func refused(_ order: [[UInt8]]) -> SealError? {
            refusal { () throws(SealError) in
                try openedStream(header + order.joined(), key, .backup, context: [])
            }
        }
        #expect(refused(chunks) == nil)
        for index in chunks.indices {
            var changed = chunks
            changed[index] = changed[index].flipped(50)
            #expect(refused(changed) == .notAuthentic(.stream), "changed \(index)")
            var dropped = chunks
            dropped.remove(at: index)
            #expect(refused(dropped) == .notAuthentic(.stream), "dropped \(index)")
            var doubled = chunks
            doubled.insert(chunks[index], at: index)
            #expect(refused(doubled) == .notAuthentic(.stream), "doubled \(index)")
        }
        #expect(refused([chunks[1], chunks[0], chunks[2], chunks[3]]) == .notAuthentic(.stream))
        #expect(refused([]) == .notAuthentic(.stream) || refused([]) == .malformed(.stream))
        #expect(refused(chunks + [[UInt8](repeating: 0, count: 16)]) != nil)
    }

    @Test func `the flag of the last chunk decides, not the end of the bytes`() throws {
        var random = Seeded(3)
        let (key, salt, text) = (try random.secret(), random.bytes(32), random.bytes(2 * Self.chunk))
        let made = try sealedStream(text, key, .backup, context: [], salt: salt)
        // the first chunk is full and authentic: as a last one it is refused
        let first = Array(made[..<(Stream.headerBytes + Self.sealedChunk)])
        let cut = refusal { () throws(SealError) in try openedStream(first, key, .backup, context: []) }
        #expect(cut == .notAuthentic(.stream))
        // the last one is authentic as the last: as one that others follow it is refused
        let more = refusal { () throws(SealError) in try openedStream(made + [1], key, .backup, context: []) }
        #expect(more == .notAuthentic(.stream))
    }

    @Test func `nothing of a chunk is released before its tag is checked`() throws {
        var random = Seeded(4)
        let (key, salt, text) = (try random.secret(), random.bytes(32), random.bytes(2 * Self.chunk + 5))
        let made = try sealedStream(text, key, .backup, context: [], salt: salt)
        let changed = made.flipped(made.count - Self.sealedChunk)  // in the second chunk
        var reader = try StreamReader(Array(changed[..<Stream.headerBytes]), key.bytes, .backup, context: [])
        var content: [UInt8] = []
        var failure: SealError?
        for start in stride(from: Stream.headerBytes, to: changed.count, by: 1_000) {
            do throws(SealError) {
                content += try reader.read(changed[start..<min(start + 1_000, changed.count)])
            } catch {
                failure = error
                break
            }
        }
        #expect(failure == .notAuthentic(.stream))
        #expect(content == Array(text[..<Self.chunk]))
    }

    @Test func `a hash in pieces is the hash of the whole`() throws {
        var random = Seeded(5)
        let bytes = random.bytes(100_000)
        let running = try SHA256.Running()
        for start in stride(from: 0, to: bytes.count, by: 777) {
            try running.add(Array(bytes[start..<min(start + 777, bytes.count)]))
        }
        #expect(try running.finish() == SHA256.hash(bytes))
    }
}

/// A stream of a text, written in pieces.
func sealedStream(
    _ text: [UInt8], _ key: SecretKey, _ purpose: Stream.Purpose, context: [UInt8], salt: [UInt8], piece: Int = 50_000
) throws(SealError) -> [UInt8] {
    var writer = try StreamWriter(key.bytes, purpose, context: context, salt: salt)
    var made = writer.header
    for start in stride(from: 0, to: text.count, by: piece) {
        made += try writer.write(text[start..<min(start + piece, text.count)])
    }
    return made + (try writer.finish())
}

/// The text of a stream, read in pieces.
func openedStream(
    _ made: [UInt8], _ key: SecretKey, _ purpose: Stream.Purpose, context: [UInt8], piece: Int = 50_000
) throws(SealError) -> [UInt8] {
    var reader = try StreamReader(Array(made.prefix(Stream.headerBytes)), key.bytes, purpose, context: context)
    var text: [UInt8] = []
    for start in stride(from: Stream.headerBytes, to: made.count, by: piece) {
        text += try reader.read(made[start..<min(start + piece, made.count)])
    }
    return text + (try reader.finish())
}
