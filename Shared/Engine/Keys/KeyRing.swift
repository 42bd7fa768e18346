import Schema
import Seal
package import Store

/// The keys of the people in one partition, wrapped, in a file of their own beside the partition's, which no backup
/// contains; and those that were unwrapped lately. ARCHITECTURE: a person is a key.
package final class KeyRing {
    static let tables = [
        """
        CREATE TABLE keyRecords (
            record  BLOB NOT NULL PRIMARY KEY,                                            -- KeyRecordID
            version INTEGER NOT NULL,
            subject BLOB UNIQUE                                                           -- SubjectID; NULL: all destroyed
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE dataKeys (
            record   BLOB NOT NULL,
            category TEXT NOT NULL,                                                       -- KeyCategory
            key      BLOB NOT NULL,                                                       -- KeyID
            wrapped  BLOB,                                                                -- NULL: destroyed
            destroyedAt INTEGER CHECK ((wrapped IS NULL) = (destroyedAt IS NOT NULL)),    -- Instant
            PRIMARY KEY (record, category)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE intakeKeys (
            key       BLOB NOT NULL PRIMARY KEY,                                          -- KeyID
            version   INTEGER NOT NULL,
            publicKey BLOB NOT NULL,
            madeAt    INTEGER NOT NULL,                                                   -- Instant
            wrapped   BLOB,                                                               -- NULL: destroyed
            destroyedAt INTEGER                                                           -- Instant
        ) STRICT, WITHOUT ROWID
        """,
        """
        -- One row: its topics are read into it from their beginning.
        CREATE TABLE begun (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT
        """,
        SecretChecks.table,
    ]
    package static let migrations = [Migration(number: 1, sql: tables.joined(separator: ";\n"))]

    let store: Store
    let secrets: Secrets
    private let cachedMax: Int
    private var cache: [Slot: Cached] = [:]
    var boxKeys: [KeyID: X25519Key] = [:]
    var ownKeys: [KeyID: SecretKey] = [:]
    /// When unwrapped keys were dropped last.
    private var droppedAt = Instant(unchecked: 0)
    var newest: KeyID?
    /// Keys of this file's own making that have not come back from their topic.
    var fresh: [Slot: DataKey] = [:]
    /// True before its topics are read into it from their beginning: it was just made, or lost and made again.
    private(set) var isNew: Bool
    /// True where an intake key was ever read.
    var hasIntakeKey: Bool
    /// True after a key was destroyed: the file and its log still hold it until they are written anew.
    var mustScrub = false

    /// Whose key it is, and of which category.
    struct Slot: Hashable {
        let subject: SubjectID
        let category: KeyCategory
    }
    private struct Cached {
        let id: KeyID
        let key: SecretKey
    }

    /// Takes an open keys file. `files`: how many a process may have, of which each gets its share of the memory for
    /// unwrapped keys. The shard compares the secrets with those that the file was written with.
    package init(_ store: Store, secrets: Secrets, files: Int) throws {
        (self.store, self.secrets) = (store, secrets)
        cachedMax = max(1, Seal.Limits.cachedKeysMax / max(1, files))
        isNew = try store.first(value: "SELECT one FROM begun WHERE one = 1", as: Int64.self) == nil
        hasIntakeKey =
            try store.first(value: "/* scan: one row */ SELECT 1 FROM intakeKeys LIMIT 1", as: Int64.self) != nil
        try store.checkpointWhole()  // a key that was destroyed just before a crash may still lie in the log
    }

    /// Remembers that its topics are read from their beginning.
    func begin() throws(StoreError) {
        guard isNew else { return }
        try store.change(.one, "INSERT INTO begun (one) VALUES (1)")
        isNew = false
    }

    /// A person's key of a category. Nil: it was destroyed. Throws `unknown` where it is not here yet.
    func dataKey(_ slot: Slot) throws -> (id: KeyID, key: SecretKey)? {
        if let found = cache[slot] { return (found.id, found.key) }
        guard let (id, wrapped) = try wrapped(slot) else { throw KeyFailure.unknown(slot.category) }
        guard let wrapped else { return nil }
        let key = SecretKey(try unwrap(wrapped, of: slot.subject.raw, slot.category, id))
        if cache.count >= cachedMax { cache.removeAll() }
        cache[slot] = Cached(id: id, key: key)
        return (id, key)
    }

    /// Unwrapped keys in memory.
    package var unwrappedKeys: Int { cache.count + boxKeys.count + ownKeys.count }

    /// When unwrapped keys are to be dropped; nil: there are none.
    var dropsAt: Instant? { unwrappedKeys == 0 ? nil : droppedAt + Limits.keyCached }

    /// Drops all unwrapped keys once in the time that one may be in memory, so that none is there for longer. Every
    /// step begins with it: it costs a comparison.
    func dropUnwrapped(at now: Instant) {
        guard now - droppedAt >= Limits.keyCached else { return }
        (cache, boxKeys, ownKeys) = ([:], [:], [:])
        droppedAt = now
    }

    private func wrapped(_ slot: Slot) throws(StoreError) -> (KeyID, [UInt8]?)? {
        if let own = fresh[slot] { return (own.key, own.wrapped?.bytes) }
        var found: (KeyID, [UInt8]?)?
        let sql: SQL = """
            SELECT dataKeys.key, dataKeys.wrapped FROM keyRecords JOIN dataKeys USING (record)
            WHERE keyRecords.subject = \(slot.subject) AND dataKeys.category = \(slot.category.rawValue)
            """
        try store.each(sql) { row throws(StoreError) in found = (try row.value(0), try row.value(1)) }
        return found
    }

    /// Unwraps a key. Throws `broken` where it does not unwrap though the key-encryption key is the file's.
    func unwrap(
        _ wrapped: [UInt8], of subject: [UInt8], _ category: KeyCategory, _ id: KeyID
    ) throws(KeyFailure) -> SecretBytes {
        let kek = try kek(category)
        do throws(SealError) {
            return try WrappedKey.unwrap(wrapped, subject: subject, kek: kek.bytes)
        } catch {
            throw .broken(id)
        }
    }

    /// Wraps a key.
    func wrap(
        _ key: borrowing SecretBytes, of subject: [UInt8], _ category: KeyCategory, _ id: KeyID
    ) throws(KeyFailure) -> WrappedKeyBytes {
        let header = WrappedKey.Header(
            category: category.sealNumber, generation: Secrets.generation, keyID: id.raw, subject: subject)
        let kek = try kek(category)
        do throws(SealError) {
            return WrappedKeyBytes(unchecked: try WrappedKey.wrap(key, header, kek: kek.bytes))
        } catch {
            throw .seal(error)
        }
    }

    private func kek(_ category: KeyCategory) throws(KeyFailure) -> SecretKey {
        guard let kek = secrets.keks[category] else { throw .missing("key-encryption key \(category.rawValue)") }
        return kek
    }

    /// Takes a person's record. False: an older version than the file has.
    func take(_ record: SubjectKeys) throws(StoreError) -> Bool {
        let known: Int64? = try store.first(value: "SELECT version FROM keyRecords WHERE record = \(record.record)")
        guard known.map({ $0 < record.version.value }) ?? true else { return false }
        let subject: [UInt8]?? = try store.first(
            value: "SELECT subject FROM keyRecords WHERE record = \(record.record)", as: [UInt8]?.self)
        try store.change(
            .one,
            """
            INSERT INTO keyRecords (record, version, subject)
            VALUES (\(record.record), \(record.version.value), \(record.subject?.raw))
            ON CONFLICT (record) DO UPDATE SET version = excluded.version, subject = excluded.subject
            """)
        for key in record.keys {
            try store.change(
                .one,
                """
                INSERT INTO dataKeys (record, category, key, wrapped, destroyedAt)
                VALUES (\(record.record), \(key.category.rawValue), \(key.key), \(key.wrapped?.bytes),
                    \(key.destroyedAt?.value))
                ON CONFLICT (record, category) DO UPDATE SET key = excluded.key, wrapped = excluded.wrapped,
                    destroyedAt = excluded.destroyedAt
                """)
        }
        let known16 = (subject ?? nil).flatMap { SubjectID(stored: $0) } ?? record.subject
        if let known16 { forget(known16, record.keys) }
        return true
    }

    /// The topic has the keys now; destroyed ones are in no memory any more.
    private func forget(_ subject: SubjectID, _ keys: [DataKey]) {
        for key in keys {
            let slot = Slot(subject: subject, category: key.category)
            fresh[slot] = nil
            if key.wrapped == nil {
                cache[slot] = nil
                mustScrub = true
            }
        }
    }

    /// The record of a person, to be followed by its next version.
    func record(of subject: SubjectID) throws(StoreError) -> SubjectKeys? {
        var found: SubjectKeys?
        try store.each("SELECT record, version FROM keyRecords WHERE subject = \(subject)") { row throws(StoreError) in
            found = SubjectKeys(record: try row.value(0), version: try row.value(1), subject: subject, keys: [])
        }
        guard let record = found?.record else { return nil }
        found?.keys = try keys(of: record)
        return found
    }

    /// A record by its own id. Nil: it is not here, or all of its keys are destroyed.
    func record(_ id: KeyRecordID) throws(StoreError) -> SubjectKeys? {
        let subject: SubjectID?? = try store.first(
            value: "SELECT subject FROM keyRecords WHERE record = \(id)", as: SubjectID?.self)
        guard let subject, let owner = subject else { return nil }
        return try record(of: owner)
    }

    private func keys(of record: KeyRecordID) throws(StoreError) -> [DataKey] {
        var keys: [DataKey] = []
        let sql: SQL = """
            SELECT category, key, wrapped, destroyedAt FROM dataKeys WHERE record = \(record) ORDER BY category
            """
        try store.each(sql) { row throws(StoreError) in
            let wrapped: [UInt8]? = try row.value(2)
            keys.append(
                DataKey(
                    category: try row.value(0), key: try row.value(1),
                    wrapped: wrapped.map { WrappedKeyBytes(unchecked: $0) }, destroyedAt: try row.value(3)))
        }
        return keys
    }

    /// Every record, for a cluster that has none of them.
    func allRecords() throws(StoreError) -> [SubjectKeys] {
        var records: [SubjectKeys] = []
        try store.each("/* scan: all of them are sent */ SELECT record, version, subject FROM keyRecords") {
            row throws(StoreError) in
            records.append(
                SubjectKeys(record: try row.value(0), version: try row.value(1), subject: try row.value(2), keys: []))
        }
        for index in records.indices { records[index].keys = try keys(of: records[index].record) }
        return records
    }

    /// Writes the file anew where a destroyed key may still lie in it or in its log.
    func scrubIfDue() throws(StoreError) {
        guard mustScrub else { return }
        try store.checkpointWhole()
        mustScrub = false
    }

    /// Whose wrapped keys belong to nobody: intake keys.
    static let nobody = [UInt8](repeating: 0, count: 16)
}
