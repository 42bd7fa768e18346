import Engine
import Schema
import Store

/// The records of keys of people who were erased, of which only the payments' key is left: it ends when payment records
/// do. The record's id is random, and tells nobody whose keys they were. Policy §4.4, §8.3.
struct ErasedKeys: Noun {
    static let name = "erasedKeys"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE erasedKeys (
            record BLOB NOT NULL PRIMARY KEY CHECK (length(record) = 16),                 -- KeyRecordID
            since  INTEGER NOT NULL                                                       -- Instant: of the erasure
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX erasedKeysByTime ON erasedKeys (since)
        """
    let tx: Transaction

    /// A person's keys but one end.
    func add(_ subject: SubjectID, at now: Instant) throws {
        guard let record = try tx.keyRecord(of: subject) else { return }
        try tx.change(
            .zeroOrOne, "INSERT INTO erasedKeys (record, since) VALUES (\(record), \(now)) ON CONFLICT DO NOTHING")
    }

    /// The last of the keys of people who were erased before a moment end, at most so many; says how many.
    func end(before edge: Instant, rows: Int) throws -> Int {
        let records = try tx.store.all(
            values: """
                SELECT record FROM erasedKeys WHERE since < \(edge) ORDER BY since LIMIT \(min(rows, Limits.peopleStep))
                """, as: KeyRecordID.self)
        for record in records {
            try tx.destroyKeys(in: record, [.payment], at: tx.moment)
            try tx.change(.one, "DELETE FROM erasedKeys WHERE record = \(record)")
        }
        return records.count * Limits.rowsAPerson
    }
}
