internal import CRdKafka
internal import Synchronization

/// The records of some partitions, forwarded into one queue that one thread reads.
///
/// Sleep on the descriptor that it signals; then read with 0 milliseconds until a call returns fewer than `max`: the
/// descriptor is written when the queue turns from empty to not empty, and not again before it was read to its end.
package final class RecordQueue: Sendable {
    private struct Open: ~Copyable {
        var queue: MessageQueue
        let forwarded: [OpaquePointer]

        deinit {
            rd_kafka_queue_io_event_enable(queue.pointer, -1, nil, 0)
            for partition in forwarded { rd_kafka_queue_destroy(partition) }
        }
    }
    private let state: Mutex<Shared<Open>?>

    init(_ client: Client, _ sources: [(topic: String, partition: Int32)], signal: Int32?) throws(KafkaError) {
        let queue = MessageQueue(client, sources)
        if let signal {
            var one: UInt64 = 1
            rd_kafka_queue_io_event_enable(queue.pointer, signal, &one, MemoryLayout<UInt64>.size)
        }
        var forwarded: [OpaquePointer] = []
        for source in sources {
            guard let partition = rd_kafka_queue_get_partition(client.pointer, source.topic, source.partition) else {
                for partition in forwarded { rd_kafka_queue_destroy(partition) }
                throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, "\(source.topic) \(source.partition): no queue")
            }
            forwarded.append(partition)
        }
        state = Mutex(Shared(Open(queue: queue, forwarded: forwarded)))
        forward()
    }

    /// Leads the partitions' records into this queue. Ends of an assignment undo it.
    func forward() {
        state.withLock { open in
            guard let present = open.take() else { return }
            for partition in present.value.forwarded {
                rd_kafka_queue_forward(partition, present.value.queue.pointer)
            }
            open = consume present
        }
    }

    /// Reads at most `max` messages, waits up to `milliseconds` for the first of them, and returns how many there were
    /// (ends of partitions and errors count). Each is destroyed after `body`, which must not use or close this queue,
    /// nor assign. Fewer than `max`: the queue was empty. About 0.4 microseconds a message, 0.8 with its headers.
    package func read(max: Int, milliseconds: Int32, _ body: (borrowing KafkaMessage) -> Void) -> Int {
        state.withLock { open in
            // Taken out and put back: an optional that cannot be copied is not changed in place.
            guard var present = open.take() else { return 0 }
            let count = present.value.queue.read(max: max, milliseconds: milliseconds, body)
            open = consume present
            return count
        }
    }

    /// Frees the queue; later reads return 0. Records in it are dropped, so a queue is replaced together with `assign`.
    package func close() {
        let open = state.withLock { $0.take() }
        _ = consume open
    }
}
