internal import CRdKafka

/// What a cluster says of itself.
package struct ClusterMetadata: Equatable, Sendable {
    /// A node that answers clients.
    package struct Broker: Equatable, Sendable {
        package let id: Int32
        package let host: String
        package let port: Int32
    }
    /// The cluster's id; nil where the broker told none.
    package let clusterID: String?
    /// In the order of their ids.
    package let brokers: [Broker]
    /// The topics asked for in that order, or all in the order of their names.
    package let topics: [TopicMetadata]
}

/// A topic as the cluster describes it.
package struct TopicMetadata: Equatable, Sendable {
    /// Its name.
    package let name: String
    /// How many partitions it has; 0 where `error` says why they are not known.
    package let partitions: Int
    /// Why the cluster does not describe it: it does not exist, or may not be seen (`isAuthorization`).
    package let error: KafkaError?
}

/// A topic to be made.
package struct NewTopic: Equatable, Sendable {
    package let name: String
    package let partitions: Int32
    package let replication: Int32
    /// Under Kafka's own names, such as `cleanup.policy`.
    package let configuration: [String: String]

    /// A topic with `configuration` where it differs from the cluster's defaults.
    package init(
        name: String, partitions: Int32, replication: Int32, configuration: [(name: String, value: String)] = []
    ) {
        (self.name, self.partitions, self.replication) = (name, partitions, replication)
        self.configuration = Dictionary(configuration.map { ($0.name, $0.value) }) { $1 }
    }
}

extension Client {
    /// Asks for all topics (nil) or for each of these by itself: only then a broker says why it does not show one.
    func metadata(_ names: [String]?, _ milliseconds: Int32) throws(KafkaError) -> ClusterMetadata {
        var (brokers, topics): ([ClusterMetadata.Broker], [TopicMetadata]) = ([], [])
        guard let names else {
            (brokers, topics) = try ask(nil, milliseconds)
            topics.sort { $0.name < $1.name }
            return ClusterMetadata(clusterID: clusterID(milliseconds), brokers: brokers, topics: topics)
        }
        for name in names {
            let (seen, found) = try ask(name, milliseconds)
            brokers = seen
            topics += found
        }
        if names.isEmpty { brokers = try ask(nil, milliseconds).brokers }
        return ClusterMetadata(clusterID: clusterID(milliseconds), brokers: brokers, topics: topics)
    }

    private func ask(_ name: String?, _ milliseconds: Int32) throws(KafkaError) -> (
        brokers: [ClusterMetadata.Broker], topics: [TopicMetadata]
    ) {
        var topic: OpaquePointer?
        if let name {
            topic = rd_kafka_topic_new(pointer, name, nil)
            if topic == nil { throw KafkaError(rd_kafka_last_error(), "\(name) is no name for a topic") }
        }
        defer { if let topic { rd_kafka_topic_destroy(topic) } }
        var answer: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(pointer, name == nil ? 1 : 0, topic, &answer, milliseconds)
        try KafkaError.check(code, "metadata of \(name ?? "the cluster")")
        guard let answer else { return ([], []) }
        defer { rd_kafka_metadata_destroy(answer) }
        return (Client.brokers(of: answer.pointee), Client.topics(of: answer.pointee))
    }

    private static func brokers(of answer: rd_kafka_metadata) -> [ClusterMetadata.Broker] {
        (0..<Int(answer.broker_cnt)).map {
            let broker = answer.brokers[$0]
            return ClusterMetadata.Broker(id: broker.id, host: String(cString: broker.host), port: broker.port)
        }.sorted { $0.id < $1.id }
    }

    private static func topics(of answer: rd_kafka_metadata) -> [TopicMetadata] {
        (0..<Int(answer.topic_cnt)).map {
            let topic = answer.topics[$0]
            let name = String(cString: topic.topic)
            let failed = topic.err != RD_KAFKA_RESP_ERR_NO_ERROR
            let error = failed ? KafkaError(topic.err, "\(name): \(String(cString: rd_kafka_err2str(topic.err)))") : nil
            return TopicMetadata(name: name, partitions: failed ? 0 : Int(topic.partition_cnt), error: error)
        }
    }
}
