import Engine
import Schema
import Store

/// Calls of accounts that nobody has said to exist yet: they wait until the account comes, a day at most. A call was in
/// the window of acceptance when it came; how long it waits does not count against it. docs/contracts.md: Who.
struct Waiting: Noun {
    static let name = "waiting"
    static let category = DataCategory.usage
    static let table = """
        CREATE TABLE waiting (
            account  BLOB NOT NULL CHECK (length(account) = 16),                          -- AccountID
            calledAt INTEGER NOT NULL,                                                    -- Instant
            callID   BLOB NOT NULL CHECK (length(callID) = 16),                           -- CallID
            since    INTEGER NOT NULL,                                                    -- Instant: when it came
            place    INTEGER NOT NULL,                                                    -- its record's offset
            call     INTEGER NOT NULL CHECK (call BETWEEN 0 AND 499),                     -- where in the record it lay
            content  BLOB NOT NULL,                                                    -- Usage of one call, protobuf
            PRIMARY KEY (account, calledAt, callID)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX waitingSince ON waiting (since)
        """
    let tx: Transaction
    private let room: Room

    init(tx: Transaction) throws {
        self.tx = tx
        room = try tx.store.memo(Room.self) {
            Room(try tx.first(value: "SELECT count(*) FROM waiting /* scan: once an open file */") ?? 0)
        }
    }

    /// How many calls wait in the file.
    private final class Room {
        var calls: Int64
        init(_ calls: Int64) { self.calls = calls }
    }

    /// A call with the place of its record.
    private struct Kept {
        let calledAt: Instant
        let callID: CallID
        let offset: Int64
        let place: Int
        let content: [UInt8]
    }

    /// Keeps a call until its account comes: the same call once. Another content under its id is refused, so is what
    /// there is no room for.
    func keep(
        _ call: Call, of account: AccountID, from usage: Batch<Usage>, offset: Int64, place: Int, at now: Instant
    ) throws {
        let content = call.plain
        let present: [UInt8]? = try tx.first(
            value: """
                SELECT content FROM waiting
                WHERE account = \(account) AND calledAt = \(call.calledAt) AND callID = \(call.callID)
                """)
        if let present {
            guard present != content else { return tx.count("calls_repeated") }
            return tx.refuse(usage, offset: offset, call: place, Refusal(.conflict))
        }
        guard room.calls < Limits.waitingMax else {
            tx.raise("account-unknown", Self.noRoom, remedy: Self.remedy)
            return tx.refuse(usage, offset: offset, call: place, Refusal(.unknownAccount))
        }
        try tx.change(
            .one,
            """
            INSERT INTO waiting (account, calledAt, callID, since, place, call, content)
            VALUES (\(account), \(call.calledAt), \(call.callID), \(now), \(offset), \(Int64(place)), \(content))
            """)
        room.calls += 1
        tx.count("calls_waiting")
    }

    /// Hands over the calls that waited for an account, some at a time, as records that come now; those from outside of
    /// its life are refused.
    func release(
        _ account: Accounts.Entry, at now: Instant,
        _ admit: (Batch<Usage>, [Admission.Candidate], CallRater) throws -> Void
    ) throws {
        while room.calls > 0 {
            let calls = try first(of: account.account)
            guard let last = calls.last else { return }
            let inOrder = calls.sorted { ($0.offset, $0.place) < ($1.offset, $1.place) }
            let usage = try batch(inOrder, of: account)
            var rater = CallRater(tx: tx, capacity: calls.count)
            let candidates = try rated(inOrder, in: usage, of: account, into: &rater, at: now)
            try tx.change(
                .exactly(calls.count),
                """
                DELETE FROM waiting WHERE account = \(account.account)
                    AND (calledAt, callID) <= (\(last.calledAt), \(last.callID))
                """)
            room.calls -= Int64(calls.count)
            try admit(usage, candidates, rater)
        }
    }

    private func first(of account: AccountID) throws -> [Kept] {
        var calls: [Kept] = []
        let sql: SQL = """
            SELECT calledAt, callID, place, call, content FROM waiting WHERE account = \(account)
            ORDER BY calledAt, callID LIMIT \(Int64(Limits.waitingStep))
            """
        try tx.each(sql) { row throws(StoreError) in
            calls.append(
                Kept(
                    calledAt: try row.value(0), callID: try row.value(1), offset: try row.value(2),
                    place: Int(try row.value(3, as: Int64.self)), content: try row.value(4)))
        }
        return calls
    }

