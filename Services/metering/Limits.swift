import Schema

/// Metering's bounds.
enum Limits {
    /// Names that are in no price list and not in the register, new on one day in one file. docs/contracts.md: Usage.
    static let unknownNamesADay = 100
    /// Accounts whose numbers are kept in memory.
    static let accountsInMemory = 50_000
    /// Routes whose prices are kept in memory.
    static let routesInMemory = 10_000
    /// Nano-units that one call may cost: a million of its currency. More is a mistake, and refused.
    static let callNanoMax: Int64 = 1_000_000_000_000_000
    /// Calls of unknown accounts that one file keeps waiting: above, the next ones are refused.
    static let waitingMax: Int64 = 200_000
    /// How long a call waits for its account before an operator is told, and before it is refused.
    static let waitingAlarmAfter: Int64 = 10 * Instant.minute
    static let waitingRefusedAfter: Int64 = 24 * Instant.hour
    /// Calls that one run of the timer refuses, and that are admitted at a time, at most.
    static let waitingStep = 2_000
    /// Calls that one transaction rates again at most, when a price has come.
    static let repricedStep = 10_000
    /// Calls that one run of the timer counts for the statistics of quality at most.
    static let qualityStep = 10_000
    /// Bytes that a call's row keeps of it, at most: 18 of the call, and of each of 16 attempts 30 of names, 1 of tier
    /// and outcome, 20 of times, 162 of units, 53 of stated costs and 10 of its price list.
    static let rowBytesMax = 18 + 16 * (30 + 1 + 20 + 162 + 53 + 10)
    /// Days that one question may span: what is kept.
    static let questionDays: Int64 = 91
}
