import Engine
import Schema
import Store

/// Which of identity's files were asked to mail a code for a change of a person's address: an attempt that was never
/// proved may still name the person there. Those of proved addresses follow from their attempts.
struct AddressFiles: Noun {
    static let name = "addressFiles"
    static let category = DataCategory.account
    static let table = """
        CREATE TABLE addressFiles (
            subject   BLOB NOT NULL CHECK (length(subject) = 16),                         -- SubjectID
            partition INTEGER NOT NULL,
            PRIMARY KEY (subject, partition)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Notes a file.
    func note(_ partition: Int32, of subject: SubjectID) throws {
        try tx.change(
            .zeroOrOne,
            "INSERT INTO addressFiles (subject, partition) VALUES (\(subject), \(partition)) ON CONFLICT DO NOTHING")
    }

    /// The files of a person.
    func all(of subject: SubjectID) throws -> [Int32] {
        try tx.store.all(values: "SELECT partition FROM addressFiles WHERE subject = \(subject)")
    }
}

extension AddressFiles: TableSlice {
    static let title = "Parts of the store that mailed codes to new addresses"
    static let orderColumns = ["partition"]
    static let columns: [SliceColumn] = [.init("partition", "the part's number", .integer)]
}
