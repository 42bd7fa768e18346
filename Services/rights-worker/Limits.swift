import Schema

/// Rights-worker's bounds in time and number.
enum Limits {
    /// A letter may have come so long before we read it; what says more counts from then.
    static let letterAge: Int64 = 31 * Instant.day
    /// An intake goes this long after it came: its particulars when it is proved. Policy: Clocks.
    static let intakeKept: Int64 = 30 * Instant.day
    /// How old an intake key of identity is before it is boxed to, so that every file of identity has read it.
    static let keyAge: Int64 = Instant.minute
    /// A service that owes an answer for so long is silent.
    static let silence: Int64 = 10 * Instant.minute
    /// Requests that one run of the timer takes a step with.
    static let timerRowsMax: Int64 = 1_000
    /// Intakes that one run of the timer forgets.
    static let forgetRowsMax: Int64 = 10_000
    /// Microseconds after the last second of a term in which it is missed.
    static let afterLast: Int64 = Instant.second
}
