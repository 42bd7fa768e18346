package import Schema
import Seal

/// Whether a file is an archive that nobody changed: by both ways in which a ZIP can be read.
///
/// Refused are: entries that are no regular files, have names that ours have not (absolute, `..`, backslashes), have a
/// name twice or in another case, are more than `Limits.entries`; files that unpack to more than `Limits.ratio` times
/// their length; a directory that tells otherwise than the headers; a manifest whose signature is not of it; an entry
/// whose length, hash or number of rows is not the manifest's, is missing or is not listed.
package enum ArchiveCheck {
    /// What was found.
    package struct Report: Encodable, Equatable, Sendable {
        package let manifest: ArchiveManifest
        /// Rows of data, each counted once.
        package let rows: Int64
        /// Slices, those without rows too.
        package let slices: Int
    }

    /// What was read of one entry.
    struct Found: Equatable {
        var bytes: Int64 = 0
        var sha256 = ""
        var lines: Int64 = 0
        var records: Int64 = 0
    }

    /// Checks a file. Throws `refused` with what is wrong.
    ///
    /// - Parameters:
    ///   - request: the request that it must be of; nil: any.
    ///   - trusted: the public keys of which one must have signed it; nil: the one that it names.
    package static func check(
        _ path: String, of request: RequestID? = nil, trusted: [[UInt8]]? = nil
    ) throws -> Report {
        let names = try ZipDirectory.names(of: path)
        var kept: [String: [UInt8]] = [:]
        let directory = try read(path, .directory) { kept[$0] = $1 }
        let headers = try read(path, .headers) { _, _ in }
        guard directory == headers, names.count == directory.count, Set(names) == Set(directory.keys) else {
            throw ArchiveError.refused(reason: "says one thing at its end, another inside")
        }
        guard let json = kept[ArchiveManifest.name], let signature = kept[ArchiveManifest.signatureName] else {
            throw ArchiveError.refused(reason: "has no manifest")
        }
        let manifest = try ArchiveManifest.read(json, signature: signature)
        if let request, manifest.request != request.text {
            throw ArchiveError.refused(reason: "is of another request")
        }
        if let trusted, !trusted.contains(where: { Base64URL.encode($0) == manifest.publicKey }) {
            throw ArchiveError.refused(reason: "is signed by a key that is not trusted")
        }
        try compare(manifest, directory)
        let data = manifest.entries.filter { $0.name.hasSuffix(".jsonl") }
        return Report(manifest: manifest, rows: data.reduce(0) { $0 + ($1.rows ?? 0) }, slices: data.count)
    }

    /// Each entry is as the manifest says, none is missing, none is more.
    private static func compare(_ manifest: ArchiveManifest, _ found: [String: Found]) throws(ArchiveError) {
        guard Set(manifest.entries.map(\.name)).count == manifest.entries.count,
            found.count == manifest.entries.count + 2
        else { throw .refused(reason: "has entries that its manifest does not list, or lacks some") }
        for entry in manifest.entries {
            guard let there = found[entry.name] else { throw .refused(reason: "lacks an entry of its manifest") }
            guard there.bytes == entry.bytes, there.sha256 == entry.sha256 else {
                throw .refused(reason: "has an entry that is not as its manifest says")
            }
            let rows: Int64? =
                if entry.name.hasSuffix(".jsonl") {
                    there.lines
                } else if entry.name.hasSuffix(".csv") {
                    there.records - 1
                } else {
                    nil
                }
            guard rows == entry.rows else { throw .refused(reason: "has another number of rows than it says") }
        }
    }

    /// Reads all entries, and hands over the manifest and its signature.
    static func read(
        _ path: String, _ view: ZipReader.View, keep: (String, [UInt8]) -> Void
    ) throws -> [String: Found] {
        var found: [String: Found] = [:]
        var (names, budget) = (Set<String>(), Budget(fileBytes: try size(of: path)))
        let reader = try ZipReader(path, view)
        while let name = try reader.next() {
            guard EntryName.isAllowed(name) else {
                throw ArchiveError.refused(reason: "has an entry of a name not ours")
            }
            guard names.insert(name.lowercased()).inserted else {
                throw ArchiveError.refused(reason: "has an entry twice")
            }
            guard names.count <= Limits.entries else { throw ArchiveError.refused(reason: "has too many entries") }
            let limit: Int? =
                switch name {
                case ArchiveManifest.name: Limits.manifestBytes
                case ArchiveManifest.signatureName: Limits.signatureBytes
                default: nil
                }
            var small: [UInt8] = []
            found[name] = try count(reader, &budget) { (piece) throws(ArchiveError) in
                guard let limit else { return }
                small += piece
                guard small.count <= limit else { throw .refused(reason: "has a manifest that is too long") }
            }
            if limit != nil { keep(name, small) }
        }
        return found
    }

    private static func count(
        _ reader: ZipReader, _ budget: inout Budget, _ take: ([UInt8]) throws(ArchiveError) -> Void
    ) throws -> Found {
        let hash = try SHA256.Running()
        var (found, csv) = (Found(), CSVCount())
        while case let piece = try reader.read(), !piece.isEmpty {
            try budget.spend(piece.count)
            try hash.add(piece)
            found.bytes += Int64(piece.count)
            for byte in piece where byte == 10 { found.lines += 1 }
            csv.add(piece)
            try take(piece)
        }
        found.records = csv.records
        found.sha256 = try hash.finish().hexadecimal
        return found
    }

    private static func size(of path: String) throws(ArchiveError) -> Int64 {
        try ArchiveFile.reading(path).size()
    }
}

/// How many bytes an archive may still unpack to.
struct Budget {
    private var left: Int64

    init(fileBytes: Int64) { left = max(Limits.bytesAlways, fileBytes * Limits.ratio) }

    mutating func spend(_ bytes: Int) throws(ArchiveError) {
        left -= Int64(bytes)
        guard left >= 0 else { throw .refused(reason: "unpacks to more than \(Limits.ratio) times its length") }
    }
}
