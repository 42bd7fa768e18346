import Engine
import Schema
import Store

/// Call records: each call once, in exactly one state, by (account, time, id). Kept 90 days. Policy §4.2.
struct CallRecords: Noun {
    static let name = "calls"
    static let category = DataCategory.usage
    static let table = """
        CREATE TABLE calls (
            day        INTEGER NOT NULL,                                                  -- of UTC
            account    INTEGER NOT NULL,                                                  -- accounts.number
            calledAt   INTEGER NOT NULL,                                                  -- Instant
            callID     BLOB NOT NULL,                                                     -- CallID: 16 bytes
            state      INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),                    -- Rating.State
            version    INTEGER NOT NULL CHECK (version >= 1),                             -- +1 at each change
            nano       INTEGER NOT NULL,
            millionths INTEGER NOT NULL CHECK (millionths BETWEEN 0 AND 999999),
            lists      BLOB NOT NULL,                                                   -- priceLists.number, by attempt
            content    BLOB NOT NULL,                                                     -- CallContent
            PRIMARY KEY (day, account, calledAt, callID)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Admits the calls of a batch, each once; a repeated one is dropped, the same id with another content refused.
    /// Returns the running totals that changed, in order.
    func admit(_ candidates: [Admission.Candidate], _ rated: CallRater, of usage: Batch<Usage>) throws -> [Total] {
        var hours = UsageHours.Running(tx: tx)
        var transfers = Transfers.Running(tx: tx)
        var tally = CallTally()
        let insertion = try insertion()
        var late = try Quality.Late(tx: tx)
        let (calls, accounts, legs) = (rated.calls.span, rated.accounts.span, rated.legs.span)
        for candidate in candidates {
            let call = calls[candidate.place]
            if try insert(candidate, call, rated, by: insertion) {
                try hours.add(candidate, call.amount, accounts[Int(call.account)])
                let isLate = try late.counts(candidate)
                for leg in call.legs {
                    try transfers.add(candidate, legs[leg])
                    if isLate { late.add(legs[leg], on: candidate.day) }
                    if !legs[leg].isLawful { transfers.raise(call, attempt: leg - call.legs.lowerBound, of: usage) }
                }
                tally.add(call.state)
                if call.state == .noPrice, let route = rated.missing[candidate.place] {
                    try Unpriced(tx: tx).park(candidate, for: route)
                }
            } else if try isSame(candidate, call, rated) {
                tally.repeated += 1
            } else {
                let offset = usage.entries[Int(call.entryIndex)].offset
                tx.refuse(usage, offset: offset, call: Int(call.callIndex), Refusal(.conflict))
            }
        }
        tally.count(tx)
        try transfers.finish()
        try late.finish()
        return try hours.finish()
    }

    private func insertion() throws(StoreError) -> HotStatement {
        try tx.store.hot(
            """
            INSERT INTO calls (day, account, calledAt, callID, state, version, nano, millionths, lists, content)
            VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING
            """)
    }

    private func insert(
        _ candidate: Admission.Candidate, _ call: RatedCall, _ rated: CallRater, by statement: HotStatement
    ) throws -> Bool {
        bindKey(statement, candidate)
        statement.bind(5, call.state.rawValue)
        statement.bind(6, call.nano)
        statement.bind(7, Int64(call.millionths))
        return try rated.bytes.withUnsafeBytes { bytes in
            statement.bind(8, blob: UnsafeRawBufferPointer(rebasing: bytes[call.lists]))
            statement.bind(9, blob: UnsafeRawBufferPointer(rebasing: bytes[call.content]))
            return try statement.run() == 1
        }
    }

    private func isSame(_ candidate: Admission.Candidate, _ call: RatedCall, _ rated: CallRater) throws -> Bool {
        let statement = try tx.store.hot(
            "SELECT content FROM calls WHERE day = ?1 AND account = ?2 AND calledAt = ?3 AND callID = ?4")
        bindKey(statement, candidate)
        guard try statement.step() else { throw StoreError.corrupt(path: tx.store.path) }
        let isSame = statement.withBlob(0) { bytes in
            rated.bytes.withUnsafeBytes { bytes.elementsEqual($0[call.content]) }
        }
        statement.reset()
        return isSame
    }

    private func bindKey(_ statement: HotStatement, _ candidate: Admission.Candidate) {
        statement.bind(1, candidate.day)
        statement.bind(2, candidate.account)
        statement.bind(3, candidate.calledAt)
        statement.bind(4, id: (candidate.callID.high, candidate.callID.low))
    }

    /// A call as it was sent; nil: it is not here any more.
    func call(day: Int64, account: Int64, at calledAt: Instant, _ id: CallID) throws -> Call? {
        let content: [UInt8]? = try tx.first(
            value: """
                SELECT content FROM calls
                WHERE day = \(day) AND account = \(account) AND calledAt = \(calledAt) AND callID = \(id)
                """)
        guard let content else { return nil }
        let names = Names(tx: tx)
        guard let call = try StoredCall.read(content, id: id, calledAt: calledAt, name: names.name) else {
            throw StoreError.corrupt(path: tx.store.path)
        }
        return call
    }

    /// Writes what a call that was rated again costs: its next version.
    func change(_ candidate: Admission.Candidate, _ call: RatedCall, _ rated: CallRater) throws {
        let lists = Array(rated.bytes[call.lists])
        try tx.change(
            .one,
            """
            UPDATE calls SET state = \(call.state.rawValue), version = version + 1, nano = \(call.nano),
                millionths = \(Int64(call.millionths)), lists = \(lists)
            WHERE day = \(candidate.day) AND account = \(candidate.account) AND calledAt = \(candidate.calledAt)
                AND callID = \(candidate.callID)
            """)
    }

    /// How many calls of an account in [from, to) wait for a price.
    func unpriced(of account: Int64, from: Instant, to: Instant) throws -> CallCount {
        var count: Int64 = 0
        for day in from.days...max(from.days, min(to.days, from.days + Limits.questionDays)) {
            count +=
                try tx.first(
                    value: """
                        SELECT count(*) FROM calls WHERE day = \(day) AND account = \(account)
                            AND calledAt >= \(from) AND calledAt < \(to) AND state >= \(Rating.State.noPrice.rawValue)
                        """) ?? 0
        }
        return CallCount(unchecked: count)
    }
}
