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
    /// The tag of a question for the time: no link has this number.
    private static let clockTag: UInt64 = 1 << deliveryBits - 1

    private let settings: Settings
    private let kafkaLog: KafkaLog
    private let log: Logger
    private let producer = Mutex<Producer?>(nil)
    private let isBroken = Atomic<Bool>(false)
    private let isStopping = Atomic<Bool>(false)
    private let refusals: Refusals
    /// Deliveries that a permission is missing for: their links stop, and are told later.
    private let held = Mutex<[Held]>([])
    /// When a producer is made in the place of one that may write nothing at all.
    private let restsUntil = Mutex<Instant?>(nil)
    private struct Held {
        let partition: Int32
        let delivery: Delivery
        let until: Instant
    }
    private let thread = Mutex<NamedThread?>(nil)
    private let deliver: @Sendable (Int32, Event) -> Void
    private let resendAll: @Sendable () -> Void

    /// `deliver` hands an event to a partition, `resendAll` to all.
    init(
        _ settings: Settings, log: Logger, kafkaLog: KafkaLog, refusals: Refusals,
        deliver: @escaping @Sendable (Int32, Event) -> Void,
        resendAll: @escaping @Sendable () -> Void
    ) throws {
        (self.settings, self.log, self.kafkaLog, self.refusals) = (settings, log, kafkaLog, refusals)
        (self.deliver, self.resendAll) = (deliver, resendAll)
        let first = try make()
        producer.withLock { $0 = first }
        let thread = try NamedThread("producer") { [self] in serve() }
        self.thread.withLock { $0 = thread }
    }

    private func make() throws(KafkaError) -> Producer {
        try Producer(
            settings, log: kafkaLog,
            onDelivery: { [self] tag, error, place in
                if tag & Sender.clockTag == Sender.clockTag {
                    guard error == nil, place.timestampMs > 0 else { return }
                    // a devbroker has no clock of its own: this machine's is the only one. Where that is moved, so is a
                    // broker's
                    let isMock = place.timestampMs == MockCluster.appendTimeMs
                    let broker = Instant(unchecked: place.timestampMs * 1_000) + ShardClock.offset
                    let time = Event.brokerTime(isMock ? ShardClock.now() : broker)
                    return deliver(Int32(truncatingIfNeeded: tag >> Sender.deliveryBits), time)
                }
                let delivery = Delivery(packed: tag & (1 << Sender.deliveryBits - 1))
                let partition = Int32(truncatingIfNeeded: tag >> Sender.deliveryBits)
                if let error, error.isAuthorization {
                    hold(delivery, of: partition, topic: error.topic ?? "a topic", error)
                } else {
                    deliver(partition, error == nil ? .delivered(delivery) : .undelivered(delivery))
                }
            },
            onFatal: { [self] error in
                if error.isAuthorization {
                    // no topic at all may be written: idempotence then asks for a permission on the cluster
                    refusals.add(.write, "any topic", error)
                    restsUntil.withLock { $0 = ShardClock.now() + Limits.permissionRetry }
                } else {
                    log.error("the producer can send no more; a new one is made", [("error", "\(error)")])
                }
                isBroken.store(true, ordering: .releasing)
            })
    }

    /// A permission is missing: the link gets no answer for a while, so that it stops.
    private func hold(_ delivery: Delivery, of partition: Int32, topic: String, _ error: KafkaError) {
        refusals.add(.write, "topic \(topic)", error)
        let until = ShardClock.now() + Limits.permissionRetry
        held.withLock { held in
            held.removeAll {
                $0.partition == partition && $0.delivery.link == delivery.link
                    && $0.delivery.generation == delivery.generation
            }
            held.append(Held(partition: partition, delivery: delivery, until: until))
        }
    }

    /// Tells the links that have rested: they are sent again.
    private func release() {
        let now = ShardClock.now()
        let due = held.withLock { held in
            defer { held.removeAll { $0.until <= now } }
            return held.filter { $0.until <= now }
        }
        for one in due { deliver(one.partition, .undelivered(one.delivery)) }
    }

    private func serve() {
        while !isStopping.load(ordering: .acquiring) {
            let present = producer.withLock { $0 }
            if let present {
                _ = present.poll(milliseconds: Limits.pollMilliseconds)
            } else {
                usleep(UInt32(Limits.pollMilliseconds) * 1_000)
            }
            release()
            if isResting() { continue }
            if isBroken.exchange(false, ordering: .acquiringAndReleasing) { replace() }
        }
    }

    /// Makes a new producer soon: the certificate files are others. What is on its way is sent again.
    func renew() { isBroken.store(true, ordering: .releasing) }

    /// True while no producer is worth while: the present one, which is broken, ends.
    private func isResting() -> Bool {
        guard let until = restsUntil.withLock({ $0 }) else { return false }
        if until > ShardClock.now() {
            producer.withLock { $0 = nil }
            return true
        }
        restsUntil.withLock { $0 = nil }
        return false
    }

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
        do throws(KafkaError) {
            try producer.send(
                topic: message.topic.text, partition: message.partition, key: message.key, value: message.value,
                headers: message.headers.map { ($0.name, $0.value) },
                tag: UInt64(partition) << Sender.deliveryBits | message.delivery.packed)
        } catch {
            guard error.isAuthorization else { throw error }
            hold(message.delivery, of: partition, topic: message.topic.text, error)
        }
    }

    /// Asks the broker for its time: the delivery report of a record carries it. No answer means no proof.
    func askTime(for partition: Int32) {
        let question = ClockQuestion(askedAt: ShardClock.now())
        do throws(KafkaError) {
            try producer.withLock { $0 }?.send(
                topic: Topics.clock.name.text, partition: 0, key: nil, value: question.encoded(),
                tag: UInt64(partition) << Sender.deliveryBits | Sender.clockTag)
        } catch {
            log.warning("the broker cannot be asked for its time", [("error", "\(error)")])
        }
    }

    /// Lets go of the producer; what is on its way is sent again at the next start.
    func close() {
        isStopping.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
        producer.withLock { $0 = nil }
    }
}
