import Engine
import Glibc
import Kafka
import Schema
import Synchronization

/// The instance's producer: one for all partitions, served by a thread of its own. A fatal error means a new producer,
/// and that everything unacknowledged is sent again.
final class Sender: Sendable {
    /// Where a delivery goes: the partition in the tag's upper bits, the rest is the shard's.
    private static let deliveryBits: UInt64 = 54

    private let settings: Settings
    private let kafkaLog: KafkaLog
    private let log: Logger
    private let producer = Mutex<Producer?>(nil)
    private let isBroken = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let thread = Mutex<NamedThread?>(nil)
    private let deliver: @Sendable (Int32, Event) -> Void
    private let resendAll: @Sendable () -> Void

    /// `deliver` hands an event to a partition, `resendAll` to all.
    init(
        _ settings: Settings, log: Logger, kafkaLog: KafkaLog, deliver: @escaping @Sendable (Int32, Event) -> Void,
        resendAll: @escaping @Sendable () -> Void
    ) throws {
        (self.settings, self.log, self.kafkaLog) = (settings, log, kafkaLog)
        (self.deliver, self.resendAll) = (deliver, resendAll)
        let first = try make()
        producer.withLock { $0 = first }
        let thread = try NamedThread("producer") { [self] in serve() }
        self.thread.withLock { $0 = thread }
    }

    private func make() throws(KafkaError) -> Producer {
        try Producer(
            settings, log: kafkaLog,
            onDelivery: { [deliver] tag, error, _ in
                let delivery = Delivery(packed: tag & (1 << Sender.deliveryBits - 1))
                deliver(
                    Int32(truncatingIfNeeded: tag >> Sender.deliveryBits),
                    error == nil ? .delivered(delivery) : .undelivered(delivery))
            },
            onFatal: { [self] error in
                log.error("the producer can send no more; a new one is made", [("error", "\(error)")])
                isBroken.store(true, ordering: .releasing)
            })
    }

    private func serve() {
        while !isStopping.load(ordering: .acquiring) {
            let present = producer.withLock { $0 }
            _ = present?.poll(milliseconds: 50)
            if isBroken.exchange(false, ordering: .acquiringAndReleasing) { replace() }
        }
    }

    /// Makes a new producer soon: the certificate files are others. What is on its way is sent again.
    func renew() { isBroken.store(true, ordering: .releasing) }

    private func replace() {
        producer.withLock { $0 = nil }
        do throws(KafkaError) {
            let next = try make()
            producer.withLock { $0 = next }
            resendAll()
        } catch {
            log.error("no new producer", [("error", "\(error)")])
            usleep(500_000)
            isBroken.store(true, ordering: .releasing)
        }
    }

    /// Sends a message of a partition. Errors: the queue is full, or the topic is not there.
    func send(_ message: Outgoing, from partition: Int32) throws(KafkaError) {
        guard let producer = producer.withLock({ $0 }) else { return }
        try producer.send(
            topic: message.topic.text, partition: message.partition, key: message.key, value: message.value,
            headers: message.headers.map { ($0.name, $0.value) },
            tag: UInt64(partition) << Sender.deliveryBits | message.delivery.packed)
    }

    /// Lets go of the producer; what is on its way is sent again at the next start.
    func close() {
        isStopping.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
        producer.withLock { $0 = nil }
    }
}
