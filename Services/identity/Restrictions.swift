import Engine
import Policy
import Schema
import Store

/// Whose data is restricted: it serves the account and nothing else, above all not the improvement of quality. A
/// history: the last row of a person holds. GDPR Art. 18; policy §8.5.
struct Restrictions: Noun {
    static let name = "restrictions"
    static let category = DataCategory.consent
    static let table = """
        CREATE TABLE restrictions (
            number     INTEGER PRIMARY KEY,
            subject    BLOB NOT NULL CHECK (length(subject) = 16),                        -- SubjectID
            restricted INTEGER NOT NULL CHECK (restricted IN (0, 1)),
            source     TEXT NOT NULL,                                                     -- who told us
            at         INTEGER NOT NULL                                                   -- Instant
        ) STRICT;
        CREATE INDEX restrictionsBySubject ON restrictions (subject)
        """
    let tx: Transaction

    /// Adds a restriction, or its end.
    func add(_ restricted: Bool, of subject: SubjectID, from source: String, at now: Instant) throws {
        try tx.change(
            .one,
            """
            INSERT INTO restrictions (subject, restricted, source, at)
            VALUES (\(subject), \(restricted), \(source), \(now))
            """)
    }

    /// True where a person's data is restricted.
    func isRestricted(_ subject: SubjectID) throws -> Bool {
        try tx.first(
            value: """
                SELECT restricted FROM restrictions WHERE subject = \(subject) ORDER BY number DESC LIMIT 1
                """) == Int64(1)
    }
}

extension Restrictions: TableSlice {
    static let title = "Restrictions of processing"
    static let basis = LegalBasis.legalObligation
    static let orderColumns = ["number"]
    static let columns: [SliceColumn] = [
        .init("restricted", "restricted", .boolean), .init("source", "who told us", .text),
        .init("at", "when", .instant),
    ]
}
