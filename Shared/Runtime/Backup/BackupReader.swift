package import Engine
import Glibc
package import Schema
package import Seal
import Store

/// Takes a backup apart again, and believes nothing of it before it is checked.
package struct BackupReader {
    /// The public signing keys of each service.
    let trusted: [String: [[UInt8]]]
    /// The private half of the backup key.
    let key: X25519Key

    package init(trusted: [String: [[UInt8]]], key: X25519Key) { (self.trusted, self.key) = (trusted, key) }

    /// Opens a backup into a file that is not there yet, and checks it as a whole: signature, country, sizes, hashes,
    /// tags, then as a store: its schema, its pages, its rows, that it is of that service and partition, and that it
    /// holds no key. After a failure the file is gone. Errors: those of Store and Seal, and `BackupError`.
    package func open<S: Service>(
        _ entry: BackupFolder.Entry, of service: S.Type, to path: String
    ) throws -> BackupManifest {
        let manifest = try BackupManifest.read(entry.manifest, trusted: trusted)
        guard manifest.backup == entry.backup else {
            throw BackupError.manifest(path: entry.manifest, reason: "it is of another backup")
        }
        let what = "\(manifest.file.service)/\(manifest.file.partition)"
        guard what == "\(S.name)/\(entry.partition)" else {
            throw BackupError.foreign(path: entry.manifest, what: what)
        }
        do {
            try unseal(entry.stream, manifest, to: path)
            try check(path, manifest, S.allMigrations)
        } catch {
            removeStore(path)
            throw error
        }
        return manifest
    }

    private func fileKey(_ manifest: BackupManifest, _ path: String) throws -> SecretBytes {
        guard let box = Base64URL.decode(manifest.fileKey) else {
            throw BackupError.manifest(path: path, reason: "it has no box")
        }
        guard try SealedBox.keyID(in: box) == SealedBox.keyID(of: key.publicBytes) else {
            throw BackupError.otherKey(path: path)
        }
        var plain = try SealedBox.open(box, with: key, context: manifest.boxContext)
        defer { for index in plain.indices { plain[index] = 0 } }
        return try SecretBytes(copying: plain)
    }

    private func unseal(_ stream: String, _ manifest: BackupManifest, to path: String) throws {
        let source = try PieceFile.reading(stream)
        let target = try PieceFile.making(path)
        let plain = try SHA256.Running()
        let sealed = try SHA256.Running()
        var (plainBytes, sealedBytes) = (Int64(0), Int64(0))
        func put(_ bytes: [UInt8]) throws {
            try plain.add(bytes)
            try target.write(bytes)
            plainBytes += Int64(bytes.count)
        }
        let header = try source.read(Stream.headerBytes)
        try sealed.add(header)
        sealedBytes += Int64(header.count)
        var reader = try StreamReader(
            header, try fileKey(manifest, stream), .backup, context: manifest.streamContext)
        while case let piece = try source.read(Limits.backupPieceBytes), !piece.isEmpty {
            sealedBytes += Int64(piece.count)
            guard sealedBytes <= manifest.streamBytes else {
                throw BackupError.content(path: stream, reason: "it is longer")
            }
            try sealed.add(piece)
            try put(try reader.read(piece[...]))
        }
        guard sealedBytes == manifest.streamBytes else {
            throw BackupError.content(path: stream, reason: "it is shorter")
        }
        try put(try reader.finish())
        try target.sync()
        guard try sealed.finish().hexadecimal == manifest.streamSHA256 else {
            throw BackupError.content(path: stream, reason: "its hash is another")
        }
        guard plainBytes == manifest.contentBytes, try plain.finish().hexadecimal == manifest.contentSHA256 else {
            throw BackupError.content(path: stream, reason: "the hash of its content is another")
        }
    }

    private func check(_ path: String, _ manifest: BackupManifest, _ migrations: [Migration]) throws {
        let store = try Store.audited(path, migrations: migrations)
        defer { store.close() }
        let facts = try BackupFile.facts(of: store)
        guard facts.service == manifest.file.service, facts.partition == manifest.file.partition else {
            throw BackupError.foreign(path: path, what: "\(facts.service)/\(facts.partition)")
        }
        guard facts.incarnation == manifest.file.incarnation, facts.offsets == manifest.file.offsets else {
            throw BackupError.content(path: path, reason: "it says otherwise of itself")
        }
        guard try store.rowCounts() == manifest.rows else {
            throw BackupError.content(path: path, reason: "it has another number of rows")
        }
        if let table = try BackupFile.keyBearing(store) { throw BackupError.holdsKeys(table: table) }
    }
}

/// Puts a backup in the place of a partition's file.
package struct Restoration {
    let reader: BackupReader
    /// The folder of the stores.
    let data: String

    package init(_ reader: BackupReader, data: String) { (self.reader, self.data) = (reader, data) }

    /// Restores one file while no service holds it. With `replacing`, a file that is there is removed for good; its
    /// keys file stays. The file is another incarnation, and its service removes who was erased since then before it
    /// reads or sends anything. Errors: those of Store and Seal, and `BackupError`.
    package func restore<S: Service>(
        _ entry: BackupFolder.Entry, of service: S.Type, replacing: Bool, reason: Remark, at now: Instant
    ) throws -> BackupManifest {
        let path = Stores.path(S.name, data: data, partition: entry.partition)
        let base = String(path.dropLast(".sqlite".count))
        do throws(FileFailure) {
            try makeFolder("\(data)/\(S.name)")
        } catch {
            throw BackupError.file(path: "\(data)/\(S.name)", reason: error.reason)
        }
        let lock = try FileLock.acquire("\(base).lock", holder: "troth backup restore pid \(getpid()) since \(now)")
        guard replacing || access(path, F_OK) != 0 else { throw BackupError.present(path: path) }
        let manifest = try place(entry, of: service, at: path, draft: "\(base).restoring", reason, now)
        _ = consume lock
        return manifest
    }

    private func place<S: Service>(
        _ entry: BackupFolder.Entry, of service: S.Type, at path: String, draft: String, _ reason: Remark,
        _ now: Instant
    ) throws -> BackupManifest {
        removeStore(draft)
        let manifest = try reader.open(entry, of: service, to: draft)
        do {
            try adopt(draft, S.allMigrations, manifest, reason, at: now)
        } catch {
            removeStore(draft)
            throw error
        }
        removeStore(path)  // its log too: it would be read into the restored one
        try publishFile(draft, as: path)
        return manifest
    }

    private func adopt(
        _ path: String, _ migrations: [Migration], _ manifest: BackupManifest, _ reason: Remark, at now: Instant
    ) throws {
        let store = try Store.open(path, migrations: migrations)
        var random = SystemRandomNumberGenerator()
        try BackupFile.adopt(
            store, incarnation: Incarnation(high: random.next(), low: random.next()), backup: manifest.backup,
            madeAt: manifest.time ?? now, at: now, reason: reason)
        store.close()
        // the log is copied and gone with its connection; the file itself must be on the disk before it has its name
        let file = try PieceFile.reading(path)
        try file.sync()
    }
}
