import FoundationEssentials

/// What is shown of the statistics that librdkafka hands out as JSON (its STATISTICS.md, 2.0.2).
package struct KafkaStatistics: Sendable {
    private let root: Root

    /// Nil where the text is no such document, or longer than 16 MB.
    package init?(json: String) {
        guard json.utf8.count <= Limits.statisticsBytes,
            let root = try? JSONDecoder().decode(Root.self, from: Data(json.utf8))
        else { return nil }
        self.root = root
    }

    /// Sets the gauges of one client, such as `consumer`; brokers and partitions that are gone are no longer shown.
    package func record(in registry: MetricsRegistry, client: String) {
        func set(_ name: String, _ help: String, _ gauges: [(labels: MetricsRegistry.Labels, value: Double)]) {
            let gauges = gauges.map { (labels: [("client", client)] + $0.labels, value: $0.value) }
            registry.replaceGauges("troth_kafka_\(name)", help: help, label: "client", value: client, with: gauges)
        }
        set("sent_messages", "Messages sent since the client began.", [([], Double(root.txmsgs ?? 0))])
        set("received_messages", "Messages received since the client began.", [([], Double(root.rxmsgs ?? 0))])
        set("queued_messages", "Messages that wait to be sent.", [([], Double(root.queued ?? 0))])
        set("broker_rtt_p99_seconds", "Round trip time to a broker, 99th percentile.", roundTrips)
        set("broker_up", "1 where a broker is connected.", states)
        set("consumer_lag", "Records of a partition that are not yet consumed.", lags)
    }

    private var brokers: [(name: String, broker: Broker)] {
        (root.brokers ?? [:]).values.filter { ($0.nodeid ?? -1) >= 0 }
            .map { ("\($0.nodeid ?? 0)", $0) }.sorted { $0.0 < $1.0 }
    }
    private var roundTrips: [(labels: MetricsRegistry.Labels, value: Double)] {
        brokers.compactMap { name, broker in
            broker.rtt?.p99.map { ([("broker", name)], Double($0) / 1_000_000) }
        }
    }
    private var states: [(labels: MetricsRegistry.Labels, value: Double)] {
        brokers.map { ([("broker", $0.name)], $0.broker.state == "UP" ? 1 : 0) }
    }
    private var lags: [(labels: MetricsRegistry.Labels, value: Double)] {
        (root.topics ?? [:]).sorted { $0.key < $1.key }.flatMap { topic, content in
            (content.partitions ?? [:]).sorted { $0.key < $1.key }.compactMap { partition, state in
                guard let lag = state.lag, lag >= 0 else { return nil }
                return ([("topic", topic), ("partition", partition)], Double(lag))
            }
        }
    }
}

/// The fields that are read, under librdkafka's names.
private struct Root: Decodable {
    let queued: Int64?
    let txmsgs: Int64?
    let rxmsgs: Int64?
    let brokers: [String: Broker]?
    let topics: [String: Topic]?

    private enum CodingKeys: String, CodingKey {
        case queued = "msg_cnt"
        case txmsgs, rxmsgs, brokers, topics
    }
}
private struct Broker: Decodable {
    struct Window: Decodable { let p99: Int64? }
    let nodeid: Int32?
    let state: String?
    let rtt: Window?
}
private struct Topic: Decodable {
    struct Partition: Decodable {
        let lag: Int64?
        private enum CodingKeys: String, CodingKey { case lag = "consumer_lag" }
    }
    let partitions: [String: Partition]?
}
