package import Seal
import Schema

/// Makes an archive: a ZIP that goes out in pieces, in the memory of a chunk and some buffers, whatever its length.
/// Policy §7.3, §8.1, §8.4.
package struct ArchiveWriter {
    private let zip: ZipWriter
    private var entries: [ArchiveManifest.Entry] = []

    /// Writes a sealed archive: a stream (SECURITY.md: Keys) of purpose `archive`, its context the request's id.
    ///
    /// - Parameters:
    ///   - fileKey: 32 random bytes, for this archive only.
    ///   - salt: 32 random bytes.
    ///   - put: takes the stream's bytes, in order.
    /// Errors: `ArchiveError`, those of Seal, of the slices and of `put`.
    package static func writeSealed(
        _ facts: ArchiveFacts, _ slices: [ArchiveSlice], signing: SigningKey, fileKey: borrowing SecretBytes,
        salt: [UInt8], put: @escaping ([UInt8]) throws -> Void
    ) throws -> ArchiveManifest {
        let sealer = try Sealer(
            StreamWriter(fileKey, .archive, context: ArchiveFacts.streamContext(facts.request), salt: salt), put)
        let manifest = try write(facts, slices, signing: signing) { try sealer.put($0) }
        try sealer.finish()
        return manifest
    }

    /// Writes an archive in clear. Errors: `ArchiveError`, those of Seal, of the slices and of `put`.
    package static func write(
        _ facts: ArchiveFacts, _ slices: [ArchiveSlice], signing: SigningKey,
        put: @escaping ([UInt8]) throws -> Void
    ) throws -> ArchiveManifest {
        guard slices.count <= Limits.slices, Set(slices.map(\.path)).count == slices.count else {
            throw ArchiveError.slice("list", reason: "is too long, or has a slice twice")
        }
        let zip = try ZipWriter(at: Int(facts.madeAt.value / Instant.second), put)
        var writer = ArchiveWriter(zip: zip)
        for slice in slices { try writer.write(slice) }
        try writer.write("README.txt", ReadMe.bytes(facts))
        try writer.write("index.html", ReportPage(facts: facts, slices: slices).bytes())
        let manifest = ArchiveManifest(
            request: facts.request.text, account: facts.account.text, madeAt: facts.madeAt.description,
            madeBy: facts.madeBy, publicKey: Base64URL.encode(signing.publicBytes), entries: writer.entries)
        let json = try manifest.json()
        try writer.write(ArchiveManifest.name, json)
        try writer.write(ArchiveManifest.signatureName, try manifest.signature(of: json, by: signing))
        try zip.finish()
        return manifest
    }

    private init(zip: ZipWriter) { self.zip = zip }

    /// One slice: its rows as they came, then as CSV, and what they are.
    private mutating func write(_ slice: ArchiveSlice) throws {
        let path = slice.path
        guard EntryName.isAllowed("data/\(path).jsonl") else {
            throw ArchiveError.slice("?", reason: "has no good name")
        }
        try entry("data/\(path).jsonl") { put in
            var rows: Int64 = 0
            try slice.replay { chunk in
                guard chunk.isEmpty || chunk.last == 10 else {
                    throw ArchiveError.slice(path, reason: "has a chunk that ends within a line")
                }
                for byte in chunk where byte == 10 { rows += 1 }
                try put(chunk)
            }
            guard rows == slice.rows else {
                throw ArchiveError.slice(path, reason: "has \(rows) rows, not \(slice.rows)")
            }
            return rows
        }
        try entry("data/\(path).csv") { put in
            let rows = try Self.writeCSV(slice, put)
            guard rows == slice.rows else {
                throw ArchiveError.slice(path, reason: "has other rows when it is read again")
            }
            return rows
        }
        try write("schema/\(path).schema.json", try slice.schema())
    }

    private static func writeCSV(_ slice: ArchiveSlice, _ put: ([UInt8]) throws -> Void) throws -> Int64 {
        var lines = CSVLines(slice.description.columns)
        var (out, rows): ([UInt8], Int64) = ([], 0)
        lines.writeHeader(onto: &out)
        try slice.replay { chunk in
            try chunk.withUnsafeBytes { bytes in
                var start = 0
                while start < bytes.count {
                    let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
                    rows += 1
                    do throws(Refusal) {
                        guard end - start <= Limits.lineBytes else { throw Refusal(.malformed) }
                        try lines.write(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), onto: &out)
                    } catch {
                        throw ArchiveError.slice(slice.path, reason: "has a row, \(rows), that is not as described")
                    }
                    if out.count >= Limits.pieceBytes {
                        try put(out)
                        out.removeAll(keepingCapacity: true)
                    }
                    start = end + 1
                }
            }
        }
        try put(out)
        return rows
    }

    /// A small entry.
    private mutating func write(_ name: String, _ bytes: [UInt8]) throws {
        try entry(name) { put in
            try put(bytes)
            return nil
        }
    }

    /// An entry that `body` writes; it returns its rows.
    private mutating func entry(_ name: String, _ body: ((([UInt8]) throws -> Void)) throws -> Int64?) throws {
        let hash = try SHA256.Running()
        var bytes: Int64 = 0
        try zip.begin(name)
        let rows = try body { piece in
            try hash.add(piece)
            bytes += Int64(piece.count)
            try piece.withUnsafeBytes { try zip.write($0) }
        }
        try zip.end()
        entries.append(
            ArchiveManifest.Entry(name: name, bytes: bytes, rows: rows, sha256: try hash.finish().hexadecimal))
    }
}

/// Seals what it is given, and passes it on.
private final class Sealer {
    private var writer: StreamWriter?
    private let pass: ([UInt8]) throws -> Void

    init(_ writer: consuming StreamWriter, _ pass: @escaping ([UInt8]) throws -> Void) throws {
        try pass(writer.header)
        self.writer = consume writer
        self.pass = pass
    }

    func put(_ bytes: [UInt8]) throws {
        if let sealed = try writer?.write(bytes[...]), !sealed.isEmpty { try pass(sealed) }
    }

    func finish() throws {
        if let last = try writer.take()?.finish() { try pass(last) }
    }
}
