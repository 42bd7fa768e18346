package import Schema
import Seal
package import Store

/// What a handler does, in one SQLite transaction: rows of its nouns, and the three ways out, which are rows too.
package struct Transaction {
    /// The file. Its verbs are forwarded below.
    package let store: Store
    /// What the transaction leaves behind besides rows.
    let effects: Effects
    /// The file's partition.
    package let partition: Int32
    /// How many partitions the topics have.
    package let partitions: Int32
    /// The time of the batch.
    let now: Instant
    let service: ServiceFacts
    let secrets: Secrets
    /// The keys of the partition's people, where the service holds any.
    let keys: KeyRing?

    /// The first row of a query, or none.
    package func first<R: RowDecodable>(_ sql: SQL) throws(StoreError) -> R? { try store.first(sql) }
    /// The single value of a query, or none.
    package func first<V: StoreValue>(value sql: SQL, as type: V.Type = V.self) throws(StoreError) -> V? {
        try store.first(value: sql, as: type)
    }
    /// All rows of a query.
    package func all<R: RowDecodable>(_ sql: SQL) throws(StoreError) -> [R] { try store.all(sql) }
    /// Each row of a query in turn.
    package func each(_ sql: SQL, _ body: (borrowing Row) throws(StoreError) -> Void) throws(StoreError) {
        try store.each(sql, body)
    }
    /// Changes rows, and says how many it must touch.
    package func change(_ expected: Changes, _ sql: SQL) throws(StoreError) { try store.change(expected, sql) }

    /// Sends a message about one account, to the account's partition.
    package func send<M: Message>(_ message: M, to topic: Topic<M>, for account: AccountID) throws {
        try effects.outbox.append(
            Draft(
                message, to: topic, partition: Schema.partition(of: account, n: partitions),
                key: Array(account.text.utf8)))
    }

    /// Sends a message about many accounts of this partition, to the same partition.
    package func send<M: Message>(_ message: M, to topic: Topic<M>) throws {
        try effects.outbox.append(Draft(message, to: topic, partition: partition, key: nil))
    }

    /// Sends a message to a partition, under a key.
    package func send<M: Message>(
        _ message: M, to topic: Topic<M>, partition: Int32, key: String?
    ) throws {
        try effects.outbox.append(Draft(message, to: topic, partition: partition, key: key.map { Array($0.utf8) }))
    }

    /// Sends a message to a partition, under a key, with a barrier: what this file writes after it is not sent before
    /// the message is acknowledged.
    package func sendFirst<M: Message>(_ message: M, to topic: Topic<M>, partition: Int32, key: String) throws {
        var draft = Draft(message, to: topic, partition: partition, key: Array(key.utf8))
        draft.isBarrier = true
        try effects.outbox.append(draft)
    }

    /// Sends a message to every partition, under a key: what everybody must know.
    package func sendToAll<M: Message>(_ message: M, to topic: Topic<M>, key: String) throws {
        for partition in 0..<partitions { try send(message, to: topic, partition: partition, key: key) }
    }

    /// Ends a key of a compacted topic: a tombstone, to the partition of this file.
    package func bury<M: Message>(_ key: String, on topic: Topic<M>) throws {
        try effects.outbox.append(Draft(burying: key, on: topic, partition: partition))
    }

    /// Answers a command that another file took.
    package func reply(_ content: Reply.Content, to asked: AskedBy) throws {
        try answer(Reply(command: asked.command, content), to: asked.replyTo)
    }

    /// Refuses a command that another file took.
    package func refuse(_ reason: Remark, to asked: AskedBy) throws {
        try answer(Reply(command: asked.command, refused: reason), to: asked.replyTo)
    }

    /// The timer that runs is due once more at this time, if not before.
    func runAgain(at due: Instant) { effects.again = due }

    /// Sends an answer, where one is wanted.
    func answer(_ reply: Reply, to address: ReplyAddress?) throws {
        guard let address else { return }
        try effects.outbox.append(
            Draft(
                reply, to: Topics.replies(to: address.asker), partition: Int32(address.partition.value),
                key: Array(reply.command.text.utf8)))
    }

    /// Queues something to be done to the outside world, not before a time; it replaces one of the same id.
    package func queue(_ work: String, _ id: Int64, at due: Instant) throws(StoreError) {
        try Tasks.queue(store, work, id, at: due)
        effects.tasksDue = min(effects.tasksDue ?? due, due)
        effects.queued.insert(TaskID(work: work, id: id))
    }

    /// True where the broker's clock, asked within the hour, agrees with ours to a day: what cannot be undone waits
    /// otherwise, and an alarm says so. ARCHITECTURE: Time.
    package func clockIsProven(at now: Instant) -> Bool {
        guard let proof = effects.clock, proof.counts(at: now) else {
            effects.wantsClock = true
            return false
        }
        let isNear = abs(now - proof.broker) < Instant.day
        if isNear {
            clear("clock-unproven", "")
        } else {
            raise(
                "clock-unproven", "", remedy: "the broker's clock and this machine's differ by a day or more: set them")
        }
        return isNear
    }

    /// Refuses a record, or one call of it: a dead letter and a counter, never a value. Policy §3.1. Calls of one
    /// record that are refused one after the other for one reason share a letter: a small record must not make many.
    package func refuse<M: Message>(_ batch: Batch<M>, offset: Int64, call: Int?, _ refusal: Refusal) {
        if call != nil,
            let index = effects.refused.suffix(Limits.lettersLookedBack).lastIndex(where: {
                $0.offset == offset && $0.call != nil && $0.refusal.reason == refusal.reason && $0.topic == batch.topic
            })
        {
            return effects.refused[index].add(refusal)
        }
        effects.refused.append(
            .init(topic: batch.topic, partition: batch.partition, offset: offset, call: call, refusal))
    }

    /// Sends a misplaced record's message on. False: it is in its place.
    func forward<M: Message>(_ message: M, of record: RecordView, on topic: Topic<M>) -> Bool {
        guard let destination = record.destination else { return false }
        effects.misplaced.append(Draft(forwarding: message, of: record, on: topic, to: destination))
        return true
    }

    /// The time of the transaction.
    package var moment: Instant { now }

    /// Adds to a counter that the metrics show.
    package func count(_ counter: CounterName, by amount: Int64 = 1) { effects.counters[counter, default: 0] += amount }

    /// Raises an alarm; it keeps the time of its first raising.
    package func raise(_ alarm: AlarmName, _ subject: String, remedy: String) {
        effects.alarms.append(.raise(alarm, subject: subject, remedy: remedy))
    }

    /// Ends an alarm.
    package func clear(_ alarm: AlarmName, _ subject: String) { effects.alarms.append(.clear(alarm, subject: subject)) }
}

