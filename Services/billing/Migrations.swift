import Engine
package import Store

extension Billing {
    /// How billing's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000,
            sql: [Ledger.table, Payments.table, Credits.table, PostedHours.table].joined(separator: ";\n")),
        // accounts that there were when every key was one are open until identity says otherwise
        Migration(
            number: 1_001,
            sql: [
                Accounts.table,
                """
                INSERT INTO accounts (account, version, state, currency)
                SELECT account, 0, 'open', min(currency) FROM ledgerAccounts WHERE account IS NOT NULL GROUP BY account
                """,
            ].joined(separator: ";\n")),
    ]
}
