import Engine
package import Store

extension Identity {
    /// How identity's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000,
            sql: [
                Accounts.rows, Addresses.rows, Claims.rows, FirstTables.attempts, Sessions.table, APIKeys.table,
                Acceptances.table, CookieChoices.rows, Objections.rows, TechnicalLog.rows, CategoryLedger.table,
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
        Migration(
            number: 1_003,
            sql: [
                Accounts.closings, TechnicalLog.times, Bounces.times, CookieChoices.ends, Objections.ends,
                ClosedPeople.table, ended("cookieChoices"), ended("objections"),
            ].joined(separator: ";\n")),
        Migration(number: 1_004, sql: ErasedKeys.table),
        Migration(number: 1_006, sql: Addresses.corrections),
    ]

    /// Rows of a history end with the next one of their person.
    private static func ended(_ history: String) -> String {
        """
        UPDATE \(history) SET endedAt = (
            SELECT min(later.at) FROM \(history) AS later
            WHERE later.subject = \(history).subject AND later.number > \(history).number)
        """
    }
}
