import Engine
import Schema
import Store

/// The addresses of a person: one that is used, at most one that waits to be, and that there were others. Each came
/// with an attempt that proved it. Policy §8.2.
struct Addresses: Noun {
    static let name = "addresses"
    static let category = DataCategory.account
    static let table = "\(rows);\n\(index);\n\(corrections)"
    /// The table as step 1000 made it, the index that step 1001 has added, and the column of step 1006.
    static let index = "CREATE INDEX addressesBySubject ON addresses (subject)"
    static let corrections = """
        ALTER TABLE addresses ADD COLUMN request BLOB CHECK (length(request) = 16);       -- RequestID of a correction
        CREATE INDEX addressesByRequest ON addresses (request) WHERE request IS NOT NULL
        """
    static let rows = """
        CREATE TABLE addresses (
            attempt     BLOB NOT NULL PRIMARY KEY CHECK (length(attempt) = 16),           -- AttemptID
            subject     BLOB NOT NULL CHECK (length(subject) = 16),                       -- SubjectID
            state       TEXT NOT NULL CHECK (state IN ('current', 'waiting', 'past', 'withdrawn')),
            email       BLOB CHECK ((state IN ('current', 'waiting')) = (email IS NOT NULL)), -- sealed
            since       INTEGER NOT NULL,                                                 -- Instant
            effectiveAt INTEGER CHECK ((state = 'waiting') = (effectiveAt IS NOT NULL))   -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX currentAddresses ON addresses (subject) WHERE state = 'current';
        CREATE UNIQUE INDEX waitingAddresses ON addresses (subject) WHERE state = 'waiting';
        CREATE INDEX dueAddresses ON addresses (effectiveAt) WHERE state = 'waiting'
        """
    let tx: Transaction

    /// What became of the address that an attempt proved.
    func find(_ attempt: AttemptID) throws -> KnownAddress? {
        try tx.first("SELECT \(KnownAddress.columns) FROM addresses WHERE attempt = \(attempt)")
    }

    /// What became of the address that a correction asks for; nil: it is not proved.
    func find(correction request: RequestID) throws -> KnownAddress? {
        try tx.first(
            """
            SELECT \(KnownAddress.columns) FROM addresses WHERE request = \(request) AND request IS NOT NULL
            LIMIT 1
            """)
    }

    /// The address on file.
    func current(of subject: SubjectID) throws -> KnownAddress? {
        try tx.first("SELECT \(KnownAddress.columns) FROM addresses WHERE subject = \(subject) AND state = 'current'")
    }

    /// The address that waits.
    func waiting(of subject: SubjectID) throws -> KnownAddress? {
        try tx.first("SELECT \(KnownAddress.columns) FROM addresses WHERE subject = \(subject) AND state = 'waiting'")
    }

    /// Until when the address of a person is too young for what cannot be undone: it took another's place, or is about
    /// to. Nil: it is not. Policy §8.3.
    func youngUntil(of subject: SubjectID) throws -> Instant? {
        if let waiting = try waiting(of: subject)?.effectiveAt { return waiting }
        let changed: Instant? = try tx.first(
            value: """
                SELECT since FROM addresses JOIN accounts USING (subject)
                WHERE subject = \(subject) AND addresses.state = 'current' AND since > openedAt
                """)
        return changed.map { $0 + Limits.addressWait }
    }

    /// The addresses whose wait is over.
    func due(at now: Instant) throws -> [KnownAddress] {
        try tx.all(
            """
            SELECT \(KnownAddress.columns) FROM addresses WHERE state = 'waiting' AND effectiveAt <= \(now)
            ORDER BY effectiveAt LIMIT \(Limits.changesMax)
            """)
    }

    /// The files that the proofs of a person's addresses came from.
    func files(of subject: SubjectID) throws -> [Int32] {
        try tx.store.all(
            values: "SELECT attempt FROM addresses WHERE subject = \(subject)", as: AttemptID.self
        ).map { partition(of: $0.text, n: tx.partitions) }
    }

    /// Adds an address.
    func add(_ address: KnownAddress, since now: Instant) throws {
        try tx.change(
            .one,
            """
            INSERT INTO addresses (attempt, subject, state, email, since, effectiveAt, request)
            VALUES (\(address.attempt), \(address.subject), \(address.state.rawValue), \(address.email), \(now),
                \(address.effectiveAt), \(address.request))
            """)
    }

    /// A waiting address is the one on file from now on; the one before it goes.
    func use(_ waiting: KnownAddress, instead current: KnownAddress, at now: Instant) throws {
        try end(current, as: .past)
        try tx.change(
            .one,
            """
            UPDATE addresses SET state = 'current', since = \(now), effectiveAt = NULL
            WHERE attempt = \(waiting.attempt) AND state = 'waiting'
            """)
    }

    /// An address is used no more: that there was one stays, what it was goes.
    func end(_ address: KnownAddress, as state: KnownAddress.State) throws {
        try tx.change(
            .one,
            """
            UPDATE addresses SET state = \(state.rawValue), email = NULL, effectiveAt = NULL
            WHERE attempt = \(address.attempt)
            """)
    }
}

/// One address of a person.
struct KnownAddress {
    enum State: String {
        case current, waiting, past, withdrawn
    }
    let attempt: AttemptID
    let subject: SubjectID
    let state: State
    /// Absent: it is used no more.
    let email: Sealed<Email>?
    let effectiveAt: Instant?
    /// The correction that asked for it.
    let request: RequestID?

    /// The address of a proof: the one on file, or one that waits.
    init(_ proved: ClaimProved, _ email: Sealed<Email>, waitingUntil effectiveAt: Instant? = nil) {
        (attempt, subject, self.email) = (proved.attempt, proved.subject, email)
        (state, self.effectiveAt) = (effectiveAt == nil ? .current : .waiting, effectiveAt)
        // a change that a signed-in person asked for has a start of another form
        request = proved.purpose == .newAddress ? RequestID(text: proved.start.text) : nil
    }
}

extension KnownAddress: RowDecodable {
    static let columns: Columns = "attempt, subject, state, email, effectiveAt, request"

    init(row: borrowing Row) throws(StoreError) {
        guard let state = State(rawValue: try row.value(2)) else { throw row.wrongType(2) }
        (attempt, subject, self.state) = (try row.value(0), try row.value(1), state)
        (email, effectiveAt, request) = (try row.value(3), try row.value(4), try row.value(5))
    }
}

extension Addresses: TableSlice {
    static let title = "Your addresses"
    static let orderColumns = ["attempt"]
    static let columns: [SliceColumn] = [
        .init("attempt", "the proof that it is yours", .id), .init("state", "what became of it", .text),
        .init("email", "address; of one that is used no more, only that there was one", .sealed(Email.self)),
        .init("since", "since when", .instant), .init("effectiveAt", "when it takes effect", .instant),
        .init("request", "the correction that asked for it", .id),
    ]
}
