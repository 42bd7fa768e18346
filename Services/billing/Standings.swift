import Engine
import Schema
import Store

/// What the gateway was told last of each account: whether it lets calls through, and how much is left. It is told
/// again where that changes, or moves by a tenth. An account without a row has never had anything.
struct Standings: Noun {
    static let name = "standings"
    static let category = DataCategory.payment
    static let table = """
        CREATE TABLE standings (
            account   BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 16),             -- AccountID
            revision  INTEGER NOT NULL,                                                   -- the higher one wins
            standing  TEXT NOT NULL CHECK (standing IN ('ok', 'low', 'stop')),
            currency  TEXT NOT NULL,
            available INTEGER NOT NULL,                                                   -- nano-units
            ends      INTEGER                                                             -- Instant: its limit's window
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX standingsByWindow ON standings (ends) WHERE ends IS NOT NULL
        """
    let tx: Transaction

    private struct Told {
        let revision: Int64
        let standing: CreditStanding
        let available: Int64
    }

    /// How an account stands at a moment, under the revision that it was told last.
    func find(_ account: AccountID, _ currency: Currency, at now: Instant) throws -> Standing {
        let told = try told(account)
        let limit = try SpendingLimits(tx: tx).find(account, currency, at: now)
        return try standing(account, currency, limit, revision: told?.revision ?? 0, at: now)
    }

    /// Tells how an account stands where that is news, or where it is `asked`.
    func tell(_ account: AccountID, _ currency: Currency, asked: Bool = false, at now: Instant) throws {
        let told = try told(account)
        let limit = try SpendingLimits(tx: tx).find(account, currency, at: now)
        let standing = try standing(account, currency, limit, revision: (told?.revision ?? 0) + 1, at: now)
        let isNews = told.map { Self.isNews($0, standing) } ?? true
        if asked || isNews {
            try tx.change(
                .one,
                """
                INSERT INTO standings (account, revision, standing, currency, available, ends)
                VALUES (\(account), \(standing.revision), \(standing.standing), \(currency), \(standing.availableNano),
                    \(limit?.ends))
                ON CONFLICT (account) DO UPDATE SET revision = excluded.revision, standing = excluded.standing,
                    currency = excluded.currency, available = excluded.available, ends = excluded.ends
                """)
            try tx.send(standing, to: Topics.billingStanding, for: account)
            tx.count("standings_told")
        } else if let limit {
            try tx.change(.one, "UPDATE standings SET ends = \(limit.ends) WHERE account = \(account)")
        }
    }

    /// Tells the accounts whose limit has a new window, some at a time.
    func tellDue(at now: Instant) throws {
        var due: [(account: AccountID, currency: Currency)] = []
        let sql: SQL = """
            SELECT account, currency FROM standings WHERE ends IS NOT NULL AND ends <= \(now)
            ORDER BY ends LIMIT \(Limits.timerRowsMax)
            """
        try tx.each(sql) { row throws(StoreError) in due.append((try row.value(0), try row.value(1))) }
        for (account, currency) in due { try tell(account, currency, at: now) }
    }

    /// Tells all again: a new cluster knows of none.
    func tellAll(at now: Instant) throws {
        var all: [(account: AccountID, currency: Currency)] = []
        try tx.each("SELECT account, currency FROM standings /* scan: once, on a new cluster */") {
            row throws(StoreError) in all.append((try row.value(0), try row.value(1)))
        }
        for (account, currency) in all { try tell(account, currency, asked: true, at: now) }
    }

    /// Tells all again, under revisions that are higher than any that was given since the file's backup.
    func tellAllAnew(at now: Instant) throws {
        try tx.change(
            .any, "UPDATE standings SET revision = revision + \(Limits.restoredRevisions) /* scan: once a restore */")
        try tellAll(at: now)
    }

    private func told(_ account: AccountID) throws -> Told? {
        var told: Told?
        try tx.each("SELECT revision, standing, available FROM standings WHERE account = \(account)") {
            row throws(StoreError) in
            told = Told(revision: try row.value(0), standing: try row.value(1), available: try row.value(2))
        }
        return told
    }

    private func standing(
        _ account: AccountID, _ currency: Currency, _ limit: SpendingLimits.Window?, revision: Int64, at now: Instant
    ) throws -> Standing {
        let left = try Ledger(tx: tx).left(of: account, currency)
        let leaves = limit.map { $0.nano - $0.spent }
        let available = min(left, leaves ?? left)
        let isScarce = limit.map { $0.nano - $0.spent < $0.nano / Limits.lowPart } ?? false
        return Standing(
            account: account, revision: Revision(unchecked: revision),
            standing: available <= 0 ? .stop : left < Limits.lowNano || isScarce ? .low : .ok, currency: currency,
            availableNano: NanoAmount(unchecked: available), limitNano: limit.map { NanoAmount(unchecked: $0.nano) },
            window: limit?.window, asOf: now)
    }

    private static func isNews(_ told: Told, _ now: Standing) -> Bool {
        guard told.standing == now.standing else { return true }
        // while the gateway stops, how much is owed is no news to it
        guard now.standing != .stop else { return false }
        return abs(now.availableNano.value - told.available) > told.available / Limits.newsPart
    }
}

extension Standings: TableSlice {
    static let title = "What the gateway knows of your credit"
    static let personColumn = "account"
    static let orderColumns: [String] = []
    static let columns: [SliceColumn] = [
        .init("revision", "how often it was told", .integer), .init("standing", "whether your calls pass", .text),
        .init("currency", "currency", .text), .init("available", "what is left", .money),
        .init("ends", "when your limit begins anew", .instant),
    ]
}
