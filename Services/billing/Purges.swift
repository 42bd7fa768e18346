package import Engine
import Schema
import Store

extension Billing {
    /// What billing holds, and when it goes.
    package static let purges: [Purge] = [
        Purge(
            .hourMarks, of: "postedHours",
            oldest: { tx in
                try tx.first(
                    value: """
                        SELECT hour FROM postedHours WHERE NOT EXISTS (
                            SELECT 1 FROM holds WHERE held = 'hour-marks' AND person = account AND until > \(tx.moment))
                        ORDER BY hour LIMIT 1 /* scan: one row */
                        """)
            },
            step: { edge, rows, tx in try PostedDays(tx: tx).fold(before: edge, rows: rows) }),
        Purge(.accountInformation, of: "standings", oldest: oldestStanding, step: endStandings),
    ]

    private static let oldestStanding: @Sendable (Transaction) throws -> Instant? = { tx in
        var sql = closed(".closed", tx)
        sql += "ORDER BY closed LIMIT 1 /* scan: one row */"
        return try tx.first(value: sql)
    }

    private static let endStandings: @Sendable (Instant, Int, Transaction) throws -> Int = { edge, rows, tx in
        var sql = closed(".account", tx)
        sql += "AND closed < \(edge) ORDER BY closed LIMIT \(rows)"
        let accounts = try tx.store.all(values: sql, as: AccountID.self)
        for account in accounts {
            for table in ["standings", "spendingLimits"] {
                try tx.change(.zeroOrOne, "DELETE FROM \(raw: table) WHERE account = \(account)")
            }
            try tx.bury(account.text, on: Topics.billingStanding)  // the gateway forgets it
        }
        return accounts.count
    }

    /// Closed accounts with a standing or a limit.
    private static func closed(_ column: String, _ tx: Transaction) -> SQL {
        """
        SELECT accounts\(raw: column) FROM accounts WHERE closed IS NOT NULL AND (
            EXISTS (SELECT 1 FROM standings WHERE standings.account = accounts.account)
            OR EXISTS (SELECT 1 FROM spendingLimits WHERE spendingLimits.account = accounts.account))
        AND NOT EXISTS (
            SELECT 1 FROM holds WHERE held = 'account-information' AND person = accounts.account
                AND until > \(tx.moment))\(raw: " ")
        """
    }
}
