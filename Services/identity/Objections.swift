import Engine
import Schema
import Store

/// Objections to the improvement of quality. A history: the last row of a person holds. Policy §2.4, §8.5.
struct Objections: Noun {
    static let name = "objections"
    static let category = DataCategory.consent
    static let table = "\(rows);\n\(ends)"
    /// The column and the index that step 1003 has added: when one ended, by the next one or with the account.
    static let ends = """
        ALTER TABLE objections ADD COLUMN endedAt INTEGER;                                -- Instant
        CREATE INDEX objectionsByEnd ON objections (endedAt) WHERE endedAt IS NOT NULL
        """
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE objections (
            number  INTEGER PRIMARY KEY,
            subject BLOB NOT NULL CHECK (length(subject) = 16),                           -- SubjectID
            objects INTEGER NOT NULL CHECK (objects IN (0, 1)),
            source  TEXT NOT NULL,                                                        -- the command's ce_source
            at      INTEGER NOT NULL                                                      -- Instant
        ) STRICT;
        CREATE INDEX objectionsBySubject ON objections (subject)
        """
    let tx: Transaction

    /// The objection that holds does so no more.
    func end(of subject: SubjectID, at moment: Instant) throws {
        try tx.change(
            .any, "UPDATE objections SET endedAt = \(moment) WHERE subject = \(subject) AND endedAt IS NULL")
    }

    /// Adds an objection, or its end.
    func add(_ objects: Bool, by subject: SubjectID, from source: String, at now: Instant) throws {
        try end(of: subject, at: now)
        try tx.change(
            .one,
            """
            INSERT INTO objections (subject, objects, source, at) VALUES (\(subject), \(objects), \(source), \(now))
            """)
    }

    /// True where a person objects.
    func isObjector(_ subject: SubjectID) throws -> Bool {
        try tx.first(
            value: "SELECT objects FROM objections WHERE subject = \(subject) ORDER BY number DESC LIMIT 1") == Int64(1)
    }

    /// The objections of a person, newest first.
    func all(of subject: SubjectID) throws -> [Objection] {
        var all: [Objection] = []
        let sql: SQL = """
            SELECT objects, at FROM objections WHERE subject = \(subject) ORDER BY number DESC
            LIMIT \(ChoiceList.entriesMax)
            """
        try tx.each(sql) { row throws(StoreError) in
            all.append(Objection(objects: Flag(try row.value(0)), at: try row.value(1)))
        }
        return all
    }
}

extension Objections: TableSlice {
    static let title = "Objections to the improvement of quality"
    static let orderColumns = ["number"]
    static let columns: [SliceColumn] = [
        .init("objects", "you object", .boolean), .init("source", "by which program", .text),
        .init("at", "when", .instant), .init("endedAt", "until when it held", .instant),
    ]
}
