import Engine
import Schema
import Store

/// What was done for requests and by operators, one entry after the other, each with a hash that covers the one before
/// it. An entry is written in the transaction of what it tells: where it cannot be written, nothing is asked for,
/// removed or told. It names nobody and is kept for good. SECURITY.md: the audit chain.
struct AuditChain: Noun {
    static let name = "audit"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY CHECK (number >= 1),
            entry  BLOB NOT NULL,                                                         -- AuditEntry
            hash   BLOB NOT NULL CHECK (length(hash) = 32)                                -- of the one before, and of entry
        ) STRICT
        """
    let tx: Transaction

    /// Where the chain is.
    struct End: RowDecodable {
        static let columns: Columns = "number, hash"
        let number: Int64
        let hash: Digest
        init(row: borrowing Row) throws(StoreError) { (number, hash) = (try row.value(0), try row.value(1)) }
        init() { (number, hash) = (0, AuditRule.start) }
    }

    /// The last entry.
    func end() throws -> End {
        try tx.first("SELECT \(End.columns) FROM audit ORDER BY number DESC LIMIT 1 /* scan: one row */") ?? End()
    }

    /// Adds an entry.
    func add(
        _ act: AuditAct, of request: RequestID? = nil, _ kind: RequestKind? = nil,
        _ fill: (inout AuditEntry) throws -> Void = { _ in }
    ) throws {
        var entry = AuditEntry(at: tx.moment, act: act)
        (entry.request, entry.kind) = (try request.map { try AuditRule.mark(of: $0) }, kind)
        try fill(&entry)
        let last = try end()
        let hash = try AuditRule.hash(after: last.hash, entry: entry.encoded())
        try tx.change(.one, "INSERT INTO audit (number, entry, hash) VALUES (\(last.number + 1), \(entry), \(hash))")
    }

    /// A service's answer.
    func add(_ outcome: RightsOutcome, from service: ParticipantName) throws {
        try add(.outcome, of: outcome.request) { entry in
            (entry.asks, entry.service, entry.result) = (outcome.act, service, outcome.result)
            entry.rows = CallCount(unchecked: outcome.slices.reduce(0) { $0 + $1.rows.value })
            entry.kept = CallCount(unchecked: outcome.slices.reduce(0) { $0 + $1.kept.value })
        }
    }

    /// The file was restored: what the chain had since its backup is lost, and published heads still tell of it.
    func addRestore() throws {
        let madeAt: Instant? = try tx.first(
            value: "SELECT madeAt FROM restores ORDER BY number DESC LIMIT 1 /* scan: one row */")
        try add(.restored) { $0.moment = madeAt }
    }
}
