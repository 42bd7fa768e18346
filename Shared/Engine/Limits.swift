import Schema

/// The engine's bounds and how they relate.
package enum Limits {
    /// Rows of one link that are on their way and not acknowledged.
    static let linkWindow: Int64 = 100
    /// Rows of all links of a file that are not acknowledged: above, the file stops reading …
    package static let outboxRowsMax: Int64 = 4_000
    /// … until they are down to this.
    static let outboxRowsResume: Int64 = 2_000
    /// How long a link rests after a delivery failed.
    static let resendAfter: Int64 = Instant.second
    /// How long a stalled partition rests before it tries again: doubles up to the second.
    static let stallRetryFirst: Int64 = Instant.second
    static let stallRetryLast: Int64 = 60 * Instant.second
    /// How long a hole on a link may stay open before it is an alarm.
    package static let holeAlarmAfter: Int64 = 60 * Instant.second
    /// How long acknowledged rows stay in the outbox when nothing else is written.
    static let forgetAcknowledgedAfter: Int64 = 200_000
    /// How long the first answer to a command is kept. docs/contracts.md: Wire.
    package static let commandsKept: Int64 = 90 * Instant.day
    /// Rows that one forgetting deletes at most.
    static let forgetRowsMax = 100_000
    /// Refusals that a further one of the same record is compared with.
    static let lettersLookedBack = 8
    /// Alarms of one name in one file at most: more are not raised.
    static let alarmsMax = 200
    /// Sources of misplaced records that one file names to the log; the others are only counted.
    static let sourcesNamedMax = 100
    /// Links of one file at most: what a delivery's tag can name.
    package static let linksMax = 1 << 14
    /// Bytes of an internal message of many people. ARCHITECTURE: an erasure rewrites such a row.
    package static let groupMessageBytesMax = 262_144

    /// How long an unwrapped key stays in memory. SECURITY.md: Memory.
    static let keyCached: Int64 = 60 * Instant.second
    /// Private intake keys in memory at most: one a day, for as long as they are kept.
    static let boxKeysCached = 16
    /// How long the private half of an intake key is kept: the topic's retention, a segment and a day.
    static let intakeKeyKept: Int64 = 3 * Instant.day + 6 * Instant.hour + Instant.day
    /// How long the broker's word on the time counts.
    static let clockProofKept: Int64 = Instant.hour
    /// How often the broker is asked at most.
    static let clockAskedEvery: Int64 = 10 * Instant.second
    /// Tasks of one file that are done at the same time.
    package static let tasksAtOnce = 64
    /// Slices or recipients of one archive's job.
    static let jobValues = 10_000
    /// How often one step looks for tasks that take the place of those that are not wanted any more.
    static let taskRounds = 1_000
    /// How long a task rests whose key is not here: as long as it has waited, from this …
    static let taskRestFirst: Int64 = Instant.second
    /// … up to this.
    static let taskRestLast: Int64 = 60 * Instant.second
    /// How long a task may lack its key before it is an alarm.
    static let taskAlarmAfter: Int64 = 10 * Instant.minute
    /// Erasures of one file an hour that need no look of an operator …
    static let erasuresAnHour: Int64 = 50
    /// … or so many of a thousand of its people. SECURITY.md: Mass erasure.
    static let erasuresPerMille: Int64 = 20
    /// Erasures on their way whose proof is not checked again.
    static let proofsRemembered = 4_096
    /// Requests that one step goes on with.
    static let rightsAtOnce = 256
    /// Erasures that a crash can leave between their two transactions: those of one batch.
    static let erasedOpenMax = 100_000
    /// Rows of a slice that one step of an export reads.
    static let pageRows = 512
    /// Bytes of a chunk's lines: boxed and as JSON they fit a record.
    static let chunkBytes = 480_000
    /// Chunks of a file that are not in the log yet: exports wait.
    static let chunksUnsent: Int64 = 8
    /// How far the clocks of two services may be apart.
    static let clocksApart: Int64 = 5 * Instant.minute
    /// Sealed values of one column that were removed and are looked for in the file's pages.
    static let sealedSought = 16

    /// Rows that one run of the purges deletes at most, and how long they rest before the next where there are more:
    /// a step takes 2 to 4 ms, so a file's main work has most of the time.
    package static let purgeRows = 2_000
    static let purgeRest: Int64 = 20_000
    /// How long after its period something may still be there. Policy: Clocks.
    package static let sweepInterval: Int64 = 24 * Instant.hour
    /// How often an erasure that waits for a hold looks whether it was released.
    static let holdLooked: Int64 = Instant.hour
    /// How often a file says what it holds.
    static let reportEvery: Int64 = 24 * Instant.hour

    static func check() {
        precondition(outboxRowsResume < outboxRowsMax && linkWindow <= outboxRowsResume)
        precondition(taskRestFirst < taskRestLast && taskRestLast < taskAlarmAfter)
        precondition(stallRetryFirst < stallRetryLast && Int64(groupMessageBytesMax) < 1_048_576)
    }
}
