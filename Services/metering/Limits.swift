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
    /// Bytes that a call's row keeps of it, at most: 18 of the call, and of each of 16 attempts 30 of names, 1 of tier
    /// and outcome, 20 of times, 162 of units, 53 of stated costs and 10 of its price list.
    static let rowBytesMax = 18 + 16 * (30 + 1 + 20 + 162 + 53 + 10)
    /// Days that one question may span: what is kept.
    static let questionDays: Int64 = 91
}
