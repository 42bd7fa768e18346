import Engine
package import Store

extension Identity {
    /// How identity's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000,
            sql: [
                Accounts.table, Addresses.rows, Claims.rows, FirstTables.attempts, Sessions.table, APIKeys.table,
                Acceptances.table, CookieChoices.table, Objections.table, TechnicalLog.table, CategoryLedger.table,
                RateLimits.table, Bounces.rows,
            ].joined(separator: ";\n")),
        Migration(
            number: 1_001,
            sql: [
                Addresses.index, Claims.index, Bounces.index, AddressFiles.table, Forgettings.table, OptOuts.table,
                Restrictions.table,
            ].joined(separator: ";\n")),
        Migration(
            number: 1_002,
            sql: [FirstTables.attemptsWithRequests, Attempts.indexes, RightsProofs.table].joined(separator: ";\n")),
    ]
}
