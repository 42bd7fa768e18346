import Engine
import Schema
import Store

/// The keys of an export. Services box their slices to the public half of the first, whose private half goes when the
/// archive is made; with the second the archive is sealed, and it goes with that. Both lie wrapped, under the request's
/// id.
struct ExportKeys: Noun {
    static let name = "exportKeys"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE exportKeys (
            request     BLOB NOT NULL PRIMARY KEY CHECK (length(request) = 16),           -- RequestID
            publicKey   BLOB NOT NULL CHECK (length(publicKey) = 32),
            wrapped     BLOB,                                                             -- WrappedKeyBytes; NULL: packed
            fileWrapped BLOB NOT NULL                                                     -- WrappedKeyBytes
        ) STRICT, WITHOUT ROWID
        """
    /// For a copy: a restored export begins with new keys.
    static let none: SQL = "DELETE FROM exportKeys /* scan: of a copy */"
    let tx: Transaction

    /// The keys of one export.
    struct Pair: RowDecodable {
        static let columns: Columns = "wrapped, fileWrapped"
        /// What the slices are boxed to; nil: they are packed.
        let export: WrappedKeyBytes?
        let file: WrappedKeyBytes
        init(row: borrowing Row) throws(StoreError) { (export, file) = (try row.value(0), try row.value(1)) }
    }

    /// The public half; made with the first question.
    func publicKey(of request: RequestID) throws -> PublicKey {
        let known: PublicKey? = try tx.first(value: "SELECT publicKey FROM exportKeys WHERE request = \(request)")
        if let known { return known }
        let (export, file) = (try tx.requestKey(for: request), try tx.requestKey(for: request))
        try tx.change(
            .one,
            """
            INSERT INTO exportKeys (request, publicKey, wrapped, fileWrapped)
            VALUES (\(request), \(export.publicKey), \(export.wrapped), \(file.wrapped))
            """)
        return export.publicKey
    }

    /// The keys; nil: they are gone.
    func find(_ request: RequestID) throws -> Pair? {
        try tx.first("SELECT \(Pair.columns) FROM exportKeys WHERE request = \(request)")
    }

    /// The archive is made: what was boxed for it opens no more.
    func dropExportKey(of request: RequestID) throws {
        try tx.change(.any, "UPDATE exportKeys SET wrapped = NULL WHERE request = \(request)")
    }

    /// Both go: what was boxed opens no more, and neither does the archive, wherever there is a copy of it.
    func drop(_ request: RequestID) throws {
        try tx.change(.any, "DELETE FROM exportKeys WHERE request = \(request)")
    }
}
