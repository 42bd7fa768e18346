import Engine
import Schema
import Store

/// What customers paid in advance or were given, and have left, grant by grant. It is used by (priority, expiry,
/// grant); each charge names the grants that it drew on. docs/contracts.md: Totals and money.
struct Credits: Noun {
    static let name = "credits"
    static let category = DataCategory.payment
    static let table = "\(rows);\n\(index);\n\(carrying)"
    /// The column that step 1006 has added.
    static let carrying = """
        ALTER TABLE credits ADD COLUMN carried INTEGER NOT NULL DEFAULT 0;              -- a part of what was used
        """
    /// The tables as step 1002 made them, and the index that step 1004 has added.
    static let index = "CREATE INDEX creditsGivenBack ON creditUses (grantID, posting) WHERE nano < 0"
    static let rows = """
        CREATE TABLE credits (
            account   BLOB NOT NULL,                                                      -- AccountID
            currency  TEXT NOT NULL,
            priority  INTEGER NOT NULL,                                                   -- the lower one is used first
            expiry    INTEGER NOT NULL,                                  -- Instant: for calls before it; 2^63-1: for all
            grantID   BLOB NOT NULL CHECK (length(grantID) = 16),                         -- PaymentID
            nano      INTEGER NOT NULL CHECK (nano >= 0),                                 -- less what went back
            remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND nano),
            expired   INTEGER NOT NULL CHECK (expired BETWEEN 0 AND nano - remaining),    -- the rest was used
            lapsed    INTEGER NOT NULL CHECK (lapsed IN (0, 1) AND (lapsed = 1 OR expired = 0)),
            PRIMARY KEY (account, currency, priority, expiry, grantID)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX creditsByExpiry ON credits (expiry) WHERE lapsed = 0 AND priority = 10;
        CREATE TABLE creditUses (
            posting INTEGER NOT NULL REFERENCES ledgerTransactions (number),
            grantID BLOB NOT NULL,
            nano    INTEGER NOT NULL CHECK (nano != 0),                                   -- a settlement gives back too
            PRIMARY KEY (posting, grantID)
        ) STRICT, WITHOUT ROWID
        """
    /// What was given is used before what was bought.
    static let promotionalPriority: Int64 = 10
    static let boughtPriority: Int64 = 100
    /// The expiry of what does not end.
    static let never = Int64.max
    let tx: Transaction

    /// A grant's place in the order of use.
    struct Place {
        let priority: Int64
        let expiry: Int64
        let id: PaymentID

        /// The account of the ledger that it is a part of.
        var kind: Ledger.Kind { priority == Credits.boughtPriority ? .prepaid : .promotional }
    }

    /// What was drawn from a grant; below 0: given back to it.
    struct Use {
        let grant: Place
        let nano: Int64
    }

    /// Opens a grant of nothing; it is resized by `Settlement`.
    func open(_ grant: Place, of account: AccountID, _ currency: Currency) throws {
        try tx.change(
            .zeroOrOne,
            """
            INSERT INTO credits (account, currency, priority, expiry, grantID, nano, remaining, expired, lapsed)
            VALUES (\(account), \(currency), \(grant.priority), \(grant.expiry), \(grant.id), 0, 0, 0, 0)
            ON CONFLICT DO NOTHING
            """)
    }

    /// Draws up to an amount for calls of an hour, in the order of the grants. What is drawn may be less. Late: a grant
    /// that has ended since would have been drawn on.
    func draw(
        _ nano: Int64, of account: AccountID, _ currency: Currency, for hour: Hour
    ) throws -> (uses: [Use], isLate: Bool) {
        var (left, uses, isLate): (Int64, [Use], Bool) = (nano, [], false)
        let select = try tx.store.hot(
            """
            SELECT priority, expiry, grantID, remaining, expired FROM credits
            WHERE account = ?1 AND currency = ?2 AND expiry > ?3 AND (remaining > 0 OR expired > 0)
            ORDER BY priority, expiry, grantID
            """)
        var text = currency.text
        try text.withUTF8 { bytes in
            select.bind(1, id: (account.high, account.low))
            select.bind(2, text: UnsafeRawBufferPointer(bytes))
            select.bind(3, hour.value)
            while left > 0, try select.step() {
                guard let id = select.id(2) else { throw StoreError.wrongType(column: "grantID") }
                isLate = isLate || select.int64(4) > 0
                let remaining = select.int64(3)
                guard remaining > 0 else { continue }
                let grant = Place(
                    priority: select.int64(0), expiry: select.int64(1), id: PaymentID(high: id.0, low: id.1))
                let use = Use(grant: grant, nano: min(left, remaining))
                uses.append(use)
                left -= use.nano
            }
            select.reset()
        }
        for use in uses { try take(use, of: account, currency) }
        return (uses, isLate)
    }

