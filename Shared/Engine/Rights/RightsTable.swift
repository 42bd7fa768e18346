import Schema
import Store

/// The requests that a file has seen, and how far it is with each.
struct RightsTable {
    static let table = """
        CREATE TABLE rights (
            request   BLOB NOT NULL CHECK (length(request) = 16),                         -- RequestID
            act       TEXT NOT NULL,                                                      -- RightsAct
            state     TEXT NOT NULL CHECK (state IN ('held', 'waiting', 'exporting', 'erased', 'ended')),
            since     INTEGER NOT NULL,                                                   -- Instant: first seen
            due       INTEGER,                                                            -- Instant: goes on then
            counted   INTEGER,                                                            -- Instant: for the breaker
            person    BLOB CHECK ((person IS NULL) = (state = 'ended')),                  -- id, xor the request's
            exportKey BLOB,                                                               -- PublicKey
            receipt   BLOB,                                                               -- NoticeID
            email     BLOB,                                                               -- boxed to identity
            slice     INTEGER NOT NULL,                                                   -- of an export: the next one
            place     BLOB,                                                               -- where it goes on in it
            chunk     INTEGER NOT NULL,                                                   -- the next one's number
            holders   BLOB,                                                               -- what its rows hung on
            outcome   BLOB,                                                               -- RightsOutcomes of it alone
            PRIMARY KEY (request, act)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX rightsDue ON rights (due) WHERE due IS NOT NULL;
        CREATE INDEX rightsOpen ON rights (state) WHERE state <> 'ended';
        CREATE INDEX rightsCounted ON rights (counted) WHERE counted IS NOT NULL;
        CREATE INDEX rightsByTime ON rights (since)
        """

    /// How far it is.
    enum State: String, StoreConvertible {
        /// The breaker holds it.
        case held
        /// The service will say when it goes on.
        case waiting
        case exporting
        /// The first transaction of an erasure is through.
        case erased
        case ended
    }

    /// One act of a request.
    struct Entry: RowDecodable {
        static let columns: Columns = """
            request, act, state, since, person, exportKey, receipt, email, slice, place, chunk, holders, outcome
            """
        var request: RightsRequest
        var state: State
        let since: Instant
        var slice: Int64 = 0
        var place: SlicePlace?
        var chunk: Int64 = 0
        /// By the slices of the page; nil: the id.
        var holders: [StoredValue] = []
        var outcome: RightsOutcome?

        init(_ request: RightsRequest, _ state: State, since: Instant) {
            (self.request, self.state, self.since) = (request, state, since)
        }

        init(row: borrowing Row) throws(StoreError) {
            let id: RequestID = try row.value(0)
            let masked: [UInt8]? = try row.value(4)
            let subject = masked.flatMap { SubjectID(stored: RightsTable.mask($0, id)) }
            request = RightsRequest(
                request: id, subject: subject ?? SubjectID(high: 0, low: 0), act: try row.value(1), proof: nil,
                exportKey: try row.value(5), email: try row.value(7), receipt: try row.value(6))
            (state, since) = (try row.value(2), try row.value(3))
            (slice, chunk) = (try row.value(8), try row.value(10))
            place = try row.value(9, as: [UInt8]?.self).map { SlicePlace(bytes: $0) }
            let raw = request.subject.raw
            holders = (try row.value(11, as: [UInt8]?.self).map { SlicePlace(bytes: $0).key } ?? [])
                .map { $0 == .blob([]) ? .blob(raw) : $0 }
            outcome = try row.value(12, as: [UInt8]?.self).flatMap { RightsTable.outcome($0) }
        }
    }

    let store: Store

    /// The subject's id while a request is open, so that the scan of the pages does not meet it here: it looks for the
    /// id itself.
    static func mask(_ bytes: [UInt8], _ request: RequestID) -> [UInt8] { zip(bytes, request.raw).map { $0 ^ $1 } }

    private static func outcome(_ bytes: [UInt8]) -> RightsOutcome? {
        let found = try? bytes.withUnsafeBytes {
            try RightsOutcomes.decode($0, contentType: RightsOutcomes.contentType, from: .service)
        }
        return found?.outcomes.first
    }

    /// What is known of an act of a request.
    func find(_ request: RequestID, _ act: RightsAct) throws(StoreError) -> Entry? {
        try store.first("SELECT \(Entry.columns) FROM rights WHERE request = \(request) AND act = \(act)")
    }

