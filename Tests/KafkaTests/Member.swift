import Glibc
import Kafka
import Synchronization

/// A group's member as the runtime will make them: subscribes to one anchor, and reads with it the same partition of
/// other topics, one queue and one eventfd for each partition.
final class Member: Sendable {
    struct Slot {
        let partition: Int32
        let queue: RecordQueue
        let signal: Pipe
    }
    private struct Held {
        weak var consumer: Consumer?
        var slots: [Slot] = []
        var events: [Rebalance] = []
        var failure: KafkaError?
    }
    let consumer: Consumer
    private let held: Shelf
    /// Kept, so that it outlives the member.
    private let cluster: MockCluster
    private final class Shelf: Sendable {
        let held = Mutex(Held())
    }

    init(_ cluster: MockCluster, topics: [String], adding settings: Settings = []) throws(KafkaError) {
        self.cluster = cluster
        let shelf = Shelf()
        held = shelf
        consumer = try Consumer(consumerSettings(cluster) + settings, log: .silent) { event in
            Member.answer(event, shelf, topics)
        }
        let made = consumer
        held.held.withLock { $0.consumer = made }
        try consumer.subscribe(topics[0])
    }

    deinit { consumer.close() }

    var slots: [Slot] { held.held.withLock { $0.slots } }
    var events: [Rebalance] { held.held.withLock { $0.events } }
    var failure: KafkaError? { held.held.withLock { $0.failure } }
    var partitions: [Int32] { slots.map(\.partition).sorted() }

    private static func answer(_ event: Rebalance, _ shelf: Shelf, _ topics: [String]) {
        let consumer = shelf.held.withLock { held in
            held.events.append(event)
            return held.consumer
        }
        do throws(KafkaError) {
            guard case .assigned(let partitions) = event, let consumer else {
                let old = shelf.held.withLock { held in
                    defer { held.slots = [] }
                    return held.slots
                }
                for slot in old { slot.queue.close() }
                try consumer?.unassign()
                return
            }
            var start: [(topic: String, partition: Int32, offset: Int64)] = []
            for partition in partitions {
                let signal = Pipe()
                let queue = try consumer.queue(topics.map { ($0, partition) }, signal: signal.writing)
                shelf.held.withLock { $0.slots.append(Slot(partition: partition, queue: queue, signal: signal)) }
                start += topics.map { ($0, partition, Consumer.beginning) }
            }
            try consumer.assign(start)
        } catch {
            shelf.held.withLock { $0.failure = error }
        }
    }
}

/// A descriptor that a queue signals.
final class Pipe: Sendable {
    let writing: Int32
    private let reading: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// Whether eight bytes came in time.
    func wait(milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, milliseconds) == 1 else { return false }
        var one: UInt64 = 0
        return read(reading, &one, 8) == 8 && one == 1
    }
}

/// Runs `step` until `condition` holds; false where `seconds` pass first. Steps wait by themselves, in a poll.
func within(_ seconds: Int, _ condition: () throws -> Bool, step: () throws -> Void) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        if ContinuousClock.now > end { return false }
        try step()
    }
    return true
}

/// Settings of a consumer on a mock cluster.
func consumerSettings(_ cluster: MockCluster) -> Settings {
    [
        ("bootstrap.servers", cluster.bootstrapServers), ("group.id", "g"), ("enable.auto.commit", "false"),
        ("enable.auto.offset.store", "false"), ("enable.partition.eof", "true"), ("auto.offset.reset", "error"),
        ("partition.assignment.strategy", "range"), ("session.timeout.ms", "3000"), ("heartbeat.interval.ms", "500"),
        ("fetch.wait.max.ms", "10"),
    ]
}

/// Settings of a producer on a mock cluster.
func producerSettings(_ cluster: MockCluster) -> Settings {
    [
        ("bootstrap.servers", cluster.bootstrapServers), ("enable.idempotence", "true"), ("acks", "all"),
        ("message.timeout.ms", "0"), ("linger.ms", "0"), ("partitioner", "murmur2_random"),
        ("retry.backoff.ms", "50"), ("reconnect.backoff.ms", "20"), ("reconnect.backoff.max.ms", "100"),
    ]
}

/// What a producer reported, by tag.
final class Reports: Sendable {
    private let all = Mutex<[(tag: UInt64, error: KafkaError?, offset: Int64)]>([])
    var tags: [UInt64] { all.withLock { $0.map(\.tag) } }
    var errors: [KafkaError] { all.withLock { $0.compactMap(\.error) } }
    var offsets: [Int64] { all.withLock { $0.map(\.offset) } }

    func producer(_ settings: Settings) throws(KafkaError) -> Producer {
        try Producer(
            settings, log: .silent,
            onDelivery: { [self] tag, error, place in
                let offset = place.offset
                all.withLock { $0.append((tag, error, offset)) }
            })
    }
}

/// Makes topics and writes `count` records "topic/partition/i" into each of their partitions.
func filled(_ topics: [String], partitions: Int32, count: Int) throws -> MockCluster {
    let cluster = try MockCluster(brokers: 1)
    for topic in topics { try cluster.createTopic(topic, partitions: partitions) }
    let producer = try Reports().producer(producerSettings(cluster))
    for topic in topics {
        for partition in 0..<partitions {
            for index in 0..<count {
                let text = "\(topic)/\(partition)/\(index)"
                try producer.send(topic: topic, partition: partition, key: nil, value: Array(text.utf8), tag: 0)
            }
        }
    }
    try producer.flush(milliseconds: 10_000)
    return cluster
}
