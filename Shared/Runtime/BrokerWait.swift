import Glibc
import Kafka
import Schema

/// Waits for the broker and compares the topics with what a service needs.
struct BrokerWait {
    let transport: Transport
    let log: Logger

    /// Returns the cluster's id. Errors: a topic is missing, or has another number of partitions. A broker that is away
    /// is waited for; a signal ends the wait and the process.
    func await(_ topics: [any AnyTopic], partitions: Int32) throws -> String {
        let admin = try Admin(transport.settings, log: kafkaLog)
        var told = false
        while true {
            do {
                let metadata = try admin.metadata(topics: nil, milliseconds: 2_000)
                if let cluster = metadata.clusterID {
                    if let wrong = Self.difference(metadata, topics, partitions) {
                        throw try Self.refusal(wrong, admin) ?? wrong
                    }
                    return cluster
                }
            } catch let error as KafkaError {
                if !told { log.notice("waits for the broker", [("kafka", transport.servers), ("error", "\(error)")]) }
                told = true
            }
            if Signals.wait(milliseconds: Limits.brokerRetryMilliseconds) != nil { exit(0) }
        }
    }

    /// Without certificates librdkafka's lines say no more than the error; with them, why a certificate is refused.
    private var kafkaLog: KafkaLog {
        guard transport.files != nil else { return .silent }
        return KafkaLog { [log] level, facility, text in
            log.log(Logger.Level(syslog: level), "kafka", [("facility", facility), ("text", text)])
        }
    }

    /// A topic that is not listed may be there: asked for by itself, the broker says whether it may be seen.
    private static func refusal(_ difference: RuntimeError, _ admin: Admin) throws -> RuntimeError? {
        guard case .topicMissing(let topic) = difference,
            let error = try admin.metadata(topics: [topic], milliseconds: 2_000).topics.first?.error
        else { return nil }
        return error.isAuthorization ? .topicRefused(topic) : nil
    }

    /// What is wrong with the topics of a cluster; nil: nothing.
    private static func difference(
        _ metadata: ClusterMetadata, _ topics: [any AnyTopic], _ partitions: Int32
    ) -> RuntimeError? {
        for topic in topics {
            guard let found = metadata.topics.first(where: { $0.name == topic.name.text }), found.error == nil else {
                return .topicMissing(topic.name.text)
            }
            let wanted = Int(topic.partitionCount(n: partitions))
            if found.partitions != wanted {
                return .topicPartitions(topic.name.text, found: found.partitions, wanted: wanted)
            }
        }
        return nil
    }
}
