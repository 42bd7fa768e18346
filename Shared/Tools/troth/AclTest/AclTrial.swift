import Kafka
import Schema
import Synchronization

/// One principal with its certificate: tries every operation on every topic, group and the cluster.
struct AclTrial {
    let principal: String
    let options: KafkaOptions
    let table: AccessTable

    /// All attempts. Deleting comes last: where it is allowed, nothing is left to try.
    func run() throws(Failure) -> [AclAttempt] {
        let admin = try options.admin()
        var all = try writes()
        all += try reads()
        for topic in table.topics { all += metadata(topic, admin) }
        for group in table.groups {
            all.append(attempt(.read, .group, group, try join(group)))
        }
        all += cluster(admin)
        for topic in table.topics {
            all.append(
                attempt(
                    .delete, .topic, topic.name.text,
                    .of { () throws(KafkaError) in try admin.deleteTopics([topic.name.text]) }))
        }
        return all
    }

    private func attempt(
        _ operation: AclBinding.Operation, _ type: AclBinding.ResourceType, _ name: String,
        _ outcome: AclAttempt.Outcome
    ) -> AclAttempt {
        AclAttempt(principal: principal, operation: operation, type: type, name: name, outcome: outcome)
    }

    /// A record to each topic, by one producer.
    private func writes() throws(Failure) -> [AclAttempt] {
        let outcomes = Outcomes()
        let settings = options.settings + [("acks", "all"), ("message.timeout.ms", "\(Limits.aclMilliseconds)")]
        let producer = try options.attempt { () throws(KafkaError) in
            try Producer(settings, log: .silent, onDelivery: { tag, error, _ in outcomes.set(tag, .init(error)) })
        }
        for (index, topic) in table.topics.enumerated() {
            do throws(KafkaError) {
                // a compacted topic takes no record without a key
                let key = Array(principal.utf8)
                try producer.send(topic: topic.name.text, partition: 0, key: key, value: [], tag: UInt64(index))
            } catch {
                outcomes.set(UInt64(index), .init(error))
            }
        }
        try options.attempt { () throws(KafkaError) in try producer.flush(milliseconds: 2 * Limits.aclMilliseconds) }
        return table.topics.enumerated().map { index, topic in
            attempt(.write, .topic, topic.name.text, outcomes[UInt64(index)] ?? .unclear("no report"))
        }
    }

    /// What was reported of each record, by tag.
    private final class Outcomes: Sendable {
        private let all = Mutex<[UInt64: AclAttempt.Outcome]>([:])
        func set(_ tag: UInt64, _ outcome: AclAttempt.Outcome) { all.withLock { $0[tag] = outcome } }
        subscript(_ tag: UInt64) -> AclAttempt.Outcome? { all.withLock { $0[tag] } }
    }

    /// The first fetch of a partition of each topic: a record or the end of it.
    private func reads() throws(Failure) -> [AclAttempt] {
        let reader = try options.reader()
        return table.topics.map { topic in
            attempt(.read, .topic, topic.name.text, read(topic.name.text, reader))
        }
    }

    private func read(_ topic: String, _ reader: TopicReader) -> AclAttempt.Outcome {
        var isRead = false
        let outcome = AclAttempt.Outcome.of { () throws(KafkaError) in
            try reader.start(topic: topic)
            let deadline = ContinuousClock.now + .milliseconds(Limits.aclMilliseconds)
            while !isRead, ContinuousClock.now < deadline {
                try reader.poll(milliseconds: 100) { _ in isRead = true }
            }
        }
        reader.stop()
        return outcome == .allowed && !isRead ? .unclear("nothing comes, and no error") : outcome
    }

    private func metadata(_ topic: any AnyTopic, _ admin: Admin) -> [AclAttempt] {
        let name = topic.name.text
        let describe = AclAttempt.Outcome.of { () throws(KafkaError) in
            if let error = try admin.metadata(topics: [name]).topics.first?.error { throw error }
        }
        let configs = AclAttempt.Outcome.of { () throws(KafkaError) in _ = try admin.describe(topics: [name]) }
        let alter = AclAttempt.Outcome.of { () throws(KafkaError) in
            try admin.alter(topic: name, TopicPlan.settings(of: topic, replication: 1))
        }
        let create = AclAttempt.Outcome.of { () throws(KafkaError) in
            try admin.createTopics([NewTopic(name: name, partitions: 1, replication: 1)])
        }
        return [
            attempt(.describe, .topic, name, describe), attempt(.describeConfigs, .topic, name, configs),
            attempt(.alterConfigs, .topic, name, alter), attempt(.create, .topic, name, create),
        ]
    }

    /// A member of the group: it joins, or is refused.
    private func join(_ group: String) throws(Failure) -> AclAttempt.Outcome {
        let settings = options.settings + [("group.id", group), ("session.timeout.ms", "6000")]
        let isJoined = Atomic<Bool>(false)
        let anchor = table.topics.first { table.allows(principal, .read, .topic, $0.name.text) } ?? table.topics[0]
        let consumer = try options.attempt { () throws(KafkaError) in
            let consumer = try Consumer(settings, log: .silent) { event in
                if case .assigned = event { isJoined.store(true, ordering: .releasing) }
            }
            try consumer.subscribe(anchor.name.text)
            return consumer
        }
        defer { consumer.close() }
        let deadline = ContinuousClock.now + .milliseconds(Limits.aclMilliseconds)
        var last: KafkaError?
        while ContinuousClock.now < deadline {
            let error = consumer.poll(milliseconds: 50)
            if isJoined.load(ordering: .acquiring) { return .allowed }
            if let error, error.isGroupAuthorization { return .denied }
            last = error ?? last
        }
        return .unclear(last.map { "\($0.name): \($0.text)" } ?? "no answer")
    }

    private func cluster(_ admin: Admin) -> [AclAttempt] {
        let name = AclBinding.clusterName
        let describe = AclAttempt.Outcome.of { () throws(KafkaError) in _ = try admin.acls() }
        let alter = AclAttempt.Outcome.of { () throws(KafkaError) in
            try admin.create(acls: Array(table.bindings.prefix(1)))
        }
        let create = AclAttempt.Outcome.of { () throws(KafkaError) in
            try admin.createTopics([NewTopic(name: "acl-test.\(principal)", partitions: 1, replication: 1)])
        }
        return [
            attempt(.describe, .cluster, name, describe), attempt(.alter, .cluster, name, alter),
            attempt(.create, .cluster, name, create),
        ]
    }
}
