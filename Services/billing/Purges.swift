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
        Purge(
            .paymentRecords, of: "ledger", oldest: { tx in try OldBooks(tx: tx).oldestCharge() },
            step: { edge, rows, tx in try OldBooks(tx: tx).carryCharges(before: edge, rows: rows) }),
        Purge(
            .paymentRecords, of: "payments", oldest: { tx in try OldBooks(tx: tx).oldestPayment() },
            step: { edge, rows, tx in try OldBooks(tx: tx).endPayments(before: edge, rows: rows) }),
        Purge(
            .paymentRecords, of: "postedDays",
            oldest: { tx in
                let day: Int64? = try tx.first(
                    value: """
                        SELECT posted FROM postedDays WHERE NOT EXISTS (
                            SELECT 1 FROM holds
                            WHERE held = 'payment-records' AND person = account AND until > \(tx.moment))
                        ORDER BY posted LIMIT 1 /* scan: one row */
                        """)
                return day.map { Instant(unchecked: $0 * Instant.day) }
            },
            step: { edge, rows, tx in try OldBooks(tx: tx).endDays(before: edge, rows: rows) }),
        Purge(.accountInformation, of: "accounts", oldest: oldestAccount, step: endAccounts),
    ]

    private static let oldestAccount: @Sendable (Transaction) throws -> Instant? = { tx in
        var sql = closed(".closed", tx)
        sql += "ORDER BY closed LIMIT 1 /* scan: one row */"
        return try tx.first(value: sql)
    }

    private static let endAccounts: @Sendable (Instant, Int, Transaction) throws -> Int = { edge, rows, tx in
        var sql = closed(".account", tx)
        sql += "AND closed < \(edge) ORDER BY closed LIMIT \(rows)"
        let accounts = try tx.store.all(values: sql, as: AccountID.self)
        for account in accounts {
            for table in ["standings", "spendingLimits"] {
                try tx.change(.zeroOrOne, "DELETE FROM \(raw: table) WHERE account = \(account)")
            }
            try tx.bury(account.text, on: Topics.billingStanding)  // the gateway forgets it
            try tx.change(
                .zeroOrOne, "DELETE FROM accounts WHERE account = \(account) AND NOT (\(raw: hasRecords))")
        }
        return accounts.count
    }

    /// True of an account with payment records: it stays known for as long as they are kept.
    private static let hasRecords = """
        EXISTS (SELECT 1 FROM payments WHERE payments.account = accounts.account)
        OR EXISTS (SELECT 1 FROM postedHours WHERE postedHours.account = accounts.account)
        OR EXISTS (
            SELECT 1 FROM ledgerAccounts l
            WHERE l.kind IN ('prepaid', 'promotional', 'receivable') AND l.account = accounts.account)
        """

    /// Closed accounts with a standing or a limit, or of which nothing else is on record.
    private static func closed(_ column: String, _ tx: Transaction) -> SQL {
        """
        SELECT accounts\(raw: column) FROM accounts WHERE closed IS NOT NULL AND (
            EXISTS (SELECT 1 FROM standings WHERE standings.account = accounts.account)
            OR EXISTS (SELECT 1 FROM spendingLimits WHERE spendingLimits.account = accounts.account)
            OR NOT (\(raw: hasRecords)))
        AND NOT EXISTS (
            SELECT 1 FROM holds WHERE held = 'account-information' AND person = accounts.account
                AND until > \(tx.moment))\(raw: " ")
        """
    }
}