    /// True where any act of a request was seen and not refused for its proof: its proof's age counted then.
    func isBegun(_ request: RequestID) throws(StoreError) -> Bool {
        try store.first(value: "SELECT 1 FROM rights WHERE request = \(request) LIMIT 1", as: Int64.self) != nil
    }

    /// Keeps it as it is now. `due`: when it goes on by itself. `counted`: for the breaker.
    func save(_ entry: Entry, due: Instant? = nil, counted: Instant? = nil) throws(StoreError) {
        let request = entry.request
        let isOpen = entry.state != .ended
        let person = isOpen ? Self.mask(request.subject.raw, request.request) : nil
        let masked = entry.holders.map { $0 == .blob(request.subject.raw) ? .blob([]) : $0 }
        let holders = isOpen && !masked.isEmpty ? SlicePlace(masked).bytes : nil
        let outcome = entry.outcome.map { RightsOutcomes(outcomes: [$0]).encoded() }
        try store.change(
            .one,
            """
            INSERT INTO rights (request, act, state, since, due, counted, person, exportKey, receipt, email, slice,
                place, chunk, holders, outcome)
            VALUES (\(request.request), \(request.act), \(entry.state), \(entry.since), \(due), \(counted), \(person),
                \(isOpen ? request.exportKey : nil), \(isOpen ? request.receipt : nil),
                \(isOpen ? request.email : nil), \(entry.slice), \(entry.place?.bytes), \(entry.chunk), \(holders),
                \(outcome))
            ON CONFLICT (request, act) DO UPDATE SET state = excluded.state, due = excluded.due,
                counted = coalesce(excluded.counted, counted), person = excluded.person,
                exportKey = excluded.exportKey, receipt = excluded.receipt, email = excluded.email,
                slice = excluded.slice, place = excluded.place, chunk = excluded.chunk, holders = excluded.holders,
                outcome = excluded.outcome
            """)
    }

    /// Forgets an act of a request.
    func remove(_ request: RequestID, _ act: RightsAct) throws(StoreError) {
        try store.change(.any, "DELETE FROM rights WHERE request = \(request) AND act = \(act)")
    }

    /// Those in a state, some at a time.
    func all(in state: State, atMost count: Int) throws(StoreError) -> [Entry] {
        try store.all(
            """
            SELECT \(Entry.columns) FROM rights WHERE state = \(state) AND state <> 'ended' LIMIT \(count)
            """)
    }

    /// Those that go on now, in the order in which they are due.
    func due(at now: Instant, atMost count: Int) throws(StoreError) -> [Entry] {
        try store.all("SELECT \(Entry.columns) FROM rights WHERE due <= \(now) ORDER BY due LIMIT \(count)")
    }

    /// When the next one goes on.
    func nextDue() throws(StoreError) -> Instant? {
        try store.first(
            value:
                "SELECT due FROM rights WHERE due IS NOT NULL ORDER BY due LIMIT 1 /* scan: an index's first entry */")
    }

    /// Forgets requests that nobody repeats any more.
    static func forget(at now: Instant, _ tx: Transaction) throws {
        let edge = now.value - Limits.commandsKept
        guard edge > 0 else { return }
        try tx.change(
            .any,
            """
            DELETE FROM rights WHERE (request, act) IN
                (SELECT request, act FROM rights WHERE since < \(edge) AND state = 'ended'
                ORDER BY since LIMIT \(Int64(Limits.forgetRowsMax)))
            """)
    }
}

extension SlicePlace {
    /// As a row keeps it: a byte that says the kind, then the value.
    var bytes: [UInt8] {
        key.flatMap { value -> [UInt8] in
            switch value {
            case .null: [0]
            case .integer(let number): [1] + withUnsafeBytes(of: number.bigEndian) { Array($0) }
            case .text(let text): Self.counted(2, Array(text.utf8))
            case .blob(let bytes): Self.counted(3, bytes)
            }
        }
    }

    private static func counted(_ kind: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [kind] + withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes
    }

    /// What was written by `bytes`.
    init(bytes: [UInt8]) {
        var (rest, key) = (bytes[...], [StoredValue]())
        func number(_ count: Int) -> UInt64 {
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
        }
        while let kind = rest.popFirst() {
            switch kind {
            case 1: key.append(.integer(Int64(bitPattern: number(8))))
            case 2, 3:
                let count = Int(number(4))
                let value = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
                key.append(kind == 2 ? .text(String(decoding: value, as: UTF8.self)) : .blob(value))
            default: key.append(.null)
            }
        }
        self.init(key)
    }
}
