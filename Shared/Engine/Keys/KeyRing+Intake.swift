import Schema
import Seal
import Store

/// The intake keys of a service, which everybody knows the public halves of.
extension KeyRing {
    /// The private half of an intake key. Nil: unknown, or destroyed.
    func boxKey(_ id: KeyID, _ category: KeyCategory) throws -> X25519Key? {
        if let key = boxKeys[id] { return key }
        guard let secret = try privateHalf(id, category) else { return nil }
        let key = try sealing { () throws(SealError) in try X25519Key(secret) }
        if boxKeys.count >= Limits.boxKeysCached { boxKeys.removeAll() }
        boxKeys[id] = key
        return key
    }

    /// The newest intake key that is not destroyed.
    func newestIntakeKey() throws(StoreError) -> KeyID? {
        if let newest { return newest }
        newest = try intakeKeys().last?.key
        return newest
    }

    /// The key for what the service seals for itself, which follows from an intake key's private half. Nil: unknown, or
    /// destroyed.
    func ownKey(_ id: KeyID, _ category: KeyCategory) throws -> SecretKey? {
        if let key = ownKeys[id] { return key }
        guard let secret = try privateHalf(id, category) else { return nil }
        let info = Array("troth/own/v1".utf8) + id.raw
        let key = SecretKey(
            try sealing { () throws(SealError) in try HKDF.derive(secret, salt: [], info: info, count: 32) })
        if ownKeys.count >= Limits.boxKeysCached { ownKeys.removeAll() }
        ownKeys[id] = key
        return key
    }

    /// True for an intake key that was ever read.
    func knows(_ id: KeyID) throws(StoreError) -> Bool {
        try store.first(value: "SELECT 1 FROM intakeKeys WHERE key = \(id)", as: Int64.self) != nil
    }

    private func privateHalf(_ id: KeyID, _ category: KeyCategory) throws -> SecretBytes? {
        let wrapped: [UInt8]?? = try store.first(
            value: "SELECT wrapped FROM intakeKeys WHERE key = \(id)", as: [UInt8]?.self)
        guard let wrapped, let wrapped else { return nil }
        return try unwrap(wrapped, of: KeyRing.nobody, category, id)
    }

    /// Takes a record of an intake key. False: an older version than the file has.
    func take(_ key: IntakeKey) throws(StoreError) -> Bool {
        let known: Int64? = try store.first(value: "SELECT version FROM intakeKeys WHERE key = \(key.key)")
        guard known.map({ $0 < key.version.value }) ?? true else { return false }
        try store.change(
            .one,
            """
            INSERT INTO intakeKeys (key, version, publicKey, madeAt, wrapped, destroyedAt)
            VALUES (\(key.key), \(key.version.value), \(key.publicKey.bytes), \(key.madeAt.value),
                \(key.wrapped?.bytes), \(key.destroyedAt?.value))
            ON CONFLICT (key) DO UPDATE SET version = excluded.version, wrapped = excluded.wrapped,
                destroyedAt = excluded.destroyedAt
            """)
        hasIntakeKey = true
        newest = nil
        if key.wrapped == nil {
            (boxKeys[key.key], ownKeys[key.key]) = (nil, nil)
            mustScrub = true
        }
        return true
    }

    /// The intake keys that are not destroyed, oldest first.
    func intakeKeys() throws(StoreError) -> [IntakeKey] {
        var keys: [IntakeKey] = []
        let sql: SQL = """
            /* scan: one key a day */
            SELECT key, version, publicKey, madeAt, wrapped FROM intakeKeys WHERE wrapped IS NOT NULL ORDER BY madeAt
            """
        try store.each(sql) { row throws(StoreError) in
            let publicKey: [UInt8] = try row.value(2)
            let wrapped: [UInt8] = try row.value(4)
            keys.append(
                IntakeKey(
                    key: try row.value(0), version: try row.value(1), publicKey: PublicKey(unchecked: publicKey),
                    madeAt: try row.value(3), wrapped: WrappedKeyBytes(unchecked: wrapped)))
        }
        return keys
    }
}
