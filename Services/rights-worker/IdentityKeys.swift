import Engine
import Schema
import Store

/// The public halves of identity's intake keys: what it alone is to read is boxed to the newest.
struct IdentityKeys: Noun {
    static let name = "identityKeys"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE identityKeys (
            key       BLOB NOT NULL PRIMARY KEY,                                          -- KeyID
            version   INTEGER NOT NULL,
            publicKey BLOB NOT NULL CHECK (length(publicKey) = 32),
            madeAt    INTEGER NOT NULL,                                                   -- Instant
            isAlive   INTEGER NOT NULL CHECK (isAlive IN (0, 1))
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Takes a version of a key.
    func take(_ key: IntakeKey) throws {
        try tx.change(
            .any,
            """
            INSERT INTO identityKeys (key, version, publicKey, madeAt, isAlive)
            VALUES (\(key.key), \(key.version), \(key.publicKey), \(key.madeAt), \(key.wrapped != nil))
            ON CONFLICT (key) DO UPDATE SET version = excluded.version, isAlive = excluded.isAlive
                WHERE excluded.version > version
            """)
    }

    /// The newest key that every file of identity has read by now; else the oldest. Throws where there is none yet: the
    /// file waits for it.
    func current(at now: Instant) throws -> PublicKey {
        let settled: PublicKey? = try tx.first(
            value: """
                SELECT publicKey FROM identityKeys WHERE isAlive = 1 AND madeAt <= \(now + -Limits.keyAge)
                ORDER BY madeAt DESC LIMIT 1 /* scan: a few keys */
                """)
        let oldest: PublicKey? =
            try settled
            ?? tx.first(
                value: """
                    SELECT publicKey FROM identityKeys WHERE isAlive = 1
                    ORDER BY madeAt LIMIT 1 /* scan: a few keys */
                    """)
        guard let oldest else { throw KeyFailure.unknown(.account) }
        return oldest
    }
}
