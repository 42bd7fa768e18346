internal import CRdKafka

/// librdkafka's cluster in memory, for development and tests: no compaction, no static members, 5 MB a partition,
/// empty after a restart, ports of its own choice.
package final class MockCluster: Sendable {
    /// What clients put into `bootstrap.servers`.
    package let bootstrapServers: String
    /// The time that it says it gave every record, in milliseconds since 1970: it has no clock.
    package static let appendTimeMs: Int64 = 1_234
    private let client: Client
    private let cluster: Shared<OpaquePointer>

    /// Starts `brokers` brokers on ports of 127.0.0.1.
    package init(brokers: Int32) throws(KafkaError) {
        client = try Client(RD_KAFKA_PRODUCER, [("log_level", "0")], Callbacks(.silent))
        guard let created = rd_kafka_mock_cluster_new(client.pointer, brokers) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "the mock cluster does not start")
        }
        cluster = Shared(created)
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(created))
    }

    deinit { rd_kafka_mock_cluster_destroy(cluster.value) }

    /// Makes a topic; one that exists is refused.
    package func createTopic(_ name: String, partitions: Int32, replication: Int32 = 1) throws(KafkaError) {
        let code = rd_kafka_mock_topic_create(cluster.value, name, partitions, replication)
        try KafkaError.check(code, "create \(name)")
    }

    /// The next requests of this kind (Kafka's API key: 0 Produce, 1 Fetch, …) fail with these codes, one each.
    package func pushErrors(apiKey: Int16, codes: [Int32]) {
        let errors = codes.map { rd_kafka_resp_err_t($0) }
        rd_kafka_mock_push_request_errors_array(cluster.value, apiKey, errors.count, errors)
    }

    /// Takes a broker (from 1) off the network, or puts it back.
    package func setBroker(_ broker: Int32, isUp: Bool) {
        if isUp {
            _ = rd_kafka_mock_broker_set_up(cluster.value, broker)
        } else {
            _ = rd_kafka_mock_broker_set_down(cluster.value, broker)
        }
    }

    /// Every request that speaks of this topic fails with this code; 0 ends it.
    package func setError(topic: String, code: Int32) {
        rd_kafka_mock_topic_set_error(cluster.value, topic, rd_kafka_resp_err_t(code))
    }
}
