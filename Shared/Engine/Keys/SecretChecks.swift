import Schema
import Seal
import Store

/// Which secrets a file was written with, and nothing about them: another one would find nothing that is there, and
/// say so of nothing. In the stores and in the keys files: either may be lost and made anew.
enum SecretChecks {
    static let table = """
        CREATE TABLE secretChecks (
            name       TEXT NOT NULL PRIMARY KEY,                                         -- of its file
            generation INTEGER NOT NULL,
            value      BLOB NOT NULL
        ) STRICT, WITHOUT ROWID
        """

    /// Compares a service's secrets with those that its files were written with, then remembers in each what is new to
    /// it. Throws `wrongSecret` where one is another; then nothing was changed.
    static func check(_ secrets: Secrets, in stores: [Store]) throws {
        let values = try values(of: secrets)
        for store in stores {
            for (name, value) in values {
                if let known = try known(name, in: store), known != value { throw KeyFailure.wrongSecret(name) }
            }
        }
        for store in stores {
            for (name, value) in values where try known(name, in: store) == nil {
                try store.change(
                    .one,
                    """
                    INSERT INTO secretChecks (name, generation, value)
                    VALUES (\(name), \(Int64(Secrets.generation)), \(value))
                    """)
            }
        }
    }

    private static func known(_ name: String, in store: Store) throws(StoreError) -> [UInt8]? {
        try store.first(value: "SELECT value FROM secretChecks WHERE name = \(name)")
    }

    /// The check values of what a service has. SECURITY.md: Keys.
    private static func values(of secrets: Secrets) throws -> [(name: String, value: [UInt8])] {
        var values: [(String, [UInt8])] = []
        for category in KeyCategory.allCases {
            guard let kek = secrets.keks[category] else { continue }
            let value = try sealing { () throws(SealError) in
                try WrappedKey.checkValue(of: kek.bytes, category: category.sealNumber, generation: Secrets.generation)
            }
            values.append(("kek-\(category.rawValue)", value))
        }
        var others = Pepper.allCases.map { ("pepper-\($0.rawValue)", secrets.peppers[$0]) }
        others.append(("suppression", secrets.suppression))
        for (name, key) in others {
            guard let key else { continue }
            let text = Array("troth/secret-check/v1 \(name)".utf8)
            let value = try sealing { () throws(SealError) in try HMAC.authenticate(text, key: key.bytes) }
            values.append((name, Array(value.prefix(WrappedKey.checkBytes))))
        }
        return values
    }
}
