import Engine
import Foundation
import Runtime
import Schema
import Seal
import Store
import Testing

/// Backups of a file, and every way in which one is not taken. Policy §3.3; SECURITY.md: Bad input.
struct BackupTests {
    private let shelf: Shelf.Place
    init() throws { shelf = try Shelf.Place() }

    @Test func `a backup is restored with every row, as another incarnation, and is on record`() throws {
        let manifest = try shelf.backUp()
        #expect(manifest.country == "SG" && manifest.file.service == "billing" && manifest.file.partition == 3)
        #expect(manifest.rows["books"] == 500 && manifest.rows["outbox"] == 0)
        #expect(manifest.file.offsets == [.init(topic: "metering.totals", next: 77)])
        try FileManager.default.removeItem(atPath: shelf.file)
        #expect(try shelf.restore() == manifest)
        let store = try Store.open(shelf.file, migrations: Shelf.allMigrations)
        #expect(try store.first(value: "SELECT count(*) FROM books /* scan: a test */", as: Int64.self) == 500)
        #expect(try BackupFile.facts(of: store).incarnation != manifest.file.incarnation)
        let record: [String] = try store.all(values: "SELECT backup FROM restores WHERE settledAt IS NULL /* scan: */")
        #expect(record == [manifest.backup])
        #expect(try FileManager.default.attributesOfItem(atPath: shelf.file)[.posixPermissions] as? Int == 0o600)
    }

    @Test func `nothing of a copy is left, and no clear text lies in the folder of backups`() throws {
        try shelf.backUp()
        let left = try FileManager.default.contentsOfDirectory(atPath: shelf.data + "/billing").sorted()
        #expect(left.filter { $0.contains("copying") || $0.contains("restoring") } == [])
        for file in try FileManager.default.subpathsOfDirectory(atPath: shelf.backups.path) {
            let bytes = FileManager.default.contents(atPath: "\(shelf.backups.path)/\(file)") ?? Data()
            #expect(bytes.range(of: Data("a title on a shelf".utf8)) == nil, "\(file)")
            #expect(bytes.range(of: Data("SQLite format".utf8)) == nil, "\(file)")
        }
    }

    @Test func `a running service's file, and a file that is there, are not replaced`() throws {
        try shelf.backUp()
        #expect(throws: BackupError.present(path: shelf.file)) { try shelf.restore() }
        #expect(try shelf.restore(replacing: true).rows["books"] == 500)
        let lock = try FileLock.acquire(String(shelf.file.dropLast(7)) + ".lock", holder: "billing pid 1")
        #expect(throws: StoreError.self) { try shelf.restore(replacing: true) }
        _ = consume lock
    }

    @Test func `a log beside a file that is gone does not get into the restored one`() throws {
        try shelf.backUp()
        let store = try Store.open(shelf.file, migrations: Shelf.allMigrations)
        try store.change(.any, "DELETE FROM books /* scan: a test */")
        let log = FileManager.default.contents(atPath: shelf.file + "-wal")
        store.close()
        try #require(log?.isEmpty == false)
        #expect(FileManager.default.createFile(atPath: shelf.file + "-wal", contents: log))
        #expect(try shelf.restore(replacing: true).rows["books"] == 500)
        let restored = try Store.open(shelf.file, migrations: Shelf.allMigrations)
        #expect(try restored.first(value: "SELECT count(*) FROM books /* scan: a test */", as: Int64.self) == 500)
    }

    /// What a restore says after a file of the backup was changed.
    private func refusal(_ file: KeyPath<BackupFolder.Entry, String>, _ change: (inout [UInt8]) -> Void) throws
        -> String?
    {
        let place = try Shelf.Place()
        try place.backUp()
        let path = try #require(place.backups.entries("billing", 3).last)[keyPath: file]
        var bytes = Array(FileManager.default.contents(atPath: path) ?? Data())
        change(&bytes)
        try Data(bytes).write(to: URL(filePath: path))
        do {
            _ = try place.restore(replacing: true)
            return nil
        } catch {
            let left = try FileManager.default.contentsOfDirectory(atPath: place.data + "/billing")
            #expect(left.allSatisfy { !$0.contains("restoring") }, "what was opened is removed")
            #expect(FileManager.default.fileExists(atPath: place.file), "the file that is there stays")
            return "\(error)"
        }
    }

