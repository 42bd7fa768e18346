internal import CRdKafka
import Glibc

/// Reads a topic without a group: for the command line, which looks at compacted topics, replies and dead letters.
/// For one thread.
package final class TopicReader {
    /// Where reading begins.
    package enum Start: Equatable, Sendable {
        /// The first offset of each partition.
        case beginning
        /// After the last record that each partition has now: what is written after the call is read.
        case end
        /// These offsets by partition; the others from their first.
        case offsets([Int32: Int64])
    }

    private let client: Client
    private var reading: Reading?

    /// A topic being read. Ends its fetchers before it frees their queue.
    private final class Reading {
        let topic: OpaquePointer
        var queue: MessageQueue
        var partitions: [Int32] = []

        init(_ client: Client, _ topic: OpaquePointer, _ sources: [(topic: String, partition: Int32)]) {
            self.topic = topic
            queue = MessageQueue(client, sources)
        }

        deinit {
            for partition in partitions { _ = rd_kafka_consume_stop(topic, partition) }
            rd_kafka_topic_destroy(topic)
        }
    }

    /// A client that belongs to no group and commits nothing.
    package init(_ settings: Settings, log: KafkaLog) throws(KafkaError) {
        let own = [("enable.partition.eof", "true"), ("enable.auto.commit", "false"), ("auto.offset.reset", "error")]
        client = try Client(
            RD_KAFKA_CONSUMER, settings.withoutGroup(adding: own.map { (name: $0.0, value: $0.1) }), Callbacks(log))
    }

    /// Begins to read a topic's partitions (nil: all) and returns them; a reading under way ends. When it returns, the
    /// starting points are fixed: a record written later is read.
    @discardableResult
    package func start(
        topic: String, partitions: [Int32]? = nil, from start: Start = .beginning
    ) throws(KafkaError) -> [Int32] {
        stop()
        let chosen = if let partitions { partitions } else { try all(of: topic) }
        var offsets: [Int64] = []
        for partition in chosen { offsets.append(try offset(topic, partition, start)) }
        guard let handle = rd_kafka_topic_new(client.pointer, topic, nil) else {
            throw KafkaError(rd_kafka_last_error(), "\(topic) is no name for a topic")
        }
        let reading = Reading(client, handle, chosen.map { (topic, $0) })
        for (partition, offset) in zip(chosen, offsets) {
            guard rd_kafka_consume_start_queue(handle, partition, offset, reading.queue.pointer) == 0 else {
                throw KafkaError(rd_kafka_last_error(), "\(topic) \(partition): not read")
            }
            reading.partitions.append(partition)
        }
        self.reading = reading
        return chosen
    }

    /// Reads what is there and waits up to `milliseconds` for the first message; returns how many there were. Ends of
    /// partitions come as messages (`isEndOfPartition`); an error of a partition is thrown.
    @discardableResult
    package func poll(
        milliseconds: Int32, _ body: (borrowing KafkaMessage) -> Void
    ) throws(KafkaError) -> Int {
        guard let reading else { return 0 }
        var failure: KafkaError?
        _ = rd_kafka_poll(client.pointer, 0)
        let count = reading.queue.read(max: Limits.messagesPerCall, milliseconds: milliseconds) { message in
            if let error = message.error { failure = failure ?? error } else { body(message) }
        }
        if let failure { throw failure }
        return count
    }

    /// Reads no more.
    package func stop() { reading = nil }

    /// Reads a topic from `start` to the end that it has when the reader gets there, or for ever; `body` gets records
    /// only and ends the reading by throwing. Throws `isTimeout` where nothing at all comes for `idleMilliseconds`.
    package func read(
        topic: String, partitions: [Int32]? = nil, from start: Start = .beginning, until end: Bool = true,
        _ body: (borrowing KafkaMessage) throws -> Void
    ) throws {
        var open = Set(try self.start(topic: topic, partitions: partitions, from: start))
        defer { stop() }
        var failure: (any Error)?
        var idle: Int32 = 0
        while !open.isEmpty || !end {
            let count = try poll(milliseconds: Limits.readMilliseconds) { message in
                if message.isEndOfPartition { open.remove(message.partition) }
                guard message.isRecord, failure == nil else { return }
                do { try body(message) } catch { failure = error }
            }
            if let failure { throw failure }
            idle = count > 0 ? 0 : idle + Limits.readMilliseconds
            if end, idle >= Limits.idleMilliseconds {
                throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, "\(topic): no answer for \(idle / 1_000) s")
            }
        }
    }

    /// The lowest and the next offset of a partition, asked from its leader; while one is elected, it is waited for.
    package func watermarks(
        topic: String, partition: Int32, milliseconds: Int32 = Limits.requestMilliseconds
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        let until = ContinuousClock.now + .milliseconds(milliseconds)
        while true {
            do throws(KafkaError) {
                return try client.watermarks(topic, partition, milliseconds)
            } catch {
                guard error.isRetriable, !error.isTimeout, ContinuousClock.now < until else { throw error }
                usleep(Limits.electionMicroseconds)
            }
        }
    }

    private func all(of topic: String) throws(KafkaError) -> [Int32] {
        let found = try client.metadata([topic], Limits.requestMilliseconds).topics
        if let error = found.first?.error { throw error }
        return (0..<Int32(found.first?.partitions ?? 0)).map { $0 }
    }

    private func offset(_ topic: String, _ partition: Int32, _ start: Start) throws(KafkaError) -> Int64 {
        switch start {
        case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .end: try watermarks(topic: topic, partition: partition).high
        case .offsets(let offsets): offsets[partition] ?? Int64(RD_KAFKA_OFFSET_BEGINNING)
        }
    }
}