/// The name of a counter: `troth_<name>` in the metrics.
package struct CounterName: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The text, in snake_case.
    package let text: String
    package init(stringLiteral value: StaticString) { text = "\(value)" }
}

/// The name of an alarm, in kebab-case.
package struct AlarmName: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The text.
    package let text: String
    package init(stringLiteral value: StaticString) { text = "\(value)" }
    init(text: String) { self.text = text }
}

/// What a transaction leaves behind besides rows of nouns; thrown away when it rolls back.
final class Effects {
    let outbox: OutboxWriter
    var refused: [Refused] = []
    /// Messages of records that lay in the wrong partition.
    var misplaced: [Draft] = []
    var counters: [CounterName: Int64] = [:]
    var alarms: [AlarmChange] = []
    /// Keys that the transaction has made.
    var fresh: [KeyRing.Slot: (data: DataKey, secret: SecretKey)] = [:]
    /// What the accounts of erased people become in it.
    var pseudonyms: [SubjectID: AccountID] = [:]
    /// The earliest task that it has queued.
    var tasksDue: Instant?
    /// Tasks that were queued, some of them anew.
    var queued: Set<TaskID> = []
    /// What services did for requests: it goes out with the transaction.
    var outcomes: [RightsOutcome] = []
    /// Erasures whose first transaction this is.
    var erased: [Erasure] = []
    /// True where another request may be due now.
    var changesRights = false
    /// Links of which rows are not any more what they were.
    var rewritten: Set<Int> = []
    /// What the broker said of the time, and whether it must be asked (again).
    let clock: ClockProof?
    var wantsClock = false
    /// When the timer that runs is due once more.
    var again: Instant?

    init(outbox: OutboxWriter, clock: ClockProof? = nil) { (self.outbox, self.clock) = (outbox, clock) }

    /// A refused record, or calls of one that were refused for one reason.
    struct Refused {
        let topic: TopicName
        let partition: Int32
        let offset: Int64
        /// The first of the calls; nil: the record.
        let call: Int?
        private(set) var refusal: Refusal
        private(set) var calls: Int64 = 1

        init(topic: TopicName, partition: Int32, offset: Int64, call: Int?, _ refusal: Refusal) {
            (self.topic, self.partition, self.offset) = (topic, partition, offset)
            (self.call, self.refusal) = (call, refusal)
        }

        /// Adds another call.
        mutating func add(_ other: Refusal) {
            calls += 1
            for field in other.fields where !refusal.fields.contains(field) { refusal.fields.append(field) }
            refusal.otherFields = min(refusal.otherFields + other.otherFields, FieldCount.range.upperBound)
        }
    }
}

/// The broker's time, and when it was asked.
package struct ClockProof: Equatable, Sendable {
    package let askedAt: Instant
    package let broker: Instant
    /// True as long as it counts: an hour.
    package func counts(at now: Instant) -> Bool { now - askedAt < Limits.clockProofKept }
}

/// What a transaction knows of its service.
package struct ServiceFacts: Sendable {
    let name: String
    /// Erasures of one file an hour that need no look of an operator.
    let erasuresAnHour: Int64
    let keyCategories: [KeyCategory]
    let intakeKeys: TopicName?
    let works: [Work]
    let republish: @Sendable (Instant, Transaction) throws -> Void
    let restored: @Sendable (Instant, Transaction) throws -> Void
    let carryOut: @Sendable (RightsRequest, Instant, Instant, Transaction) throws -> RightsProgress
    let without: @Sendable (Set<SubjectID>, [UInt8], TopicName) throws -> [UInt8]?
    private let page: @Sendable () -> [any Slice.Type]
    /// Its nouns that hold something on people, in the order of its page.
    var slices: [any Slice.Type] { page() }

    init<S: Service>(_ service: S, limitFactor: Int64) {
        (name, keyCategories, intakeKeys) = (S.name.text, S.keyCategories, S.intakeKeys?.name)
        erasuresAnHour = Limits.erasuresAnHour * limitFactor
        works = service.works
        restored = { now, tx in try service.restored(at: now, in: tx) }
        carryOut = { request, since, now, tx in try service.carryOut(request, since: since, at: now, in: tx) }
        without = { people, value, topic in try service.without(people, value, of: topic) }
        page = { S.owns.compactMap { $0 as? any Slice.Type } }
        republish = { now, tx in
            try KeyInputs.republish(S.self, tx)
            try service.republish(at: now, in: tx)
        }
    }
}
