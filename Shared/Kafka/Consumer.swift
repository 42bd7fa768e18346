internal import CRdKafka
internal import Synchronization

/// What the group coordinator decided, in partitions of the anchor.
package enum Rebalance: Equatable, Sendable {
    /// These are ours now: make the queues, then `assign`.
    case assigned([Int32])
    /// These are given back: stop reading, close the queues, then `unassign`.
    case revoked([Int32])
    /// All are gone already, perhaps to another member: as revoked, and commit nothing.
    case lost
}

/// A member of a group. One thread polls it; the partitions are read by other threads through `RecordQueue`s.
///
/// The group sees one topic, the anchor; the handler assigns, for each of its partitions, whatever belongs together.
package final class Consumer: Sendable {
    /// The first offset that the partition has.
    package static let beginning = Int64(RD_KAFKA_OFFSET_BEGINNING)
    /// The offset after the last record.
    package static let end = Int64(RD_KAFKA_OFFSET_END)

    private struct Handed {
        weak var queue: RecordQueue?
    }
    private let client: Client
    private let queues = Mutex<[Handed]>([])
    private let isAssigned = Atomic<Bool>(false)
    private let isClosed = Atomic<Bool>(false)

    /// `onRebalance` runs in `poll` and `close`, on their thread, and must answer: `assign` to `.assigned`, `unassign`
    /// to the others (which is done for it where it does not). It must not close the consumer.
    package init(
        _ settings: Settings, log: KafkaLog, onRebalance: @escaping @Sendable (Rebalance) -> Void
    ) throws(KafkaError) {
        client = try Client(RD_KAFKA_CONSUMER, settings, Callbacks(log, onRebalance: onRebalance))
        _ = rd_kafka_poll_set_consumer(client.pointer)
    }

    deinit { close() }

    /// Joins the group for the anchor's partitions.
    package func subscribe(_ anchor: String) throws(KafkaError) {
        let list = PartitionList([(anchor, RD_KAFKA_PARTITION_UA, 0)])
        try KafkaError.check(rd_kafka_subscribe(client.pointer, list.pointer), "subscribe to \(anchor)")
    }

    /// Gives the seat up, also a static member's; poll until the revocation was served.
    package func unsubscribe() {
        _ = rd_kafka_unsubscribe(client.pointer)
    }

    /// Serves rebalances, commits and statistics, and returns an error of the client, if there is one. At least every
    /// `max.poll.interval.ms`, by one thread.
    package func poll(milliseconds: Int32) -> KafkaError? {
        if let error = client.callbacks.nextError() { return error }
        guard let message = rd_kafka_consumer_poll(client.pointer, milliseconds) else {
            return client.callbacks.nextError()
        }
        defer { rd_kafka_message_destroy(message) }
        let view = KafkaMessage(message, source: -1)
        if let error = view.error { return error }
        return KafkaError(
            RD_KAFKA_RESP_ERR__INCONSISTENT,
            "\(view.topicName) \(view.partition): a record outside of any queue (make the queue before assign)")
    }

    /// A queue for the records of these partitions, made before they are assigned (again). It writes eight bytes to
    /// `signal`, an eventfd or a pipe that blocks nobody, when it turns from empty to not empty; the descriptor stays
    /// open until the queue is closed. Several queues may share one.
    package func queue(
        _ sources: [(topic: String, partition: Int32)], signal: Int32?
    ) throws(KafkaError) -> RecordQueue {
        let queue = try RecordQueue(client, sources, signal: signal)
        queues.withLock { handed in
            handed.removeAll { $0.queue == nil }
            handed.append(Handed(queue: queue))
        }
        return queue
    }

    /// Reads exactly these partitions from these offsets: absolute ones, `beginning` or `end`. What was read before
    /// ends first, so one partition of several is moved by naming all of them; of two queues of a partition the later
    /// one gets its records. Waits for a `RecordQueue.read` that is under way.
    package func assign(_ start: [(topic: String, partition: Int32, offset: Int64)]) throws(KafkaError) {
        client.callbacks.answered.store(true, ordering: .relaxed)
        if isAssigned.exchange(true, ordering: .acquiringAndReleasing) {
            try stopFetching()
            for handed in queues.withLock({ $0 }) { handed.queue?.forward() }
        }
        let list = PartitionList(start)
        let code = rd_kafka_assign(client.pointer, list.pointer)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR, let refused = list.refused { throw refused }
        try KafkaError.check(code, "assign \(start.count) partitions")
    }

    /// Reads nothing any more.
    package func unassign() throws(KafkaError) {
        client.callbacks.answered.store(true, ordering: .relaxed)
        isAssigned.store(false, ordering: .releasing)
        try stopFetching()
    }

    /// Ends all fetchers, if there are any, until the next `assign`: before a queue is made anew, whose forerunner
    /// loses what is in it.
    package func halt() throws(KafkaError) {
        if isAssigned.load(ordering: .acquiring) { try stopFetching() }
    }

    /// Ends all fetchers and waits until each has let go of its queue. librdkafka clears a partition's forwarding when
    /// its main thread gets to the stop, which would undo a queue made in between; a question that the same thread
    /// answers afterwards is the barrier.
    private func stopFetching() throws(KafkaError) {
        try KafkaError.check(rd_kafka_assign(client.pointer, nil), "unassign")
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        try KafkaError.check(rd_kafka_assignment(client.pointer, &list), "unassign")
        if let list { rd_kafka_topic_partition_list_destroy(list) }
    }

    /// Tells the group the next offset of each partition, so that lag tools see it. Asynchronous; a failure is a log
    /// line.
    package func commit(_ next: [(topic: String, partition: Int32, offset: Int64)]) {
        if next.isEmpty { return }
        let list = PartitionList(next)
        let code = rd_kafka_commit(client.pointer, list.pointer, 1)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        client.callbacks.log.line(4, "COMMIT", "offsets not committed: \(String(cString: rd_kafka_err2str(code)))")
    }

    /// Throws where this principal may not see a topic: reading it would be silent.
    package func probe(topic: String, milliseconds: Int32 = Limits.requestMilliseconds) throws(KafkaError) {
        let found = try client.metadata([topic], milliseconds).topics.first
        if let error = found?.error, error.isAuthorization { throw error }
    }

    /// The lowest and the next offset of a partition, asked from its leader.
    package func watermarks(
        topic: String, partition: Int32, milliseconds: Int32 = Limits.requestMilliseconds
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        try client.watermarks(topic, partition, milliseconds)
    }

    /// The next offset of a partition that is being read, as of its last fetch, without I/O; nil before the first.
    package func cachedHigh(topic: String, partition: Int32) -> Int64? {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_get_watermark_offsets(client.pointer, topic, partition, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    /// The cluster's id, or nil where no broker told it in time.
    package func clusterID(milliseconds: Int32 = Limits.requestMilliseconds) -> String? {
        client.clusterID(milliseconds)
    }

    /// Frees the queues (waiting for a read that is under way), has the last revocation served on this thread, and
    /// leaves the group unless the member is static. Idempotent. Gives up after `milliseconds`: librdkafka waits for
    /// ever for the answer to a commit where the broker is away. Its threads end with the last reference.
    package func close(milliseconds: Int32 = Limits.closeMilliseconds) {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let open = queues.withLock { handed in
            defer { handed = [] }
            return handed
        }
        for handed in open { handed.queue?.close() }
        leave(milliseconds)
        client.callbacks.onRebalance.withLock { $0 = nil }
    }

    private func leave(_ milliseconds: Int32) {
        // librdkafka aborts where memory is exhausted: there is a queue.
        // swift-format-ignore: NeverForceUnwrap
        let queue = rd_kafka_queue_new(client.pointer)!
        defer { rd_kafka_queue_destroy(queue) }
        if let refused = rd_kafka_consumer_close_queue(client.pointer, queue) {
            return client.callbacks.log.line(4, "CLOSE", KafkaError(consuming: refused).text)
        }
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while rd_kafka_consumer_closed(client.pointer) == 0 {
            if ContinuousClock.now > deadline {
                return client.callbacks.log.line(4, "CLOSE", "the group did not answer: left without goodbye")
            }
            _ = rd_kafka_queue_poll_callback(queue, Limits.closeStepMilliseconds)
        }
    }
}
