import Engine
import Schema
import Store

/// What each account used in each day: hours that are past their period fold into it. It goes with the account.
/// Policy §4.1, §4.2.
struct UsageDays: NumberedSlice {
    static let name = "days"
    static let category = DataCategory.usage
    static let table = """
        CREATE TABLE days (
            account    INTEGER NOT NULL,                                                  -- accounts.number
            day        INTEGER NOT NULL,                                                  -- of UTC
            calls      INTEGER NOT NULL,
            nano       INTEGER NOT NULL,
            millionths INTEGER NOT NULL CHECK (millionths BETWEEN 0 AND 999999),
            PRIMARY KEY (account, day)
        ) STRICT, WITHOUT ROWID
        """
    static let title = "Usage by the day"
    static let orderColumns = ["day"]
    static let columns: [SliceColumn] = [
        SliceColumn("day", "the day, in UTC", .day), SliceColumn("calls", "calls in it", .integer),
        SliceColumn("amount", "what they cost", .money, from: "nano"),
        SliceColumn("millionths", "and so many millionths of the last place", .integer),
        SliceColumn(
            "currency", "the currency", .text, from: "(SELECT currency FROM accounts WHERE number = days.account)"),
    ]
    let tx: Transaction

    /// An hour of an account that goes.
    private struct Ended: RowDecodable {
        static let columns: Columns = "hours.account, hours.hour, calls, nano, millionths"
        let account, hour, calls, nano, millionths: Int64
        init(row: borrowing Row) throws(StoreError) {
            (account, hour, calls) = (try row.value(0), try row.value(1), try row.value(2))
            (nano, millionths) = (try row.value(3), try row.value(4))
        }
    }

    /// Folds hours from before an edge into their days, at most so many; says how many.
    func fold(before edge: Instant, rows: Int) throws -> Int {
        let ended: [Ended] = try tx.all(
            """
            SELECT \(Ended.columns) FROM hours WHERE hours.hour < \(edge) AND NOT EXISTS (
                SELECT 1 FROM holds WHERE held = 'hourly-totals' AND until > \(tx.moment)
                    AND person = (SELECT account FROM accounts WHERE number = hours.account))
            ORDER BY hours.hour LIMIT \(rows)
            """)
        for hour in ended {
            try add(hour)
            try tx.change(.one, "DELETE FROM hours WHERE account = \(hour.account) AND hour = \(hour.hour)")
        }
        return ended.count
    }

    private func add(_ hour: Ended) throws {
        let day = Instant(unchecked: hour.hour).days
        var (calls, amount) = (hour.calls, ExactAmount(nano: hour.nano, millionths: hour.millionths))
        try tx.each("SELECT calls, nano, millionths FROM days WHERE account = \(hour.account) AND day = \(day)") {
            row throws(StoreError) in
            calls += try row.value(0)
            amount = amount + ExactAmount(nano: try row.value(1), millionths: try row.value(2))
        }
        guard let nano = amount.nano else { throw MeteringError.amountOverflow }
        try tx.change(
            .one,
            """
            INSERT INTO days (account, day, calls, nano, millionths)
            VALUES (\(hour.account), \(day), \(calls), \(nano), \(amount.millionths))
            ON CONFLICT (account, day) DO UPDATE SET calls = excluded.calls, nano = excluded.nano,
                millionths = excluded.millionths
            """)
    }
}
