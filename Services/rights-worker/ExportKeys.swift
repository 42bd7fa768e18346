import Engine
import Schema
import Store

/// The key pair of an export: services box their slices to its public half. The private half lies wrapped, under the
/// request's id, and goes with the archive.
struct ExportKeys: Noun {
    static let name = "exportKeys"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE exportKeys (
            request   BLOB NOT NULL PRIMARY KEY CHECK (length(request) = 16),             -- RequestID
            publicKey BLOB NOT NULL CHECK (length(publicKey) = 32),
            wrapped   BLOB NOT NULL                                                       -- WrappedKeyBytes
        ) STRICT, WITHOUT ROWID
        """
    /// For a copy: a restored export begins with a new key.
    static let none: SQL = "DELETE FROM exportKeys /* scan: of a copy */"
    let tx: Transaction

    /// The public half; made with the first question.
    func publicKey(of request: RequestID) throws -> PublicKey {
        let known: PublicKey? = try tx.first(value: "SELECT publicKey FROM exportKeys WHERE request = \(request)")
        if let known { return known }
        let key = try tx.oneTimeKey(for: request, .request)
        let publicKey = try key.publicKey()
        try tx.change(
            .one,
            """
            INSERT INTO exportKeys (request, publicKey, wrapped) VALUES (\(request), \(publicKey), \(key.wrapped))
            """)
        return publicKey
    }

    /// The private half goes: what was boxed to it opens no more.
    func drop(_ request: RequestID) throws {
        try tx.change(.any, "DELETE FROM exportKeys WHERE request = \(request)")
    }
}
