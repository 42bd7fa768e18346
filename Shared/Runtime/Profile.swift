import Kafka

/// librdkafka's settings, under its own names. They follow the broker, not the command.
struct Profile {
    /// librdkafka's mock cluster: no static members, quick rebalances.
    let isMock: Bool
    let transport: Transport
    /// Bytes of a partition that one fetch brings.
    private let fetchBytes: Int

    /// A mock cluster names itself.
    init(_ transport: Transport, cluster: String, fetchBytes: Int) {
        (self.transport, self.fetchBytes) = (transport, fetchBytes)
        isMock = cluster.hasPrefix("mockCluster")
    }

    /// A consumer of a service's group. The file knows the offsets: `auto.offset.reset=error`.
    func consumer(_ service: String, instance: Int) -> Settings {
        let common: Settings = [
            ("client.id", "troth-\(service)-\(instance)"),
            ("group.id", "troth.\(service)"),
            ("partition.assignment.strategy", "range"), ("enable.auto.commit", "false"),
            ("enable.auto.offset.store", "false"), ("auto.offset.reset", "error"), ("enable.partition.eof", "true"),
            ("check.crcs", "true"), ("fetch.max.bytes", "8388608"), ("receive.message.max.bytes", "33554432"),
            ("fetch.message.max.bytes", "\(fetchBytes)"),
            ("queued.min.messages", "8000"), ("queued.max.messages.kbytes", "8192"), ("fetch.error.backoff.ms", "100"),
            ("statistics.interval.ms", "30000"), ("max.poll.interval.ms", "300000"),
            ("topic.metadata.refresh.interval.ms", "30000"),
            ("reconnect.backoff.max.ms", "1000"),
        ]
        if isMock {
            return transport.settings + common + [
                ("session.timeout.ms", "3000"), ("heartbeat.interval.ms", "500"), ("fetch.wait.max.ms", "10"),
            ]
        }
        return transport.settings + common + [
            ("group.instance.id", "\(service)-\(instance)"), ("session.timeout.ms", "10000"),
            ("heartbeat.interval.ms", "1000"), ("fetch.wait.max.ms", "100"),
        ]
    }

    /// A producer that loses nothing and repeats nothing while it lives.
    func producer(_ service: String, instance: Int) -> Settings {
        transport.settings + [
            ("client.id", "troth-\(service)-\(instance)"),
            ("enable.idempotence", "true"),
            ("acks", "all"), ("message.timeout.ms", "0"), ("batch.size", "60000"), ("linger.ms", "5"),
            ("message.max.bytes", "1048576"), ("statistics.interval.ms", "30000"),
            ("topic.metadata.refresh.interval.ms", "30000"), ("reconnect.backoff.max.ms", "1000"),
        ]
    }
}
