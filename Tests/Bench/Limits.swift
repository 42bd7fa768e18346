/// The bench's bounds and sizes. Times are in seconds, unless the name says otherwise.
enum Limits {
    /// Partitions of the topics and stores.
    static let partitions: Int32 = 12
    /// Accounts that calls are spread over, with a heavy tail.
    static let accounts = 2_000
    /// One record in so many repeats an earlier one.
    static let repeatedOneIn: UInt64 = 10
    /// A repetition comes at most so many records after the first.
    static let repeatedWithin = 10_000
    /// How far back the calls go, in hours.
    static let hours: Int64 = 48
    /// Records a second of the measurement of delay, and how long it sends.
    static let pacedRate = 1_000
    static let pacedSeconds = 30
    /// How long it sends before the first probe: a broker that has just started is still compiling itself.
    static let pacedWarmUpSeconds = 15
    /// One record in so many is a probe.
    static let probeOneIn = 20
    /// Pause between two looks at billing's files, in microseconds.
    static let lookMicroseconds: UInt32 = 2_000
    /// How long a program may take to be ready.
    static let readySeconds = 60.0
    /// How long the records of a measurement may take to be admitted.
    static let admittedSeconds = 1_800.0
    /// How long the last probes may take to be posted.
    static let postedSeconds = 30.0
    /// How long a program may take to stop.
    static let stopSeconds = 60.0
    /// How often progress is shown.
    static let progressSeconds = 2.0
    /// Pause between two questions to an admin port, in microseconds.
    static let askMicroseconds: UInt32 = 200_000
    /// Bytes of an answer of an admin port at most.
    static let answerBytes = 4 * 1_048_576
    /// People that register, how many of them are at it at once, and how much wider the limits are for them.
    static let people = 20_000
    static let peopleAtOnce = 2_000
    static let limitFactor = 1_000_000
    /// Erasures that are confirmed at once.
    static let erasuresAtOnce = 2_000
    /// Erasures one after the other, of which the first do not count.
    static let erasuresIdle = 110
    static let erasuresWarmUp = 10
    /// Erasures while usage is queued, so many of it, and the pause between two of them in microseconds.
    static let erasuresQueued = 50
    static let queuedRecords = 1_000_000
    static let queuedMicroseconds: UInt32 = 100_000
    /// Call records of the person who is exported.
    static let exportedCalls = 100_000
    /// How long requests may take to be over.
    static let requestSeconds = 120.0
    /// How long the services are left alone before they count as idle, and how long they are watched.
    static let calmSeconds: UInt32 = 20
    static let idleSeconds: UInt32 = 60
    /// Rounds in which fields are sealed and opened, and how many in each.
    static let sealRounds = 9
    static let sealsARound = 20_000
    /// Milliseconds that a producer's queue may take to empty.
    static let flushMilliseconds: Int32 = 60_000
}