    private func take(_ use: Use, of account: AccountID, _ currency: Currency) throws {
        try tx.change(
            .one,
            """
            UPDATE credits SET remaining = remaining - \(use.nano)
            WHERE account = \(account) AND currency = \(currency) AND priority = \(use.grant.priority)
                AND expiry = \(use.grant.expiry) AND grantID = \(use.grant.id)
            """)
    }

    /// Keeps which grants a posting drew on, or gave back to.
    func record(_ uses: [Use], for posting: Int64) throws {
        for use in uses {
            try tx.change(
                .one,
                "INSERT INTO creditUses (posting, grantID, nano) VALUES (\(posting), \(use.grant.id), \(use.nano))")
        }
    }

    /// What a posting drew, by grant.
    func uses(of posting: Int64) throws -> [(grant: PaymentID, nano: Int64)] {
        var uses: [(grant: PaymentID, nano: Int64)] = []
        try tx.each("SELECT grantID, nano FROM creditUses WHERE posting = \(posting) ORDER BY grantID") {
            row throws(StoreError) in
            uses.append((try row.value(0), try row.value(1)))
        }
        return uses
    }

    /// Ends grants whose time has come, some at a time, and says whose they are.
    func lapse(at now: Instant) throws -> [(account: AccountID, currency: Currency)] {
        var due: [(account: AccountID, currency: Currency, grant: Place)] = []
        let sql: SQL = """
            SELECT account, currency, priority, expiry, grantID FROM credits
            WHERE lapsed = 0 AND priority = 10 AND expiry <= \(now) ORDER BY expiry LIMIT \(Limits.timerRowsMax)
            """
        try tx.each(sql) { row throws(StoreError) in
            let grant = Place(priority: try row.value(2), expiry: try row.value(3), id: try row.value(4))
            due.append((try row.value(0), try row.value(1), grant))
        }
        for (account, currency, grant) in due {
            try tx.change(
                .one,
                """
                UPDATE credits SET lapsed = 1
                WHERE account = \(account) AND currency = \(currency) AND priority = \(grant.priority)
                    AND expiry = \(grant.expiry) AND grantID = \(grant.id)
                """)
        }
        return due.map { ($0.account, $0.currency) }
    }

    /// Ends all that an account was given: what it has not used expires.
    func endAll(of account: AccountID, at now: Instant) throws {
        var given: Set<Currency> = []
        try tx.each("SELECT currency FROM credits WHERE account = \(account) AND priority = 10 AND lapsed = 0") {
            row throws(StoreError) in given.insert(try row.value(0))
        }
        try tx.change(
            .any, "UPDATE credits SET lapsed = 1 WHERE account = \(account) AND priority = 10 AND lapsed = 0")
        for currency in given.sorted() { try Settlement(tx: tx).settle(account, currency, at: now) }
    }

    /// True where a grant's time has come.
    func hasDue(at now: Instant) throws -> Bool {
        try tx.first(
            value: """
                SELECT 1 FROM credits WHERE lapsed = 0 AND priority = 10 AND expiry <= \(now) ORDER BY expiry LIMIT 1
                """, as: Int64.self) != nil
    }
}

extension Credits: KeptSlice {
    static let title = "Credit that you bought or were given"
    static let orderColumns = ["currency", "priority", "expiry", "grantID"]
    static let columns: [SliceColumn] = [
        .init("payment", "the payment or the promotion", .id, from: "grantID"), .init("currency", "currency", .text),
        .init("priority", "the lower one is used first", .integer),
        .init("expires", "when it ends", .instant, from: "nullif(expiry, 9223372036854775807)"),
        .init("amount", "what it is, less what went back", .money, from: "nano"),
        .init("carried", "used by transactions that are kept no more", .money),
        .init("remaining", "what is left", .money), .init("expired", "what ended unused", .money),
        .init("ended", "its time is over", .boolean, from: "lapsed"),
    ]
}
