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
    /// Times that an export is asked for again because of what came: a service or this one was restored meanwhile.
    static let spoiledMax: Int64 = 2
    /// An archive can be had for so long. Policy §7.3.
    static let archiveKept: Int64 = 7 * Instant.day
    /// Times that an archive is fetched to its end.
    static let downloadsMax: Int64 = 5
    /// Wrong codes after which an archive is given to nobody: of 2⁴⁰ codes.
    static let wrongCodesMax: Int64 = 10
    /// Pieces of one archive that are asked for and not answered.
    static let readsMax: Int64 = 16
    /// Browsers whose first signal a file notes in an hour; the others' is noted when it comes again.
    static let signalsAnHour: Int64 = 1_000
    /// Upstreams that an archive shows.
    static let processorsMax: Int64 = 1_000
    /// After so long, what could not be written is tried again.
    static let archiveRetry: Int64 = 10 * Instant.second
    /// Microseconds after the last second of a term in which it is missed.
    static let afterLast: Int64 = Instant.second
}
