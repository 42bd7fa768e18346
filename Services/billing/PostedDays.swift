import Engine
import Schema
import Store

/// What was posted of each account's days: hours whose marks are past their period fold into them. A day in which a
/// promotion ended is kept in parts, so that what was used before and after is still known, and so is one whose charges
/// were posted on several days, for each goes with its charges. docs/contracts.md: Totals and money.
struct PostedDays: Noun {
    static let name = "postedDays"
    static let category = DataCategory.payment
    static let table = """
        CREATE TABLE postedDays (
            account  BLOB NOT NULL CHECK (length(account) = 16),                          -- AccountID
            since    INTEGER NOT NULL,                       -- Instant: the day's first, or the end of a promotion in it
            currency TEXT NOT NULL,
            posted   INTEGER NOT NULL,                                                    -- days since 1970
            nano     INTEGER NOT NULL,                                                    -- posted
            net      INTEGER NOT NULL,
            tax      INTEGER NOT NULL,
            PRIMARY KEY (account, since, currency, posted)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX postedDaysByPosting ON postedDays (posted)
        """
    let tx: Transaction

    /// An hour whose mark goes.
    private struct Ended: RowDecodable {
        static let columns: Columns = "account, hour, currency"
        let account: AccountID
        let hour: Hour
        let currency: Currency
        init(row: borrowing Row) throws(StoreError) {
            (account, hour, currency) = (try row.value(0), try row.value(1), try row.value(2))
        }
    }

    /// Folds hours from before an edge, at most so many; says how many.
    func fold(before edge: Instant, rows: Int) throws -> Int {
        let ended: [Ended] = try tx.all(
            """
            SELECT \(Ended.columns) FROM postedHours WHERE hour < \(edge) AND NOT EXISTS (
                SELECT 1 FROM holds WHERE held = 'hour-marks' AND person = account AND until > \(tx.moment))
            ORDER BY hour LIMIT \(rows)
            """)
        for hour in ended { try fold(hour) }
        return ended.count
    }

    private func fold(_ hour: Ended) throws {
        var parts: [(posted: Int64, net: Int64, tax: Int64)] = []
        try tx.each(
            """
            SELECT at / \(Instant.day) AS day, sum(net), sum(tax)
            FROM charges JOIN ledgerTransactions ON number = posting
            WHERE account = \(hour.account) AND hour = \(hour.hour) AND currency = \(hour.currency) AND reversed = 0
            GROUP BY day
            """
        ) { row throws(StoreError) in parts.append((try row.value(0), try row.value(1), try row.value(2))) }
        let since = try start(of: hour)
        for part in parts {
            try tx.change(
                .one,
                """
                INSERT INTO postedDays (account, since, currency, posted, nano, net, tax)
                VALUES (\(hour.account), \(since), \(hour.currency), \(part.posted), \(part.net + part.tax), \(part.net),
                    \(part.tax))
                ON CONFLICT (account, since, currency, posted) DO UPDATE SET nano = nano + excluded.nano,
                    net = net + excluded.net, tax = tax + excluded.tax
                """)
        }
        for table in ["charges", "postedHours"] {
            try tx.change(
                .any,
                """
                DELETE FROM \(raw: table)
                WHERE account = \(hour.account) AND hour = \(hour.hour) AND currency = \(hour.currency)
                """)
        }
    }

    /// The first moment of the hour's day, or the last end of a promotion between it and the hour.
    private func start(of hour: Ended) throws -> Int64 {
        let day = hour.hour.value / Instant.day * Instant.day
        let end: Int64? = try tx.first(
            value: """
                SELECT expiry FROM credits WHERE account = \(hour.account) AND currency = \(hour.currency)
                    AND priority = \(Credits.promotionalPriority) AND expiry > \(day) AND expiry <= \(hour.hour)
                ORDER BY expiry DESC LIMIT 1
                """)
        return end ?? day
    }
}

extension PostedDays: TableSlice {
    static let title = "What your days cost"
    static let personColumn = "account"
    static let orderColumns = ["since", "currency", "posted"]
    static let columns: [SliceColumn] = [
        .init("since", "the day, or the end of a promotion in it", .instant), .init("currency", "currency", .text),
        .init("posted", "the day of its posting", .instant, from: "posted * 86400000000"),
        .init("amount", "what is charged", .money, from: "nano"), .init("net", "amount without tax", .money),
        .init("tax", "tax", .money),
    ]
}
