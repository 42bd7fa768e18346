import Schema

/// Identity's bounds in time and number. What may be asked how often is in `IdentityLimits`.
enum Limits {
    /// A code can be given back for 10 minutes.
    static let codeLife: Int64 = 10 * Instant.minute
    /// A correction whose new address nobody has proved by then is refused: some minutes more than a code lives.
    static let correctionWait: Int64 = 15 * Instant.minute
    /// Wrong tries of one code; after them the right one is refused too.
    static let triesMax: Int64 = 5
    /// A session at most, from its start.
    static let sessionLife: Int64 = 30 * Instant.day
    /// A session without use.
    static let sessionIdle: Int64 = 7 * Instant.day
    /// How old a session may be that an export is asked for with; the code of the archive is asked for besides.
    static let exportSession: Int64 = 10 * Instant.minute
    /// How exactly the last use of a session is kept: it is written at most this often.
    static let sessionUseStep: Int64 = Instant.hour
    /// A new address takes effect after this time where the old one does not agree.
    static let addressWait: Int64 = 72 * Instant.hour
    /// A closed account can be restored for this time. Policy §4.1.
    static let restorable: Int64 = 30 * Instant.day
    /// When the keys of an erased person are to be destroyed again, where the broker has not said the time yet.
    static let clockWait: Int64 = 5 * Instant.second
    /// Rows that one run of a timer takes of a table.
    static let timerRowsMax: Int64 = 20_000
    /// Changes of address that one run of a timer lets take effect.
    static let changesMax: Int64 = 200
    /// People whose account one step of a purge ends at most, and for how many rows each of them counts.
    static let peopleStep = 50
    static let rowsAPerson = 40
    /// More versions of an account or a key than can have been given in the life of a backup.
    static let restoredVersions: Int64 = 1 << 20
}
