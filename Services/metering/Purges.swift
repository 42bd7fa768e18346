package import Engine
import Policy
import Schema
import Store

extension Metering {
    /// What metering holds, and when it goes. Calls are purged after every call that could still be admitted, for 90
    /// days are longer than 89.
    package static let purges: [Purge] = [
        Purge(.callRecords, of: "calls", oldest: PurgedCalls.oldest, step: PurgedCalls.step),
        .rows(
            of: "unpriced", .callRecords, since: "day", inDays: true, person: holder("unpriced"),
            key: "upstream, model, day, account, calledAt, callID"),
        .rows(
            of: "transfers", .callRecords, since: "day", inDays: true, person: holder("transfers"),
            key: "account, day, upstream, country"),
        Purge(
            .hourlyTotals, of: "hours",
            oldest: { tx in
                try tx.first(
                    value: """
                        SELECT hour FROM hours WHERE NOT EXISTS (
                            SELECT 1 FROM holds WHERE held = 'hourly-totals' AND until > \(tx.moment)
                                AND person = (SELECT account FROM accounts WHERE number = hours.account))
                        ORDER BY hour LIMIT 1 /* scan: one row */
                        """)
            },
            step: { edge, rows, tx in try UsageDays(tx: tx).fold(before: edge, rows: rows) }),
        Purge(.dailyTotals, of: "days", oldest: PurgedAccounts.oldest(.days), step: PurgedAccounts.endDays),
        Purge(.callRecords, of: "accounts", oldest: PurgedAccounts.oldest(.numbers), step: PurgedAccounts.endNumbers),
    ]

    /// Whose a row is, from the number of its account.
    private static func holder(_ table: String) -> String {
        "(SELECT accounts.account FROM accounts WHERE accounts.number = \(table).account)"
    }
}

/// Calls past their period, day by day, account by account.
enum PurgedCalls {
    /// The numbers of accounts whose calls a hold keeps, in order.
    private static func held(_ tx: Transaction) throws -> [Int64] {
        try tx.store.all(
            values: """
                SELECT number FROM holds JOIN accounts ON accounts.account = holds.person
                WHERE held = 'call-records' AND until > \(tx.moment) ORDER BY number
                """)
    }

    private struct Place: RowDecodable {
        static let columns: Columns = "day, account"
        let day, account: Int64
        init(row: borrowing Row) throws(StoreError) { (day, account) = (try row.value(0), try row.value(1)) }
    }

    /// The first day and account with calls that may go, behind a place.
    private static func first(_ held: [Int64], _ tx: Transaction) throws -> Place? {
        var place: Place? = try tx.first(
            "SELECT day, account FROM calls ORDER BY day, account LIMIT 1 /* scan: one row */")
        // the calls of each account under a hold are passed at once
        while let found = place, held.contains(found.account) {
            place = try tx.first(
                """
                SELECT day, account FROM calls WHERE (day, account) > (\(found.day), \(found.account))
                ORDER BY day, account LIMIT 1
                """)
        }
        return place
    }

    static let oldest: @Sendable (Transaction) throws -> Instant? = { tx in
        try first(try held(tx), tx).map { Instant(unchecked: $0.day * Instant.day) }
    }

    static let step: @Sendable (Instant, Int, Transaction) throws -> Int = { edge, rows, tx in
        let held = try held(tx)
        guard let place = try first(held, tx), place.day < edge.days else { return 0 }
        // up to the next account under a hold, the rows lie in a row
        let next = held.first { $0 > place.account } ?? Int64.max
        var last: (account: Int64, calledAt: Int64, id: [UInt8])?
        try tx.each(
            """
            SELECT account, calledAt, callID FROM (
                SELECT account, calledAt, callID FROM calls
                WHERE day = \(place.day) AND account >= \(place.account) AND account < \(next)
                ORDER BY account, calledAt, callID LIMIT \(rows))
            ORDER BY account DESC, calledAt DESC, callID DESC LIMIT 1 /* scan: a step's rows */
            """
        ) { row throws(StoreError) in last = (try row.value(0), try row.value(1), try row.value(2)) }
        guard let last else { return 0 }
        try tx.change(
            .any,
            """
            DELETE FROM calls WHERE day = \(place.day) AND account >= \(place.account)
                AND (account, calledAt, callID) <= (\(last.account), \(last.calledAt), \(last.id))
            """)
        return try tx.changed()
    }
}

/// Accounts that were closed: their days go with the account; the number that calls hang on goes after the last of
/// them.
enum PurgedAccounts {
    enum Part: String {
        case days, numbers
        var held: Held { self == .days ? .dailyTotals : .callRecords }
        /// What of the account must be there.
        var condition: String {
            switch self {
            case .days: "EXISTS (SELECT 1 FROM days WHERE days.account = accounts.number)"
            // calls may lie a little after the closing
            case .numbers:
                """
                NOT EXISTS (SELECT 1 FROM hours WHERE hours.account = accounts.number)
                AND NOT EXISTS (SELECT 1 FROM transfers WHERE transfers.account = accounts.number)
                AND NOT EXISTS (SELECT 1 FROM days WHERE days.account = accounts.number)
                """
            }
        }
    }

    private static func those(_ part: Part) -> String {
        """
        closed IS NOT NULL AND \(part.condition) AND NOT EXISTS (
            SELECT 1 FROM holds WHERE held = '\(part.held.rawValue)' AND person = accounts.account AND until >
        """
    }

    /// When the oldest account was closed of which the part is here. Of numbers, as late as its last call may be.
    static func oldest(_ part: Part) -> @Sendable (Transaction) throws -> Instant? {
        let (those, more) = (those(part), part == .days ? 0 : AccountLife.tolerance)
        return { tx in
            let closed: Instant? = try tx.first(
                value: """
                    SELECT closed FROM accounts WHERE \(raw: those) \(tx.moment)) ORDER BY closed LIMIT 1 /* scan: one row */
                    """)
            return closed.map { $0 + more }
        }
    }

    static let endDays: @Sendable (Instant, Int, Transaction) throws -> Int = { edge, rows, tx in
        var left = rows
        for (number, _) in try ended(.days, before: edge.value, rows: rows, tx) where left > 0 {
            try tx.change(
                .any,
                """
                DELETE FROM days WHERE account = \(number) AND day IN (
                    SELECT day FROM days WHERE account = \(number) ORDER BY day LIMIT \(left))
                """)
            left -= try tx.changed()
        }
        return rows - left
    }

    static let endNumbers: @Sendable (Instant, Int, Transaction) throws -> Int = { edge, rows, tx in
        let all = try ended(.numbers, before: edge.value - AccountLife.tolerance, rows: rows, tx)
        for (number, account) in all {
            try tx.change(.zeroOrOne, "DELETE FROM objectors WHERE account = \(number)")
            try Accounts(tx: tx).remove(account)
        }
        return all.count
    }

    private static func ended(
        _ part: Part, before edge: Int64, rows: Int, _ tx: Transaction
    ) throws -> [(number: Int64, account: AccountID)] {
        var all: [(number: Int64, account: AccountID)] = []
        let sql: SQL = """
            SELECT number, account FROM accounts WHERE \(raw: those(part)) \(tx.moment)) AND closed < \(edge)
            ORDER BY closed LIMIT \(rows)
            """
        try tx.each(sql) { row throws(StoreError) in all.append((try row.value(0), try row.value(1))) }
        return all
    }
}
