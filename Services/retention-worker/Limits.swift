import Schema

/// retention-worker's bounds.
enum Limits {
    /// How long a file may be silent: it reports once a day, and has two hours' time.
    static let silentAfter: Int64 = 26 * Instant.hour
    /// How far ahead the end of a hold may be: it is placed again where it must last longer.
    static let holdMax: Int64 = 1_098 * Instant.day
    /// Rows that one run of a timer takes of a table.
    static let timerRowsMax: Int64 = 1_000
    /// More versions than can have been given in the life of a backup.
    static let restoredVersions: Int64 = 1 << 20
}
