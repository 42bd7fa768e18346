import Engine
package import Store

extension Billing {
    /// How billing's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000,
            sql: [
                FirstTables.ledger, FirstTables.payments, FirstTables.credits, FirstTables.postedHours,
            ].joined(separator: ";\n")),
        // accounts that there were when every key was one are open until identity says otherwise
        Migration(
            number: 1_001,
            sql: [
                Accounts.rows,
                """
                INSERT INTO accounts (account, version, state, currency)
                SELECT account, 0, 'open', min(currency) FROM ledgerAccounts WHERE account IS NOT NULL GROUP BY account
                """,
            ].joined(separator: ";\n")),
        Migration(number: 1_002, sql: FirstTables.widened),
        Migration(number: 1_003, sql: [SpendingLimits.table, Standings.table].joined(separator: ";\n")),
        Migration(
            number: 1_004, sql: [Payments.index, Credits.index, KeptAccounts.table].joined(separator: ";\n")),
        // whoever closed an account before then is counted from now on
        Migration(
            number: 1_005,
            sql: [
                PostedHours.times, FirstTables.postedDays, Accounts.closings,
                "UPDATE accounts SET closed = (SELECT now FROM file) WHERE state = 'closed'",
            ].joined(separator: ";\n")),
        // the top-ups of the first release did not name their payment
        Migration(
            number: 1_006,
            sql: [
                LedgerAccounts.openings, Credits.carrying, Payments.times, Ledger.payments,
                """
                UPDATE ledgerTransactions SET payment = (
                    SELECT p.payment FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
                        JOIN payments p ON p.account = a.account AND p.kind = 'top-up' AND p.nano = -e.nano
                    WHERE e.posting = ledgerTransactions.number AND p.at = ledgerTransactions.at)
                WHERE kind = 'top-up' AND payment IS NULL
                """,
                "ALTER TABLE postedDays RENAME TO firstPostedDays", PostedDays.table,
                """
                INSERT INTO postedDays (account, since, currency, posted, nano, net, tax)
                SELECT account, since, currency, since / 86400000000, nano, net, tax FROM firstPostedDays
                """,
                "DROP TABLE firstPostedDays",
            ].joined(separator: ";\n")),
    ]
}
