import Schema

/// The simulator's bounds.
enum Limits {
    /// Steps of one run: beyond, something goes round in circles.
    static let stepsMax = 60_000
    /// Virtual time after the faults stop in which everything must come to rest.
    static let calmMax: Int64 = 30 * Instant.minute
    /// What is due within this time at the end of a run is waited for; timers of the day are not.
    static let soon: Int64 = 2 * Instant.minute
    /// Steps between two judgements of the safety laws.
    static let stepsBetweenJudgements = 1_500
    /// Records of one batch at most.
    static let batchMax = 40
    /// Microseconds that a step takes at most.
    static let stepMicrosecondsMax = 1_500
    /// How long an operator takes to see a stall and to act.
    static let operatorDelay: ClosedRange<Int64> = 1_000...10 * Instant.second
    /// Instances of each service.
    static let instances = 2
    /// Pages of a store that is not full: SQLite's own bound.
    static let pagesMax: Int64 = 1_073_741_823
}
