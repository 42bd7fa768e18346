import Engine
import Policy
import Schema
import Store

/// Which versions of the policy were accepted, and when. A history: rows are added, never changed. Policy §4.1.
struct Acceptances: Noun {
    static let name = "acceptances"
    static let category = DataCategory.consent
    static let table = """
        CREATE TABLE acceptances (
            number  INTEGER PRIMARY KEY,
            subject BLOB NOT NULL CHECK (length(subject) = 16),                           -- SubjectID
            policy  TEXT NOT NULL CHECK (length(policy) = 10),                            -- PolicyVersion
            source  TEXT NOT NULL,                                                        -- the command's ce_source
            at      INTEGER NOT NULL                                                      -- Instant
        ) STRICT;
        CREATE INDEX acceptancesBySubject ON acceptances (subject)
        """
    let tx: Transaction

    /// Adds an acceptance.
    func add(_ policy: PolicyVersion, by subject: SubjectID, from source: String, at now: Instant) throws {
        try tx.change(
            .one,
            """
            INSERT INTO acceptances (subject, policy, source, at) VALUES (\(subject), \(policy), \(source), \(now))
            """)
    }

    /// The acceptances of a person, newest first.
    func all(of subject: SubjectID) throws -> [Schema.Acceptance] {
        var all: [Schema.Acceptance] = []
        let sql: SQL = """
            SELECT policy, at FROM acceptances WHERE subject = \(subject) ORDER BY number DESC
            LIMIT \(ChoiceList.entriesMax)
            """
        try tx.each(sql) { row throws(StoreError) in
            all.append(Schema.Acceptance(policy: try row.value(0), at: try row.value(1)))
        }
        return all
    }
}

extension Acceptances: TableSlice {
    static let title = "Policies that you accepted"
    static let basis = LegalBasis.contract
    static let orderColumns = ["number"]
    static let columns: [SliceColumn] = [
        .init("policy", "the policy of this day", .text), .init("source", "by which program", .text),
        .init("at", "when", .instant),
    ]
}