    @Test func `a stream that was cut, lengthened or changed anywhere is refused`() throws {
        #expect(try refusal(\.stream) { _ in } == nil)
        #expect(try refusal(\.stream) { $0.removeLast() }?.contains("shorter") ?? false)
        #expect(try refusal(\.stream) { $0.removeLast(65_552) }?.contains("shorter") ?? false)
        #expect(try refusal(\.stream) { $0.append(0) }?.contains("longer") ?? false)
        #expect(try refusal(\.stream) { $0 = [] } != nil)
        for place in [0, 9, 20, 60, 90, 70_000] {
            #expect(try refusal(\.stream) { $0[place] ^= 1 } != nil, "byte \(place)")
        }
    }

    @Test func `a manifest that was changed, or is signed by nobody who is trusted, is refused`() throws {
        func swap(_ old: String, _ new: String) -> (inout [UInt8]) -> Void {
            { $0 = Array(String(decoding: $0, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8) }
        }
        let unsigned = "bears no signature"
        #expect(try refusal(\.manifest, swap("\"SG\"", "\"US\""))?.contains(unsigned) ?? false)
        #expect(try refusal(\.manifest, swap("\"books\":500", "\"books\":499"))?.contains(unsigned) ?? false)
        #expect(try refusal(\.manifest, swap("billing", "metering"))?.contains(unsigned) ?? false)
        #expect(try refusal(\.manifest) { $0 = Array("{}\n\n".utf8) }?.contains("no manifest") ?? false)
        #expect(try refusal(\.manifest) { $0.removeLast(3) }?.contains("no manifest") ?? false)
        try shelf.backUp()
        #expect(throws: BackupError.self) { try shelf.restore(replacing: true, trusted: [:]) }
        let stranger = try SigningKey(SecretBytes(random: 32)).publicBytes
        #expect(throws: BackupError.self) { try shelf.restore(replacing: true, trusted: ["billing": [stranger]]) }
        #expect(throws: BackupError.self) {
            try shelf.restore(replacing: true, trusted: ["metering": [shelf.signing.publicBytes]])
        }
    }

    @Test func `a backup of another file, under another key or in another country is not taken`() throws {
        try shelf.backUp()
        let entry = try #require(shelf.backups.entries("billing", 3).last)
        #expect(throws: BackupError.otherKey(path: entry.stream)) {
            try shelf.restore(replacing: true, key: try X25519Key(SecretBytes(random: 32)))
        }
        // put into another partition's folder
        let other = shelf.backups.folder("billing", 4)
        try FileManager.default.copyItem(atPath: entry.folder, toPath: other)
        #expect(throws: BackupError.self) { try shelf.restore(partition: 4) }
        // under the name of an older one
        try FileManager.default.copyItem(
            atPath: entry.manifest, toPath: "\(entry.folder)/20300101T000000Z-0011223344556677.manifest")
        #expect(throws: BackupError.self) { try shelf.restore(replacing: true) }
        let abroad = BackupWriter(
            shelf.backups, publicKey: shelf.key.publicBytes, signing: shelf.signing, country: "US")
        #expect(throws: BackupError.country("US")) {
            try abroad.write(Shelf.self, copy: try shelf.copy(), at: ShardClock.now())
        }
    }

    @Test func `no backup is made of a file in which keys or unsent rows would be left`() throws {
        let copy = try shelf.copy()
        let store = try Store.open(copy, migrations: Shelf.allMigrations)
        try store.change(.one, "INSERT INTO notes (wrapped) VALUES (\([UInt8](repeating: 1, count: 76)))")
        store.close()
        #expect(throws: BackupError.holdsKeys(table: "notes")) {
            try shelf.writer.write(Shelf.self, copy: copy, at: ShardClock.now())
        }
        #expect(shelf.backups.entries("billing", 3).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: copy))
    }

    @Test func `a trigger that a signer put into a file is found all the same`() throws {
        let copy = try shelf.copy()
        let store = try Store.open(copy, migrations: Shelf.allMigrations)
        try store.execute("CREATE TRIGGER t AFTER INSERT ON restores BEGIN DELETE FROM books; END")
        store.close()
        #expect(throws: StoreError.self) { try shelf.writer.write(Shelf.self, copy: copy, at: ShardClock.now()) }
    }

    @Test func `backups are gone before they are 35 days old, and what broken ones left with them`() throws {
        let now = ShardClock.now()
        for days in [40, 34, 33, 1] as [Int64] { try shelf.backUp(at: now + -days * Instant.day) }
        let folder = shelf.backups.folder("billing", 3)
        func leave(_ name: String) {
            #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data([1])))
        }
        leave("20200101T000000Z-0011223344556677.stream.part")
        leave("notes.txt")
        // two that broke off before their manifest: the one of today may still be in the making
        for days in [2, 0] as [Int64] {
            let made = try shelf.backUp(at: now + -days * Instant.day)
            try FileManager.default.removeItem(atPath: "\(folder)/\(made.backup).manifest")
        }
        #expect(shelf.backups.expire("billing", 3, at: now) == 2)
        let left = shelf.backups.entries("billing", 3)
        #expect(left.map { (now - $0.madeAt) / Instant.day } == [33, 1])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files.count == 6 && files.last == "notes.txt")
        #expect(left.allSatisfy { FileManager.default.fileExists(atPath: $0.stream) })
        #expect(shelf.backups.expire("billing", 3, at: now) == 0)
    }
}

