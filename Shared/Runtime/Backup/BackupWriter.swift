package import Engine
import Glibc
package import Schema
package import Seal
import Store

/// Makes a backup of a copy: takes out what no backup holds, checks it, seals it, signs what it is.
package struct BackupWriter: Sendable {
    let folder: BackupFolder
    /// The public half of the backup key, 32 bytes.
    let publicKey: [UInt8]
    let signing: SigningKey
    let country: String

    package init(_ folder: BackupFolder, publicKey: [UInt8], signing: SigningKey, country: String) {
        (self.folder, self.publicKey, self.signing, self.country) = (folder, publicKey, signing, country)
    }

    /// Turns the copy at `path` into a backup; the copy is gone afterwards, whatever happens. Errors: those of Store,
    /// Seal and `BackupError`.
    package func write<S: Service>(_ service: S.Type, copy path: String, at now: Instant) throws -> BackupManifest {
        let compact = path + ".compact"
        defer {
            removeStore(path)
            removeStore(compact)
        }
        removeStore(compact)
        let copy = try Store.open(path, migrations: S.allMigrations)
        let facts = try BackupFile.facts(of: copy)
        try BackupFile.strip(service, copy)
        // without free pages: what was taken out is in none of them
        try copy.writeCompact(to: compact)
        copy.close()
        let audited = try Store.audited(compact, migrations: S.allMigrations)
        if let table = try BackupFile.keyBearing(audited) { throw BackupError.holdsKeys(table: table) }
        let rows = try audited.rowCounts()
        audited.close()
        return try seal(compact, facts, rows, at: now)
    }

    private func seal(
        _ content: String, _ facts: BackupFile.Facts, _ rows: [String: Int64], at now: Instant
    ) throws -> BackupManifest {
        guard country == "SG" else { throw BackupError.country(country) }
        let place = folder.folder(facts.service, facts.partition)
        do throws(FileFailure) {
            try makeFolder(place)
        } catch {
            throw BackupError.file(path: place, reason: error.reason)
        }
        let name = BackupFolder.name(at: now, random: try SystemRandom.bytes(8))
        let fileKey = try SecretBytes(random: 32)
        let context = BackupManifest.streamContext(facts.service, facts.partition, name)
        let stream = "\(place)/\(name).stream"
        var manifest = BackupManifest(
            backup: name, madeAt: Instant(unchecked: now.value / Instant.second * Instant.second).description,
            country: country, program: Version.text, file: facts, rows: rows, contentBytes: 0, contentSHA256: "",
            streamBytes: 0, streamSHA256: "", fileKey: try box(fileKey, facts, name))
        do {
            try write(content, to: stream + ".part", fileKey, context, &manifest)
            try publishFile(stream + ".part", as: stream)
            let draft = "\(place)/\(name).manifest.part"
            try writeWhole(try manifest.signed(by: signing), to: draft)
            try publishFile(draft, as: "\(place)/\(name).manifest")
        } catch {
            for ending in [".stream", ".stream.part", ".manifest.part"] { unlink("\(place)/\(name)\(ending)") }
            throw error
        }
        return manifest
    }

    private func box(_ key: borrowing SecretBytes, _ facts: BackupFile.Facts, _ name: String) throws -> String {
        var plain = key.withBytes { span in span.withUnsafeBytes { Array($0) } }
        defer { for index in plain.indices { plain[index] = 0 } }
        return Base64URL.encode(
            try SealedBox.seal(
                plain, to: publicKey, context: BackupManifest.boxContext(facts.service, facts.partition, name),
                ephemeral: try SecretBytes(random: 32)))
    }

    /// Seals a file piece by piece, and puts sizes and hashes into the manifest.
    private func write(
        _ content: String, to path: String, _ key: borrowing SecretBytes, _ context: [UInt8],
        _ manifest: inout BackupManifest
    ) throws {
        let source = try PieceFile.reading(content)
        let target = try PieceFile.making(path)
        let plain = try SHA256.Running()
        let sealed = try SHA256.Running()
        var writer = try StreamWriter(key, .backup, context: context, salt: try SystemRandom.bytes(Stream.saltBytes))
        func put(_ bytes: [UInt8]) throws {
            try sealed.add(bytes)
            try target.write(bytes)
            manifest.streamBytes += Int64(bytes.count)
        }
        try put(writer.header)
        while case let piece = try source.read(Limits.backupPieceBytes), !piece.isEmpty {
            try plain.add(piece)
            manifest.contentBytes += Int64(piece.count)
            try put(try writer.write(piece[...]))
        }
        try put(try writer.finish())
        try target.sync()
        manifest.contentSHA256 = try plain.finish().hexadecimal
        manifest.streamSHA256 = try sealed.finish().hexadecimal
    }

    private func writeWhole(_ bytes: [UInt8], to path: String) throws {
        let file = try PieceFile.making(path)
        try file.write(bytes)
        try file.sync()
    }
}
