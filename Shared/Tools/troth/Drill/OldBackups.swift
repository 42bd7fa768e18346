import Engine
import Foundation
import Glibc
import Invariants
import Kafka
import Runtime
import Schema
import Seal
import Store

/// Backups from before an erasure, opened with the backup key and looked through with every key that is left: nothing
/// that identifies the person shows or opens. Policy §3.3, §8.3.
struct OldBackups {
    let folder: BackupFolder
    let keyFile: String
    /// The folder of the stores, their keys files and secrets.
    let data: String
    /// What identifies the person.
    let needles: [String]
    /// The ids of the keys that the person had.
    let keys: Set<[UInt8]>

    /// What was found in them.
    struct Found {
        var files = 0
        /// Bytes in which something that identifies the person stands, in any encoding.
        var clear = 0
        /// Values under the person's keys, and how many of them open.
        var sealed = 0
        var opened = 0
        /// Values under other people's keys that open: the way of opening works.
        var others = 0
    }

    /// A key that is left, as it lies in a keys file.
    private struct Left {
        let wrapped: [UInt8]
        let kek: SecretKey
    }

    /// The ids of a person's keys, from the topic that they travelled on.
    static func keys(of account: AccountID, _ kafka: KafkaOptions) throws(Failure) -> Set<[UInt8]> {
        var ids: Set<[UInt8]> = []
        do {
            try kafka.reader().read(topic: Topics.identityKeys.name.text) { message in
                let read = message.value.flatMap {
                    try? SubjectKeys.decode($0, contentType: SubjectKeys.contentType, from: .service)
                }
                if let read, read.subject?.account == account { ids.formUnion(read.keys.map(\.key.raw)) }
            }
        } catch let error as KafkaError {
            throw kafka.failure(error)
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        return ids
    }

    /// Looks through the newest backup of every file.
    func look() throws(Failure) -> Found {
        guard let needles = Needles(needles.map { Array($0.utf8) }) else {
            throw .check("a needle of the drill is too short: correct its cast")
        }
        let scanner = NeedleScanner(needles)
        let draft = "\(data)/.old-backup.sqlite"
        var found = Found()
        do {
            let left = try keysLeft()
            for service in Services.all {
                let name = service.name.text
                let reader = BackupReader(
                    trusted: try SecretFiles.trusted("\(data)/secrets/\(name)/trust"),
                    key: try X25519Key(SecretBytes(file: keyFile)))
                for partition in folder.partitions(of: name) {
                    let entry = try BackupOptions.entry(folder, name, partition, named: nil)
                    _ = try reader.open(entry, of: service, to: draft)
                    defer { for end in ["", "-wal", "-shm"] { unlink(draft + end) } }
                    found.files += 1
                    let bytes = FileManager.default.contents(atPath: draft) ?? Data()
                    bytes.withUnsafeBytes { all in scanner.scan(all) { _ in found.clear += 1 } }
                    let store = try Store.open(draft, migrations: service.allMigrations, readOnly: true)
                    defer { store.close() }
                    try look(through: JudgedFile(service: name, partition: partition, store: store), left, &found)
                }
            }
        } catch {
            throw BackupOptions.refusal(error)
        }
        return found
    }

    /// Every key that any service still has, by its id; it is unwrapped with whichever service's key-encryption key.
    private func keysLeft() throws -> [[UInt8]: Left] {
        var left: [[UInt8]: Left] = [:]
        let rows = try StoreFiles.withKeys(in: data) { files in
            try files.flatMap { file in
                try file.rows("SELECT category, key, wrapped FROM dataKeys WHERE wrapped IS NOT NULL /* scan: all */")
            }
        }
        for row in rows {
            guard case .text(let category) = row[0], case .blob(let key) = row[1], case .blob(let wrapped) = row[2]
            else { continue }
            // a service has the keys of all categories, and opens those of its own
            let keks = Services.names.map { "\(data)/secrets/\($0)/kek-\(category)" }
            guard let kek = keks.first(where: { FileManager.default.fileExists(atPath: $0) }) else { continue }
            left[key] = Left(wrapped: wrapped, kek: SecretKey(try SecretBytes(file: kek)))
        }
        return left
    }

    private func look(through file: JudgedFile, _ left: [[UInt8]: Left], _ found: inout Found) throws {
        for table in try file.texts("SELECT name FROM sqlite_schema WHERE type = 'table' /* scan: all */") {
            for cell in try file.rows("SELECT * FROM \(table) /* scan: all */").joined() {
                for value in Self.values(in: cell) {
                    guard let header = try? SealedField.header(of: value) else { continue }
                    let isTheirs = keys.contains(header.keyID)
                    let opens = left[header.keyID].map { Self.opens(value, $0) } ?? false
                    found.sealed += isTheirs ? 1 : 0
                    found.opened += isTheirs && opens ? 1 : 0
                    found.others += !isTheirs && opens ? 1 : 0
                }
            }
        }
    }

    /// What may be a sealed value: the cell, or a text in its JSON.
    private static func values(in cell: Cell) -> [[UInt8]] {
        let bytes: [UInt8]
        switch cell {
        case .null, .integer: return []
        case .text(let text): bytes = Array(text.utf8)
        case .blob(let blob): bytes = blob
        }
        let texts = bytes.split(separator: UInt8(ascii: "\""))
        return [bytes] + texts.compactMap { Base64URL.decode(String(decoding: $0, as: UTF8.self)) }
    }

    private static func opens(_ value: [UInt8], _ key: Left) -> Bool {
        do {
            let subject = try WrappedKey.header(of: key.wrapped).subject
            let dataKey = try WrappedKey.unwrap(key.wrapped, subject: subject, kek: key.kek.bytes)
            _ = try SealedField.open(value, subject: subject, dataKey: dataKey)
            return true
        } catch {
            return false
        }
    }
}
