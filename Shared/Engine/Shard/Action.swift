package import Schema

/// What a shard asks of its runtime.
package enum Action: Equatable, Sendable {
    /// Send a message; its delivery is reported.
    case send(Outgoing)
    /// Read these inputs from now on, and no others.
    case read([Int])
    /// Read an input from another offset: assign again.
    case assign
    /// Show progress to lag tools: the next offset of an input.
    case commit(input: Int, next: Int64)
    /// Send a tick at this time, if nothing happened before.
    case wake(Instant)
    /// Do something to the outside world; what comes of it is told.
    case perform(TaskID, [UInt8])
    /// Ask the broker for its time.
    case askTime
    /// Tell the log.
    case note(Note)
    /// What came of an operation.
    case operated(ok: Bool, String)
    /// The file is closed.
    case closed
}

/// A message on its way.
package struct Outgoing: Equatable, Sendable {
    package let delivery: Delivery
    package let topic: TopicName
    package let partition: Int32
    package let key: [UInt8]?
    package let headers: [Header]
    /// Nil: a tombstone.
    package let value: [UInt8]?
}

/// What the log is told: facts without personal data.
package enum Note: Equatable, Sendable {
    case started(unread: Int, outboxRows: Int64)
    case loaded
    case stalled(Stall)
    case resumed
    case movedToNewCluster
    case restored(rows: Int64)
    case misplaced(topic: TopicName, source: String)
    case passed(topic: TopicName, from: Int64, to: Int64)
    case hole(topic: TopicName, origin: String, expected: Int64, found: Int64)
    case resending(topic: TopicName, partition: Int32, from: Int64)
    case alarm(Alarm)
    case alarmCleared(AlarmName, subject: String)
    case backPressure(Bool, outboxRows: Int64)
}
