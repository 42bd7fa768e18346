import Engine
import Policy
import Schema
import Store

/// Who wants their data neither sold nor shared, or the use of sensitive data limited. A history: one that is told
/// again is another row, and none ends. Nothing is sold: they are honoured all the same. Policy §9.4.
struct OptOuts: Noun {
    static let name = "optOuts"
    static let category = DataCategory.consent
    static let table = """
        CREATE TABLE optOuts (
            number  INTEGER PRIMARY KEY,
            subject BLOB NOT NULL CHECK (length(subject) = 16),                           -- SubjectID
            kind    TEXT NOT NULL CHECK (kind IN ('opt-out', 'limit')),                   -- RightsAct
            source  TEXT NOT NULL,                                                        -- who told us
            at      INTEGER NOT NULL                                                      -- Instant
        ) STRICT;
        CREATE INDEX optOutsBySubject ON optOuts (subject)
        """
    let tx: Transaction

    /// Adds one.
    func add(_ act: RightsAct, by subject: SubjectID, from source: String, at now: Instant) throws {
        try tx.change(
            .one,
            """
            INSERT INTO optOuts (subject, kind, source, at) VALUES (\(subject), \(act.rawValue), \(source), \(now))
            """)
    }
}

extension OptOuts: TableSlice {
    static let title = "Opt-outs of sale and sharing, and limits"
    static let basis = LegalBasis.legalObligation
    static let orderColumns = ["number"]
    static let columns: [SliceColumn] = [
        .init("kind", "opt-out: of sale and sharing; limit: of the use of sensitive data", .text),
        .init("source", "who told us", .text), .init("at", "when", .instant),
    ]
}
