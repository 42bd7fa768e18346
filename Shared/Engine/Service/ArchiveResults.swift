package import Schema

/// What came of `pack`.
package struct ArchiveMade: Equatable, Sendable {
    /// How many pieces there are to fetch, at least 1.
    package let pieces: Int64
    /// Of the sealed file.
    package let sealedBytes: Int64
    package let sha256: [UInt8]

    package init(pieces: Int64, sealedBytes: Int64, sha256: [UInt8]) {
        (self.pieces, self.sealedBytes, self.sha256) = (pieces, sealedBytes, sha256)
    }

    /// As `WorkResult.gave` carries it.
    package var bytes: [UInt8] {
        var parts = JobParts()
        parts.add(pieces)
        parts.add(sealedBytes)
        parts.add(sha256)
        return parts.bytes
    }

    /// Reads it back; nil where it is not whole.
    package init?(bytes: [UInt8]) {
        var parts = JobParts(bytes[...])
        guard let pieces = parts.number(), let size = parts.number(), let hash = parts.next(), hash.count == 32,
            parts.isAtEnd
        else { return nil }
        self.init(pieces: pieces, sealedBytes: size, sha256: hash)
    }
}

/// What came of `read`: a piece, boxed to who asked.
package struct ArchivePart: Equatable, Sendable {
    /// True for the archive's last piece.
    package let isLast: Bool
    /// Bound to `BoxContext.answer` of the command, the seal id of `ArchivePiece` and index 0.
    package let box: Boxed<ArchivePiece>

    package init(isLast: Bool, box: Boxed<ArchivePiece>) { (self.isLast, self.box) = (isLast, box) }

    /// As `WorkResult.gave` carries it.
    package var bytes: [UInt8] { [isLast ? 1 : 0] + box.bytes }

    /// Reads it back; nil where it is not whole.
    package init?(bytes: [UInt8]) {
        guard let first = bytes.first, first <= 1, let box = Boxed<ArchivePiece>(bytes: Array(bytes.dropFirst())) else {
            return nil
        }
        self.init(isLast: first == 1, box: box)
    }
}

/// The parts of a job, each behind a length of 32 bits, big-endian.
struct JobParts {
    private(set) var bytes: [UInt8] = []
    private var rest: ArraySlice<UInt8>

    init(_ rest: ArraySlice<UInt8> = []) { self.rest = rest }

    mutating func add(_ part: [UInt8]) {
        withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
        bytes += part
    }

    mutating func add(_ text: String) { add(Array(text.utf8)) }
    mutating func add(_ number: Int64) { add(withUnsafeBytes(of: number.bigEndian) { Array($0) }) }

    /// True where every part was taken.
    var isAtEnd: Bool { rest.isEmpty }

    mutating func next() -> [UInt8]? {
        guard rest.count >= 4 else { return nil }
        let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard rest.count >= 4 + count else { return nil }
        let part = rest.dropFirst(4).prefix(count)
        rest = rest.dropFirst(4 + count)
        return Array(part)
    }

    mutating func text() -> String? { next().flatMap { String(validating: $0, as: UTF8.self) } }
    mutating func number() -> Int64? {
        guard let part = next(), part.count == 8 else { return nil }
        return Int64(truncatingIfNeeded: part.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
    mutating func id<I: Identifier>(_ type: I.Type) -> I? { next().flatMap { $0.withUnsafeBytes { I(raw: $0) } } }

    /// A number, and as many values; nil where there are not so many.
    mutating func many<T>(_ read: (inout JobParts) -> T?) -> [T]? {
        guard let count = number(), (0...Int64(Limits.jobValues)).contains(count) else { return nil }
        var all: [T] = []
        for _ in 0..<count {
            guard let value = read(&self) else { return nil }
            all.append(value)
        }
        return all
    }
}
