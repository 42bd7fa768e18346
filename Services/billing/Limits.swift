import Schema

/// Billing's bounds.
enum Limits {
    /// Rows that one run of a timer takes of a table.
    static let timerRowsMax: Int64 = 5_000
    /// Days that one statement may span.
    static let statementDays: Int64 = 93
    /// Below this, 2.00 of its currency, a balance is low.
    static let lowNano: Int64 = 2_000_000_000
    /// Below this part of it, what a limit leaves is low: a tenth.
    static let lowPart: Int64 = 10
    /// A standing is told again where what is available has moved by this part of what was told last: a tenth.
    static let newsPart: Int64 = 10
    /// What the end of a transaction, or of a payment, counts in a step of purging, in rows.
    static let rowsABooking = 8
    /// More revisions of a standing than can have been given in the life of a backup.
    static let restoredRevisions: Int64 = 1 << 30
}