/// A service with one table of clear text.
struct Shelf: Service {
    static let name: ServiceName = "billing"
    static var owns: [any Noun.Type] { [] }
    static let gives: [any AnyTopic] = []
    static let migrations = [
        Migration(
            number: 1_000,
            sql: """
                CREATE TABLE books (number INTEGER PRIMARY KEY, title TEXT NOT NULL, filler BLOB) STRICT;
                CREATE TABLE notes (number INTEGER PRIMARY KEY, wrapped BLOB) STRICT
                """)
    ]
    var anchor: Input { .stream(Topics.meteringTotals, .bulk) { _, _, _ in } }
    var takes: [Input] { [] }
    var timers: [Engine.Timer] { [] }

    /// A file of it with rows, a folder for backups, and keys.
    final class Place {
        let folder: TemporaryFolder
        let data: String
        let backups: BackupFolder
        let key: X25519Key
        let signing: SigningKey
        var file: String { "\(data)/billing/p-03.sqlite" }
        var writer: BackupWriter {
            BackupWriter(backups, publicKey: key.publicBytes, signing: signing, country: "SG")
        }

        init() throws {
            folder = try TemporaryFolder()
            (data, backups) = ("\(folder.path)/data", BackupFolder("\(folder.path)/backups"))
            (key, signing) = (try X25519Key(SecretBytes(random: 32)), try SigningKey(SecretBytes(random: 32)))
            _ = try Stores.create(Shelf.self, data: data, partitions: 5)
            let store = try Store.open(file, migrations: Shelf.allMigrations)
            try store.transaction {
                for _ in 0..<500 {
                    try store.change(
                        .one,
                        """
                        INSERT INTO books (title, filler)
                        VALUES ('a title on a shelf', \([UInt8](repeating: 5, count: 1_000)))
                        """)
                }
                try store.change(.one, "INSERT INTO inputs (topic, next, baseline) VALUES ('metering.totals', 77, 0)")
                try store.change(
                    .one, "INSERT INTO links (number, topic, partition, next) VALUES (0, 'billing.standing', 3, 9)")
                try store.change(
                    .one, "INSERT INTO outbox (link, sequence, headers, value) VALUES (0, 8, \([UInt8]()), NULL)")
            }
            store.close()
        }

        /// A copy of the file, as the file's thread makes it.
        func copy() throws -> String {
            let path = "\(data)/billing/p-03.copying"
            let store = try Store.open(file, migrations: Shelf.allMigrations)
            try store.beginCopy(to: path)
            while try !store.stepCopy(pages: 8) {}
            store.close()
            return path
        }

        @discardableResult
        func backUp(at now: Instant = ShardClock.now()) throws -> BackupManifest {
            try writer.write(Shelf.self, copy: try copy(), at: now)
        }

        @discardableResult
        func restore(
            partition: Int32 = 3, replacing: Bool = false, key: X25519Key? = nil, trusted: [String: [[UInt8]]]? = nil
        ) throws -> BackupManifest {
            let entry = try #require(backups.entries("billing", partition).last)
            let reader = BackupReader(
                trusted: trusted ?? ["billing": [signing.publicBytes]], key: key ?? self.key)
            return try Restoration(reader, data: data).restore(
                entry, of: Shelf.self, replacing: replacing, reason: try #require(Remark(text: "a test")),
                at: ShardClock.now())
        }
    }
}
