import Engine
import Schema
import Store

/// What was posted of each account's days: hours whose marks are past their period fold into them. A day in which a
/// promotion ended is kept in parts, so that what was used before and after is still known. docs/contracts.md: Totals
/// and money.
struct PostedDays: Noun {
    static let name = "postedDays"
    static let category = DataCategory.payment
    static let table = """
        CREATE TABLE postedDays (
            account  BLOB NOT NULL CHECK (length(account) = 16),                          -- AccountID
            since    INTEGER NOT NULL,                       -- Instant: the day's first, or the end of a promotion in it
            currency TEXT NOT NULL,
            nano     INTEGER NOT NULL,                                                    -- posted
            net      INTEGER NOT NULL,
            tax      INTEGER NOT NULL,
            PRIMARY KEY (account, since, currency)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// An hour whose mark goes.
    private struct Ended: RowDecodable {
        static let columns: Columns = "account, hour, currency, nano"
        let account: AccountID
        let hour: Hour
        let currency: Currency
        let nano: Int64
        init(row: borrowing Row) throws(StoreError) {
            (account, hour) = (try row.value(0), try row.value(1))
            (currency, nano) = (try row.value(2), try row.value(3))
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
        var (net, tax): (Int64, Int64) = (0, 0)
        try tx.each(
            """
            SELECT coalesce(sum(net), 0), coalesce(sum(tax), 0) FROM charges
            WHERE account = \(hour.account) AND hour = \(hour.hour) AND currency = \(hour.currency) AND reversed = 0
            """
        ) { row throws(StoreError) in (net, tax) = (try row.value(0), try row.value(1)) }
        try tx.change(
            .one,
            """
            INSERT INTO postedDays (account, since, currency, nano, net, tax)
            VALUES (\(hour.account), \(try start(of: hour)), \(hour.currency), \(hour.nano), \(net), \(tax))
            ON CONFLICT (account, since, currency) DO UPDATE SET nano = nano + excluded.nano,
                net = net + excluded.net, tax = tax + excluded.tax
            """)
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
    static let orderColumns = ["since", "currency"]
    static let columns: [SliceColumn] = [
        .init("since", "the day, or the end of a promotion in it", .instant), .init("currency", "currency", .text),
        .init("amount", "what is charged", .money, from: "nano"), .init("net", "amount without tax", .money),
        .init("tax", "tax", .money),
    ]
}
