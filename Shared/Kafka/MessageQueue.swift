internal import CRdKafka

/// A queue of librdkafka with the buffer that it is read through. One thread at a time; freed with its owner. It owns
/// its client too: fields go after `deinit`, so the queue is always freed first.
struct MessageQueue: ~Copyable {
    private let client: Client
    let pointer: OpaquePointer
    private let buffer: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
    private let sources: [(topic: String, partition: Int32)]
    /// The sources met so far, by handle: a message finds its source without a look at its topic's name.
    private var known: [(topic: OpaquePointer, partition: Int32, source: Int)] = []
    private var last = 0

    init(_ client: Client, _ sources: [(topic: String, partition: Int32)]) {
        self.client = client
        // librdkafka aborts where memory is exhausted: there is a queue.
        // swift-format-ignore: NeverForceUnwrap
        pointer = rd_kafka_queue_new(client.pointer)!
        buffer = .allocate(capacity: Limits.messagesPerCall)
        buffer.initialize(repeating: nil, count: Limits.messagesPerCall)
        self.sources = sources
    }

    deinit {
        buffer.deallocate()
        rd_kafka_queue_destroy(pointer)
    }

    /// Reads at most `max` messages and destroys each after `body`. Waits for the first one only: a call of librdkafka
    /// that may wait sits out its whole time. Fewer than `max` means that the queue was empty.
    mutating func read(max: Int, milliseconds: Int32, _ body: (borrowing KafkaMessage) -> Void) -> Int {
        var count = 0
        if milliseconds != 0, max > 0 {
            count = take(1, milliseconds, body)
            if count == 0 { return 0 }
        }
        while count < max {
            let wanted = min(max - count, Limits.messagesPerCall)
            let taken = take(wanted, 0, body)
            count += taken
            if taken < wanted { break }
        }
        return count
    }

    private mutating func take(
        _ wanted: Int, _ milliseconds: Int32, _ body: (borrowing KafkaMessage) -> Void
    ) -> Int {
        let taken = rd_kafka_consume_batch_queue(pointer, milliseconds, buffer, wanted)
        guard taken > 0 else { return 0 }
        for index in 0..<taken {
            guard let message = buffer[index] else { continue }
            body(KafkaMessage(message, source: source(of: message)))
            rd_kafka_message_destroy(message)
        }
        return taken
    }

    private mutating func source(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> Int {
        guard let topic = message.pointee.rkt else { return -1 }
        let partition = message.pointee.partition
        if last < known.count, known[last].topic == topic, known[last].partition == partition {
            return known[last].source
        }
        if let place = known.firstIndex(where: { $0.topic == topic && $0.partition == partition }) {
            last = place
            return known[place].source
        }
        let name = String(cString: rd_kafka_topic_name(topic))
        let source = sources.firstIndex { $0.topic == name && $0.partition == partition } ?? -1
        if known.count < Limits.knownSources {
            last = known.count
            known.append((topic, partition, source))
        }
        return source
    }
}
