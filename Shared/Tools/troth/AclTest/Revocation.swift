import Foundation
import Kafka
import Schema
import Synchronization

/// A permission that is taken away from clients that are connected, and given back.
struct Revocation {
    let secured: SecuredKafka
    let bootstrap: String
    let table: AccessTable

    /// Takes Write from the gateway and Read from metering, both on the usage topic, while they are at work.
    func prove(_ evidence: inout Evidence) throws(Failure) {
        let topic = Topics.meteringUsage.name.text
        let provision = secured.options(bootstrap, as: Edge.provision.rawValue)
        let admin = try provision.admin()
        let taken = [
            AclBinding(AccessTable.principal("gateway"), .write, .topic, topic),
            AclBinding(AccessTable.principal("metering"), .read, .topic, topic),
        ]
        guard Set(taken).isSubset(of: table.bindings) else {
            return evidence.add("revocation", "the table has no such permissions", false)
        }
        let writer = try Writing(secured.options(bootstrap, as: "gateway"), topic)
        let reader = try secured.options(bootstrap, as: "metering").reader()
        _ = try provision.attempt { () throws(KafkaError) in try reader.start(topic: topic, from: .end) }
        guard writer.outcome() == .allowed else { return evidence.add("revocation", "no record before it", false) }
        try provision.attempt { () throws(KafkaError) in try admin.delete(acls: taken) }
        let start = ContinuousClock.now
        let written = try seconds(since: start) { writer.outcome() == .denied }
        add("Write is denied on an open connection", written, &evidence)
        let read = try seconds(since: start) {
            AclAttempt.Outcome.of { () throws(KafkaError) in try reader.poll(milliseconds: 50) { _ in } } == .denied
        }
        add("Read is denied on an open connection", read, &evidence)
        try provision.attempt { () throws(KafkaError) in try admin.create(acls: taken) }
        let back = ContinuousClock.now
        add("Write is allowed again", try seconds(since: back) { writer.outcome() == .allowed }, &evidence)
    }

    private func add(_ what: String, _ seconds: Double?, _ evidence: inout Evidence) {
        let text = seconds.map { String(format: "after %.1f s", $0) } ?? "not within \(Limits.revocationSeconds) s"
        evidence.add(what, text, seconds != nil)
    }

    /// How long it takes until a condition holds; nil where it does not in time.
    private func seconds(
        since start: ContinuousClock.Instant, _ condition: () -> Bool
    ) throws(Failure) -> Double? {
        while ContinuousClock.now - start < .seconds(Limits.revocationSeconds) {
            if condition() { return (ContinuousClock.now - start).seconds }
            try Waiting.pause(milliseconds: 20)
        }
        return nil
    }

    /// A producer that sends one record after another.
    private final class Writing {
        private let topic: String
        private let producer: Producer
        private let last: Last
        private final class Last: Sendable {
            let outcome = Mutex<AclAttempt.Outcome?>(nil)
        }

        init(_ options: KafkaOptions, _ topic: String) throws(Failure) {
            self.topic = topic
            let last = Last()
            self.last = last
            let settings = options.settings + [("acks", "all"), ("message.timeout.ms", "\(Limits.aclMilliseconds)")]
            producer = try options.attempt { () throws(KafkaError) in
                try Producer(
                    settings, log: .silent,
                    onDelivery: { _, error, _ in last.outcome.withLock { $0 = AclAttempt.Outcome(error) } })
            }
        }

        /// Sends a record; what came of it.
        func outcome() -> AclAttempt.Outcome {
            last.outcome.withLock { $0 = nil }
            let sent = AclAttempt.Outcome.of { () throws(KafkaError) in
                try producer.send(topic: topic, partition: 0, key: nil, value: [], tag: 0)
                try producer.flush(milliseconds: 2 * Limits.aclMilliseconds)
            }
            return sent == .allowed ? last.outcome.withLock { $0 } ?? .unclear("no report") : sent
        }
    }
}
