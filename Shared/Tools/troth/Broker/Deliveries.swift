package import Kafka
package import Schema
import Synchronization

/// A producer that counts what Kafka confirmed.
package final class Deliveries: Sendable {
    /// What became of the records sent so far.
    package struct State: Equatable, Sendable {
        package var sent: Int64 = 0
        package var confirmed: Int64 = 0
        package var failed: Int64 = 0
        /// The first error.
        package var error: KafkaError?
    }

    private final class Counter: Sendable {
        let state = Mutex(State())
        func report(_ error: KafkaError?) {
            state.withLock { state in
                if error == nil { state.confirmed += 1 } else { state.failed += 1 }
                state.error = state.error ?? error
            }
        }
    }

    private let counter = Counter()
    private let producer: Producer
    private let options: KafkaOptions

    /// A producer with the right partitioner, or with librdkafka's default one. `endures`: it tries for ever and is not
    /// idempotent, for an idempotent one of librdkafka may give up for good where a broker is killed.
    package init(
        _ options: KafkaOptions, wrongPartitioner: Bool = false, endures: Bool = false
    ) throws(Failure) {
        self.options = options
        let settings: Settings =
            options.settings + [
                ("enable.idempotence", "\(!endures)"), ("acks", "all"), ("batch.size", "60000"), ("linger.ms", "5"),
                ("message.timeout.ms", endures ? "0" : "\(Limits.confirmationMilliseconds)"),
                ("partitioner", wrongPartitioner ? "consistent_random" : "murmur2_random"),
            ]
        let counter = counter
        producer = try options.attempt { () throws(KafkaError) in
            try Producer(settings, log: .silent, onDelivery: { _, error, _ in counter.report(error) })
        }
    }

    /// Gives a record to the producer; waits while its queue is full.
    package func send(
        topic: TopicName, partition: Int32 = Producer.anyPartition, key: [UInt8]?, value: [UInt8]?,
        headers: [(name: String, value: [UInt8])]
    ) throws(Failure) {
        let deadline = ContinuousClock.now + .milliseconds(Int(Limits.confirmationMilliseconds))
        while true {
            do {
                try producer.send(
                    topic: topic.text, partition: partition, key: key, value: value, headers: headers, tag: 0)
                break
            } catch {
                guard error.isQueueFull, ContinuousClock.now < deadline else { throw options.failure(error) }
                _ = producer.poll(milliseconds: 50)
            }
        }
        counter.state.withLock { $0.sent += 1 }
    }

    /// Serves confirmations, waiting up to so long for the first.
    package func poll(milliseconds: Int32) { _ = producer.poll(milliseconds: milliseconds) }

    /// Waits until everything is confirmed or failed, up to so long.
    package func settle(milliseconds: Int32 = Limits.confirmationMilliseconds) -> State {
        do { try producer.flush(milliseconds: milliseconds) } catch {}  // what is left shows in the state
        return state
    }

    /// What became of the records so far.
    package var state: State { counter.state.withLock { $0 } }

    /// Waits for all records; throws where one was not confirmed.
    package func confirmAll(milliseconds: Int32 = Limits.commandMilliseconds) throws(Failure) {
        let state = settle(milliseconds: milliseconds)
        guard state.confirmed < state.sent else { return }
        if let error = state.error { throw options.failure(error) }
        throw .unreachable(
            "Kafka at \(options.bootstrap) confirmed \(state.confirmed) of \(state.sent) records: repeat the command")
    }
}
