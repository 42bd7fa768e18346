import Engine
import Schema
import Store

/// Deadlines that were missed. They stay on record with their request, whatever is done later. Policy: Clocks.
struct MissedDeadlines: Noun {
    static let name = "missedDeadlines"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE missedDeadlines (
            request BLOB NOT NULL CHECK (length(request) = 16),                           -- RequestID
            due     INTEGER NOT NULL,                                                     -- Instant: its last second
            at      INTEGER NOT NULL,                                                     -- Instant: seen
            PRIMARY KEY (request, due)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    func add(_ request: RequestID, due: Instant, at now: Instant) throws {
        try tx.change(
            .any,
            """
            INSERT INTO missedDeadlines (request, due, at) VALUES (\(request), \(due), \(now))
            ON CONFLICT (request, due) DO NOTHING
            """)
        if try tx.changed() > 0 { try AuditChain(tx: tx).add(.missed, of: request) { $0.moment = due } }
    }

    /// True where a request has missed one.
    func has(_ request: RequestID) throws -> Bool {
        try tx.first(value: "SELECT 1 FROM missedDeadlines WHERE request = \(request) LIMIT 1", as: Int64.self) != nil
    }
}
