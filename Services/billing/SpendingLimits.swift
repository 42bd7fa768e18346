import Engine
import Policy
import Schema
import Store

/// What accounts may spend in a day or a month of UTC, by the time of their calls. A limit stops the gateway, not the
/// books. docs/contracts.md: Totals and money.
struct SpendingLimits: Noun {
    static let name = "spendingLimits"
    static let category = DataCategory.payment
    static let table = """
        CREATE TABLE spendingLimits (
            account  BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 16),              -- AccountID
            currency TEXT NOT NULL,
            nano     INTEGER NOT NULL CHECK (nano > 0),
            window   TEXT NOT NULL CHECK (window IN ('day', 'month'))
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// A limit, and what is spent in the window that a moment is in.
    struct Window {
        let nano: Int64
        let window: LimitWindow
        let spent: Int64
        let ends: Instant
    }

    /// Sets a limit, or ends it.
    func set(_ limit: SpendingLimit, of account: AccountID) throws {
        guard let nano = limit.nano, let window = limit.window else {
            return try tx.change(.zeroOrOne, "DELETE FROM spendingLimits WHERE account = \(account)")
        }
        try tx.change(
            .one,
            """
            INSERT INTO spendingLimits (account, currency, nano, window)
            VALUES (\(account), \(limit.currency), \(nano), \(window))
            ON CONFLICT (account) DO UPDATE SET currency = excluded.currency, nano = excluded.nano,
                window = excluded.window
            """)
    }

    /// The limit of an account at a moment, where it has one.
    func find(_ account: AccountID, _ currency: Currency, at now: Instant) throws -> Window? {
        var found: (nano: Int64, window: LimitWindow)?
        try tx.each(
            "SELECT nano, window FROM spendingLimits WHERE account = \(account) AND currency = \(currency)"
        ) { row throws(StoreError) in found = (try row.value(0), try row.value(1)) }
        guard let found else { return nil }
        let span = SpendingWindow.around(now, found.window)
        let spent: Int64? = try tx.first(
            value: """
                SELECT coalesce(sum(nano), 0) FROM postedHours WHERE account = \(account) AND currency = \(currency)
                    AND hour >= \(span.lowerBound) AND hour < \(span.upperBound)
                """)
        return Window(nano: found.nano, window: found.window, spent: spent ?? 0, ends: span.upperBound)
    }
}

extension SpendingLimits: TableSlice {
    static let title = "Your spending limit"
    static let personColumn = "account"
    static let orderColumns: [String] = []
    static let columns: [SliceColumn] = [
        .init("currency", "currency", .text), .init("amount", "limit", .money, from: "nano"),
        .init("window", "for each day or month", .text),
    ]
}