    /// The calls as messages in which each lies where it lay in its record, so that a dead letter names its place. What
    /// fills the places between is not looked at.
    private func batch(_ calls: [Kept], of account: Accounts.Entry) throws -> Batch<Usage> {
        var entries: [Batch<Usage>.Entry] = []
        for kept in calls {
            let call = try call(kept)
            // after a move to another cluster two records may have had one offset
            let isNext = entries.last.map { $0.offset == kept.offset && $0.message.calls.count <= kept.place } ?? false
            if !isNext {
                entries.append(.init(account: account.account, offset: kept.offset, message: Usage(calls: [])))
            }
            let last = entries.count - 1
            while entries[last].message.calls.count <= kept.place { entries[last].message.calls.append(call) }
        }
        return Batch(topic: Topics.meteringUsage.name, partition: tx.partition, entries: entries)
    }

    /// Rates the calls, each at the end of what its message has of it; those that do not count are refused.
    private func rated(
        _ calls: [Kept], in usage: Batch<Usage>, of account: Accounts.Entry, into rater: inout CallRater,
        at now: Instant
    ) throws -> [Admission.Candidate] {
        let admission = Admission(tx: tx)
        var candidates: [Admission.Candidate] = []
        var entry = 0
        for (index, kept) in calls.enumerated() {
            if index > 0, kept.offset != calls[index - 1].offset || kept.place <= calls[index - 1].place { entry += 1 }
            let call = usage.entries[entry].message.calls[kept.place]
            if let refusal = try admission.rate(call, of: account, entry, kept.place, into: &rater, at: now) {
                tx.refuse(usage, offset: kept.offset, call: kept.place, refusal)
            } else {
                candidates.append(Admission.Candidate(call, of: account, place: rater.calls.count - 1))
            }
        }
        candidates.sort()
        return candidates
    }

    private func call(_ kept: Kept) throws -> Call {
        let usage = try? kept.content.withUnsafeBytes {
            try Usage.decode($0, contentType: .protobuf, from: Topics.meteringUsage.trust)
        }
        guard let call = usage?.calls.first else { throw StoreError.corrupt(path: tx.store.path) }
        return call
    }

    /// Refuses calls that have waited for a day, some at a time, and tells an operator of those that wait long.
    func expire(at now: Instant) throws {
        let edge = now.value - Limits.waitingRefusedAfter
        var due: [(account: AccountID, kept: Kept)] = []
        let sql: SQL = """
            SELECT account, calledAt, callID, place, call FROM waiting WHERE since <= \(edge)
            ORDER BY since, account, calledAt, callID LIMIT \(Int64(Limits.waitingStep))
            """
        try tx.each(sql) { row throws(StoreError) in
            let kept = Kept(
                calledAt: try row.value(1), callID: try row.value(2), offset: try row.value(3),
                place: Int(try row.value(4, as: Int64.self)), content: [])
            due.append((try row.value(0), kept))
        }
        let usage = Batch<Usage>(topic: Topics.meteringUsage.name, partition: tx.partition)
        for (account, kept) in due {
            tx.refuse(usage, offset: kept.offset, call: kept.place, Refusal(.unknownAccount))
            try tx.change(
                .one,
                """
                DELETE FROM waiting
                WHERE account = \(account) AND calledAt = \(kept.calledAt) AND callID = \(kept.callID)
                """)
        }
        room.calls -= Int64(due.count)
        try watch(at: now)
    }

    private static let long = "calls wait"
    private static let noRoom = "too many calls wait"
    private static let remedy = "register the account, or mend the gateway that calls for it: see that identity runs"

    private func watch(at now: Instant) throws {
        let first: Int64? = try tx.first(value: "SELECT since FROM waiting ORDER BY since LIMIT 1 /* scan: one row */")
        if let first, first <= now.value - Limits.waitingAlarmAfter {
            tx.raise("account-unknown", Self.long, remedy: Self.remedy)
        } else {
            tx.clear("account-unknown", Self.long)
        }
        if room.calls < Limits.waitingMax { tx.clear("account-unknown", Self.noRoom) }
    }
}

extension Waiting: TableSlice {
    static let title = "Calls that wait for the account"
    static let personColumn = "account"
    static let orderColumns = ["calledAt", "callID"]
    static let columns: [SliceColumn] = [
        SliceColumn("callID", "the call", .id), SliceColumn("calledAt", "when it was made", .instant),
        SliceColumn("since", "since when it waits", .instant),
        SliceColumn("content", "what was sent of it, in protobuf: docs/schemas", .bytes),
    ]

    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        let waiting = try Waiting(tx: tx)
        let removal = try removeRows(of: person, with: act, in: tx)
        waiting.room.calls -= removal.rows
        return removal
    }
}

extension Call {
    /// Its bytes as they are kept: the standard tier is said or not, and is the same.
    fileprivate var plain: [UInt8] {
        var call = self
        for index in call.attempts.indices where call.attempts[index].tierServed == .standard {
            call.attempts[index].tierServed = nil
        }
        return Usage(calls: [call]).encodedProtobuf()
    }
}
