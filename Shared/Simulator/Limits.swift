import Schema

/// The simulator's bounds.
enum Limits {
    /// Steps of one run, or of one day of years: beyond, something goes round in circles.
    static let stepsMax = 60_000
    /// Virtual time after the faults stop in which everything must come to rest.
    static let calmMax: Int64 = 30 * Instant.minute
    /// The same of a day of years, after its beginning.
    static let dayMax: Int64 = 4 * Instant.hour
    /// A world is at rest when nothing but time has passed for so long: timers of the minute go on for ever.
    static let soon: Int64 = 2 * Instant.minute
    /// How long a world stays at rest before it is judged: longer than a call waits for its account.
    static let day: Int64 = 25 * Instant.hour
    /// Days in which all people of a town have come.
    static let townFills = 90
    /// Every so many days an operator looks.
    static let officeDays = 5
    /// Days of years between two judgements by all laws.
    static let daysBetweenJudgements = 20
    /// Texts that are looked for everywhere at most.
    static let needlesMax = 1_000
    /// Steps between two judgements of the safety laws.
    static let stepsBetweenJudgements = 1_500
    /// Records of one batch at most.
    static let batchMax = 40
    /// Microseconds that a step takes at most.
    static let stepMicrosecondsMax = 1_500
    /// How long an operator takes to see a stall and to act.
    static let operatorDelay: ClosedRange<Int64> = 1_000...10 * Instant.second
    /// How long a person waits for an answer before the command is published again, and how often that happens.
    static let answerAwaited: Int64 = 100 * Instant.second
    static let repeatsMax = 4
    /// How long a person waits for a mail, and how often one is asked for.
    static let mailAwaited: Int64 = 4 * Instant.minute
    static let startsMax = 2
    /// How long a person waits for the end of a request.
    static let requestAwaited: Int64 = 8 * Instant.minute
    /// Instances of each service.
    static let instances = 2
    /// Pages of a store that is not full: SQLite's own bound.
    static let pagesMax: Int64 = 1_073_741_823
}
