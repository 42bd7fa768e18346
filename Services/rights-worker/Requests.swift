import Engine
import Policy
import Schema
import Store

/// Requests of people who are known. Who was erased is in a row no more; the row stays, as 11 CCR §7101 wants. Policy:
/// Clocks.
struct Requests: Noun {
    static let name = "requests"
    static let category = DataCategory.request
    static let table = "\(rows);\n\(waits)"
    /// The columns that step 1002 has added: until when an erasure waits for a hold, and how often an export was
    /// asked for again.
    static let waits = """
        ALTER TABLE requests ADD COLUMN heldUntil INTEGER;                                -- Instant
        ALTER TABLE requests ADD COLUMN spoiled INTEGER NOT NULL DEFAULT 0 CHECK (spoiled >= 0);
        CREATE INDEX requestsHeld ON requests (request, heldUntil) WHERE heldUntil IS NOT NULL
        """
    /// The tables as step 1000 made them.
    static let rows = """
        CREATE TABLE requests (
            number        INTEGER PRIMARY KEY,                                            -- of its tasks
            request       BLOB NOT NULL UNIQUE CHECK (length(request) = 16),              -- RequestID
            person        BLOB CHECK (length(person) = 16),                               -- SubjectID; NULL: erased
            kind          TEXT NOT NULL,                                                  -- RequestKind
            state         TEXT NOT NULL,                                                  -- RequestState
            isOpen        INTEGER NOT NULL CHECK (isOpen IN (0, 1)),
            method        TEXT,                                                           -- ProofMethod
            channel       TEXT NOT NULL,                                                  -- RequestChannel
            proof         BLOB,                                                           -- RequestProof; NULL: it is over
            address       BLOB CHECK (length(address) = 32),                              -- HMAC
            receivedAt    INTEGER NOT NULL,                                               -- Instants
            provedAt      INTEGER NOT NULL,
            notBefore     INTEGER,
            acknowledge   INTEGER,
            due           INTEGER,
            alarm         INTEGER CHECK ((alarm IS NULL) = (due IS NULL)),
            extended      INTEGER,
            extendedAlarm INTEGER CHECK ((extendedAlarm IS NULL) = (extended IS NULL)),
            isExtended    INTEGER NOT NULL CHECK (isExtended IN (0, 1)),
            stage         INTEGER NOT NULL,                                               -- of Watch
            wakeAt        INTEGER,                                                        -- of the next stage
            answeredAt    INTEGER CHECK ((answeredAt IS NOT NULL) = (isOpen = 0)),
            reason        TEXT                                                            -- Remark of an operator
        ) STRICT;
        CREATE UNIQUE INDEX requestsOpen ON requests (person, kind) WHERE isOpen = 1;
        CREATE INDEX requestsByPerson ON requests (person) WHERE person IS NOT NULL;
        CREATE INDEX requestsResting ON requests (notBefore) WHERE state = 'resting';
        CREATE INDEX requestsToWake ON requests (wakeAt) WHERE wakeAt IS NOT NULL;
        CREATE INDEX requestsToAnswer ON requests (due) WHERE isOpen = 1;
        CREATE INDEX requestsByState ON requests (state, provedAt) WHERE isOpen = 1;
        CREATE TABLE joinedRequests (
            request BLOB NOT NULL PRIMARY KEY CHECK (length(request) = 16),               -- asked for again …
            number  INTEGER NOT NULL                                                      -- … while this one was open
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// A request by its number, or by that of one that was joined to it.
    func find(_ request: RequestID) throws -> Request? {
        let own: Request? = try tx.first("SELECT \(Request.columns) FROM requests WHERE request = \(request)")
        if let own { return own }
        let joined: Int64? = try tx.first(value: "SELECT number FROM joinedRequests WHERE request = \(request)")
        guard let joined else { return nil }
        return try tx.first("SELECT \(Request.columns) FROM requests WHERE number = \(joined)")
    }

    /// A request by the number of its row, which its tasks have.
    func find(row: Int64) throws -> Request? {
        try tx.first("SELECT \(Request.columns) FROM requests WHERE number = \(row)")
    }

    /// The number of a request's row.
    func row(of request: RequestID) throws -> Int64? {
        try tx.first(value: "SELECT number FROM requests WHERE request = \(request)")
    }

    /// Exports of which every service said before a moment that it has sent all, and that are not whole: oldest first.
    func incomplete(since moment: Instant) throws -> [Request] {
        try tx.all(
            """
            SELECT \(Request.columns) FROM requests
            WHERE isOpen = 1 AND state = 'asking'
                AND EXISTS (SELECT 1 FROM answers WHERE answers.request = requests.request AND act = 'export')
                AND NOT EXISTS (SELECT 1 FROM answers
                    WHERE answers.request = requests.request AND act = 'export'
                        AND (outcome IS NULL OR answeredAt > \(moment)))
            ORDER BY provedAt LIMIT \(Limits.timerRowsMax)
            """)
    }

    /// The open request of a kind and person.
    func open(_ kind: RequestKind, of subject: SubjectID) throws -> Request? {
        try tx.first(
            "SELECT \(Request.columns) FROM requests WHERE person = \(subject) AND kind = \(kind) AND isOpen = 1")
    }

    /// A request of a kind and person whose archive can still be had.
    func served(_ kind: RequestKind, of subject: SubjectID, at now: Instant) throws -> Request? {
        try tx.first(
            """
            SELECT \(Request.columns) FROM requests WHERE person = \(subject) AND kind = \(kind) AND state = 'done'
                AND EXISTS (SELECT 1 FROM archives WHERE archives.request = requests.request AND until > \(now))
            """)
    }

    /// True for what nobody had to prove and was asked for on the same day before: it takes effect, and the person, who
    /// was told of the first, is not mailed as often as a stranger likes.
    func isRepeated(_ request: Request) throws -> Bool {
        guard request.method == nil, let person = request.person else { return false }
        let day = request.provedAt.value / Instant.day * Instant.day
        return try tx.first(
            value: """
                SELECT 1 FROM requests WHERE person = \(person) AND kind = \(request.kind)
                    AND provedAt >= \(Instant(unchecked: day))
                    AND number < (SELECT number FROM requests WHERE request = \(request.id)) LIMIT 1
                """, as: Int64.self) != nil
    }

    /// The open requests, the earliest due first; `all`: those that are over behind them.
    func list(all: Bool) throws -> [Request] {
        let open: [Request] = try tx.all(
            """
            SELECT \(Request.columns) FROM requests WHERE isOpen = 1 ORDER BY due IS NULL, due, number
            LIMIT \(RequestList.requestsMax) /* scan: the open ones */
            """)
        guard all else { return open }
        let over: [Request] = try tx.all(
            """
            SELECT \(Request.columns) FROM requests WHERE isOpen = 0 ORDER BY number DESC
            LIMIT \(RequestList.requestsMax - open.count) /* scan: the newest */
            """)
        return open + over
    }

    /// Those whose moment is here.
    func rested(at now: Instant) throws -> [Request] {
        try tx.all(
            """
            SELECT \(Request.columns) FROM requests WHERE state = 'resting' AND notBefore <= \(now)
            ORDER BY notBefore LIMIT \(Limits.timerRowsMax)
            """)
    }

    /// Those whose next stage is here.
    func toWake(at now: Instant) throws -> [Request] {
        try tx.all(
            """
            SELECT \(Request.columns) FROM requests WHERE wakeAt <= \(now) ORDER BY wakeAt
            LIMIT \(Limits.timerRowsMax)
            """)
    }

    /// Adds a request.
    func add(_ request: Request) throws {
        try tx.change(
            .one,
            """
            INSERT INTO requests (request, person, kind, state, isOpen, method, channel, proof, address, receivedAt,
                provedAt, notBefore, acknowledge, due, alarm, extended, extendedAlarm, isExtended, stage, wakeAt)
            VALUES (\(request.id), \(request.person), \(request.kind), \(request.state), 1, \(request.method),
                \(request.proof?.facts.channel), \(request.proof), \(request.proof?.facts.address),
                \(request.receivedAt), \(request.provedAt), \(request.notBefore), \(request.acknowledge),
                \(request.due), \(request.alarm), \(request.extended), \(request.extendedAlarm), 0, 0,
                \(request.wakeAt))
            """)
    }

    /// Another request of the same kind and person: it is the open one. Policy: never refused by a machine.
    func join(_ request: RequestID, to open: Request) throws {
        try tx.change(
            .any,
            """
            INSERT INTO joinedRequests (request, number) SELECT \(request), number FROM requests
            WHERE request = \(open.id) ON CONFLICT (request) DO NOTHING
            """)
    }

    /// The other open requests of a person.
    func others(than request: Request, of person: SubjectID) throws -> [Request] {
        try tx.all(
            """
            SELECT \(Request.columns) FROM requests WHERE person = \(person) AND request <> \(request.id) AND isOpen = 1
            """)
    }

    /// A person is erased: nothing tells any more whose the requests were that are over.
    func forget(_ person: SubjectID) throws {
        try tx.change(.any, "UPDATE requests SET person = NULL WHERE person = \(person) AND isOpen = 0")
    }

    /// Writes what changes of a request.
    func save(_ request: Request) throws {
        try tx.change(
            .one,
            """
            UPDATE requests SET person = \(request.person), state = \(request.state),
                isOpen = \(!request.state.isFinal), proof = \(request.proof), isExtended = \(request.isExtended),
                stage = \(request.stage), wakeAt = \(request.wakeAt), answeredAt = \(request.answeredAt),
                reason = \(request.reason), heldUntil = \(request.heldUntil), spoiled = \(request.spoiled)
            WHERE request = \(request.id)
            """)
    }
}

/// One request.
struct Request {
    let id: RequestID
    /// Nil: erased.
    var person: SubjectID?
    let kind: RequestKind
    var state: RequestState
    let method: ProofMethod?
    /// As identity sent it; nil: the request is over.
    var proof: RequestProof?
    let receivedAt: Instant
    let provedAt: Instant
    let notBefore: Instant?
    /// Until when a hold is on something of the person, as services said.
    var heldUntil: Instant?
    let acknowledge: Instant?
    let due: Instant?
    let alarm: Instant?
    let extended: Instant?
    let extendedAlarm: Instant?
    var isExtended = false
    /// How many of its reminders and alarms are past.
    var stage: Int64 = 0
    var wakeAt: Instant?
    /// How often what was collected of an export made no archive.
    var spoiled: Int64 = 0
    var answeredAt: Instant?
    var reason: Remark?

    /// A request that begins.
    init(_ proof: RequestProof, _ terms: RequestTerms, at now: Instant) {
        (id, person, kind) = (proof.request, proof.subject, proof.facts.kind)
        (state, method, self.proof) = (RequestCourse.first(kind), proof.proof?.method, proof)
        (receivedAt, provedAt, notBefore) = (proof.facts.receivedAt, now, proof.proof?.notBefore)
        (acknowledge, due, alarm) = (terms.acknowledge, terms.due, terms.alarm)
        (extended, extendedAlarm) = (terms.extended, terms.extendedAlarm)
        wakeAt = Watch.wake(self)
    }

    /// The date that holds, and when what is not answered by then is alarmed.
    var term: (last: Instant, alarm: Instant)? {
        if isExtended, let extended, let extendedAlarm { return (extended, extendedAlarm) }
        guard let due, let alarm else { return nil }
        return (due, alarm)
    }
}

extension Request: RowDecodable {
    static let columns: Columns = """
        request, person, kind, state, method, proof, receivedAt, provedAt, notBefore, acknowledge, due, alarm, extended,
        extendedAlarm, isExtended, stage, wakeAt, answeredAt, reason, heldUntil, spoiled
        """

    init(row: borrowing Row) throws(StoreError) {
        (id, person, kind, state) = (try row.value(0), try row.value(1), try row.value(2), try row.value(3))
        (method, proof, receivedAt) = (try row.value(4), try row.value(5), try row.value(6))
        (provedAt, notBefore, acknowledge) = (try row.value(7), try row.value(8), try row.value(9))
        (due, alarm, extended) = (try row.value(10), try row.value(11), try row.value(12))
        (extendedAlarm, isExtended, stage) = (try row.value(13), try row.value(14), try row.value(15))
        (wakeAt, answeredAt, reason) = (try row.value(16), try row.value(17), try row.value(18))
        (heldUntil, spoiled) = (try row.value(19), try row.value(20))
    }
}
