import Engine
import Schema
import Store

/// Sign-ins and accesses, for security auditing. Policy §4.5.
struct TechnicalLog: Noun {
    static let name = "technicalLog"
    static let category = DataCategory.technical
    static let table = "\(rows);\n\(times)"
    /// The index that step 1005 has added.
    static let times = "CREATE INDEX technicalLogByTime ON technicalLog (at)"
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE technicalLog (
            number  INTEGER PRIMARY KEY,
            subject BLOB NOT NULL CHECK (length(subject) = 16),                           -- SubjectID
            event   TEXT NOT NULL CHECK (event IN ('sign-in', 'portal', 'api-key', 'refused')),
            address BLOB,                                                                 -- sealed
            agent   BLOB,                                                                 -- sealed
            at      INTEGER NOT NULL                                                      -- Instant
        ) STRICT;
        CREATE INDEX technicalLogBySubject ON technicalLog (subject)
        """
    let tx: Transaction

    /// Adds an event; what it tells of a connection is sealed first.
    func add(
        _ event: AccessKind, of subject: SubjectID, from address: IPAddress?, _ agent: UserAgent?, at moment: Instant
    ) throws {
        let address = try address.map { try tx.seal($0, for: subject) }
        let agent = try agent.map { try tx.seal($0, for: subject) }
        try tx.change(
            .one,
            """
            INSERT INTO technicalLog (subject, event, address, agent, at)
            VALUES (\(subject), \(event), \(address), \(agent), \(moment))
            """)
        try CategoryLedger(tx: tx).count(.technical, of: subject, at: moment)
    }
}
