import Engine
import Schema
import Store

/// API keys: known by their hash, recognised by their first characters, shown once. At most 100 an account are kept:
/// a new one takes the place of the oldest revoked one.
struct APIKeys: Noun {
    static let name = "apiKeys"
    static let category = DataCategory.account
    static let table = """
        CREATE TABLE apiKeys (
            key       BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 16),                 -- APIKeyID
            subject   BLOB NOT NULL CHECK (length(subject) = 16),                         -- SubjectID
            digest    BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),                   -- SHA-256 of the key
            prefix    TEXT NOT NULL,                                                      -- KeyPrefix
            label     BLOB,                                                               -- sealed
            state     TEXT NOT NULL CHECK (state IN ('active', 'revoked')),
            version   INTEGER NOT NULL CHECK (version >= 1),                              -- of identity.api-keys
            madeAt    INTEGER NOT NULL,                                                   -- Instant
            revokedAt INTEGER CHECK ((state = 'revoked') = (revokedAt IS NOT NULL))       -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX apiKeysBySubject ON apiKeys (subject, madeAt)
        """
    let tx: Transaction

    /// Makes a key. Nil: the account has as many as it may have.
    func make(
        for subject: SubjectID, _ label: Sealed<KeyLabel>?, at now: Instant
    ) throws -> (entry: APIKey, secret: APIKeySecret)? {
        let kept = try all(of: subject)
        if kept.count >= APIKeyList.keysMax {
            guard let oldest = kept.last(where: { $0.state == .revoked }) else { return nil }
            try tx.change(.one, "DELETE FROM apiKeys WHERE key = \(oldest.key)")
        }
        let start = "troth_\(base32(tx.draw(5)).lowercased())"
        let secret = APIKeySecret(unchecked: "\(start)_\(Base64URL.encode(tx.draw(32)))")
        guard let prefix = KeyPrefix(text: start) else { throw Refusal(.wrongValue) }
        let entry = APIKey(
            key: tx.newID(APIKeyID.self), subject: subject, digest: try tx.digest(secret.bytes), prefix: prefix,
            label: label, madeAt: now)
        try tx.change(
            .one,
            """
            INSERT INTO apiKeys (key, subject, digest, prefix, label, state, version, madeAt)
            VALUES (\(entry.key), \(subject), \(entry.digest), \(prefix), \(label), \(entry.state), \(entry.version),
                \(now))
            """)
        try publish(entry)
        return (entry, secret)
    }

    /// Ends a key. Nil: the account has none of this id; false: it was revoked before.
    func revoke(_ key: APIKeyID, of subject: SubjectID, at now: Instant) throws -> Bool? {
        let found: APIKey? = try tx.first(
            "SELECT \(APIKey.columns) FROM apiKeys WHERE key = \(key) AND subject = \(subject)")
        guard let found else { return nil }
        guard found.state == .active else { return false }
        try end(found, at: now)
        return true
    }

    /// Ends every key of an account.
    func revokeAll(of subject: SubjectID, at now: Instant) throws {
        for key in try all(of: subject) where key.state == .active { try end(key, at: now) }
    }

    /// The gateway forgets the keys of an account.
    func bury(of subject: SubjectID) throws {
        for key in try all(of: subject) { try tx.bury(key.key.text, on: Topics.identityAPIKeys) }
    }

    /// The keys of an account, newest first.
    func all(of subject: SubjectID) throws -> [APIKey] {
        try tx.all(
            """
            SELECT \(APIKey.columns) FROM apiKeys WHERE subject = \(subject) ORDER BY madeAt DESC, key DESC
            LIMIT \(APIKeyList.keysMax)
            """)
    }

    /// When an active key of a person was made; nil: there is no such key.
    func madeAt(_ secret: APIKeySecret, of subject: SubjectID) throws -> Instant? {
        let digest = try tx.digest(secret.bytes)
        let key: APIKey? = try tx.first("SELECT \(APIKey.columns) FROM apiKeys WHERE digest = \(digest)")
        guard let key, key.subject == subject, key.state == .active else { return nil }
        return key.madeAt
    }

    /// Every key goes out again: the file is on a new, empty cluster.
    func publishAll() throws {
        let all: [APIKey] = try tx.all("SELECT \(APIKey.columns) FROM apiKeys /* scan: once a cluster */")
        for key in all { try publish(key) }
    }

    private func end(_ key: APIKey, at now: Instant) throws {
        var key = key
        (key.state, key.version) = (.revoked, Revision(unchecked: key.version.value + 1))
        try tx.change(
            .one,
            """
            UPDATE apiKeys SET state = \(key.state), version = \(key.version), revokedAt = \(now)
            WHERE key = \(key.key)
            """)
        try publish(key)
    }

    /// The next version of each key is higher than any that was given since the file's backup. None goes out again: one
    /// that was revoked since then stays so at the gateway.
    func passVersions() throws {
        try tx.change(
            .any, "UPDATE apiKeys SET version = version + \(Limits.restoredVersions) /* scan: once a restore */")
    }

    private func publish(_ key: APIKey) throws {
        let state = APIKeyState(
            key: key.key, version: key.version, account: key.subject.account, hash: key.digest, state: key.state)
        try tx.send(state, to: Topics.identityAPIKeys, partition: tx.partition, key: key.key.text)
    }
}

/// One API key, without the key.
struct APIKey {
    let key: APIKeyID
    let subject: SubjectID
    let digest: Digest
    let prefix: KeyPrefix
    let label: Sealed<KeyLabel>?
    var state = APIKeyStanding.active
    var version = Revision(unchecked: 1)
    let madeAt: Instant
}

extension APIKey: RowDecodable {
    static let columns: Columns = "key, subject, digest, prefix, label, state, version, madeAt"

    init(row: borrowing Row) throws(StoreError) {
        (key, subject, digest) = (try row.value(0), try row.value(1), try row.value(2))
        (prefix, label, state) = (try row.value(3), try row.value(4), try row.value(5))
        (version, madeAt) = (try row.value(6), try row.value(7))
    }
}

extension APIKeys: TableSlice {
    static let title = "API keys"
    static let orderColumns = ["madeAt", "key"]
    static let columns: [SliceColumn] = [
        .init("key", "its number", .id), .init("prefix", "how it begins", .text),
        .init("label", "what you call it", .sealed(KeyLabel.self)), .init("state", "active or revoked", .text),
        .init("version", "the version that the gateway has", .integer), .init("madeAt", "when it was made", .instant),
        .init("revokedAt", "when it ended", .instant),
    ]
}
