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
    func admit(_ candidates: [Admission.Candidate], of usage: Batch<Usage>, at now: Instant) throws -> [Total] {
        var rater = try CallRater(tx: tx)
        var hours = UsageHours.Running(tx: tx)
        var transfers = Transfers.Running(tx: tx)
        var tally = CallTally()
        let accounts = Accounts(tx: tx)
        let insertion = try insertion()
        var known: Accounts.Entry?
        for candidate in candidates {
            let (entry, index) = (Int(candidate.entry), Int(candidate.call))
            guard let id = usage.entries[entry].account else { continue }
            // sorted, the calls of an account come together
            if known?.account != id { known = try accounts.find(id) }
            guard let known else { throw StoreError.corrupt(path: tx.store.path) }
            guard try rater.rate(usage.entries[entry].message.calls[index], known.currency, at: now) else {
                tx.refuse(usage, offset: usage.entries[entry].offset, call: index, Refusal(.tooManyNames))
                continue
            }
            guard rater.rating.amount.nano.map({ $0 <= Limits.callNanoMax }) ?? false else {
                tx.refuse(usage, offset: usage.entries[entry].offset, call: index, .tooDear)
                continue
            }
            if try insert(candidate, rater, by: insertion) {
                try hours.add(candidate, rater.rating, known)
                for leg in rater.legs { try transfers.add(candidate, leg) }
                rater.count(tx, &tally)
            } else if try isSame(candidate, rater.content.bytes) {
                tally.repeated += 1
            } else {
                tx.refuse(usage, offset: usage.entries[entry].offset, call: index, Refusal(.conflict))
            }
        }
        tally.count(tx)
        try transfers.finish()
        return try hours.finish()
    }

    private func insertion() throws(StoreError) -> HotStatement {
        try tx.store.hot(
            """
            INSERT INTO calls (day, account, calledAt, callID, state, version, nano, millionths, lists, content)
            VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING
            """)
    }

    private func insert(_ candidate: Admission.Candidate, _ rater: CallRater, by statement: HotStatement) throws -> Bool
    {
        bindKey(statement, candidate)
        statement.bind(5, rater.rating.state.rawValue)
        guard let nano = rater.rating.amount.nano else { throw MeteringError.amountOverflow }
        statement.bind(6, nano)
        statement.bind(7, rater.rating.amount.millionths)
        return try rater.lists.bytes.withUnsafeBytes { lists in
            statement.bind(8, blob: lists)
            return try rater.content.bytes.withUnsafeBytes { content in
                statement.bind(9, blob: content)
                return try statement.run() == 1
            }
        }
    }

    private func isSame(_ candidate: Admission.Candidate, _ content: [UInt8]) throws -> Bool {
        let statement = try tx.store.hot(
            "SELECT content FROM calls WHERE day = ?1 AND account = ?2 AND calledAt = ?3 AND callID = ?4")
        bindKey(statement, candidate)
        guard try statement.step() else { throw StoreError.corrupt(path: tx.store.path) }
        let isSame = statement.withBlob(0) { bytes in
            content.withUnsafeBytes { $0.count == bytes.count && $0.elementsEqual(bytes) }
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

extension Refusal {
    /// A count that makes a call cost beyond reason.
    static let tooDear = Refusal(.wrongValue, fields: [FieldName(text: "count")].compactMap { $0 })
}

/// What metering cannot go on from.
enum MeteringError: Error {
    /// An amount does not fit 64 bits of nano-units: a price or a count beyond reason.
    case amountOverflow
}
