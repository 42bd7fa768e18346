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
                PostedHours.times, PostedDays.table, Accounts.closings,
                "UPDATE accounts SET closed = (SELECT now FROM file) WHERE state = 'closed'",
            ].joined(separator: ";\n")),
    ]
}
