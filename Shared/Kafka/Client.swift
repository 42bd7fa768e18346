internal import CRdKafka

/// Settings under librdkafka's own names, in order; a later one replaces an earlier one.
package typealias Settings = [(name: String, value: String)]

/// What threads may share: a pointer to an object of librdkafka, or what owns one.
///
/// Proof of `@unchecked Sendable`, the only one of this module: clients (`rd_kafka_t`), queues and mock clusters are
/// guarded by librdkafka's own locks, as its INTRODUCTION.md promises. Memory of ours is only reached under the
/// `Mutex` that holds its `Shared`. Nothing is freed but by the last owner, in its `deinit` or under that `Mutex`.
struct Shared<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    var value: Value
    init(_ value: consuming Value) { self.value = value }
}

extension Shared: Copyable where Value: Copyable {}

/// One librdkafka client and what it calls back into. Ends, with all of its threads, in `deinit`; whoever owns a
/// queue, topic or mock cluster of it owns the client too, so these are always freed first.
final class Client: Sendable {
    let callbacks: Callbacks
    private let shared: Shared<OpaquePointer>
    /// The `rd_kafka_t`.
    var pointer: OpaquePointer { shared.value }

    init(_ kind: rd_kafka_type_t, _ settings: Settings, _ callbacks: Callbacks) throws(KafkaError) {
        // rd_kafka_conf_new returns nil only where memory is exhausted, and then exits by itself.
        // swift-format-ignore: NeverForceUnwrap
        let configuration = rd_kafka_conf_new()!
        for (name, value) in settings {
            let (result, text) = withErrorText { rd_kafka_conf_set(configuration, name, value, $0, $1) }
            guard result == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(configuration)
                throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, text)
            }
        }
        callbacks.install(in: configuration, kind)
        let (created, text) = withErrorText { rd_kafka_new(kind, configuration, $0, $1) }
        guard let created else {
            let code = rd_kafka_last_error()
            rd_kafka_conf_destroy(configuration)
            throw KafkaError(code, text)
        }
        shared = Shared(created)
        self.callbacks = callbacks
    }

    deinit {
        // The consumer has left its group before, in `Consumer.close`.
        rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    /// The lowest and the next offset of a partition, asked from its leader.
    func watermarks(_ topic: String, _ partition: Int32, _ milliseconds: Int32) throws(KafkaError) -> (
        low: Int64, high: Int64
    ) {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_query_watermark_offsets(pointer, topic, partition, &low, &high, milliseconds)
        try KafkaError.check(code, "offsets of \(topic) \(partition)")
        return (low, high)
    }

    /// The cluster's id, or nil where no broker told it in time.
    func clusterID(_ milliseconds: Int32) -> String? {
        guard let id = rd_kafka_clusterid(pointer, milliseconds) else { return nil }
        defer { rd_kafka_mem_free(pointer, id) }
        return String(cString: id)
    }
}

extension [(name: String, value: String)] {
    /// These settings without membership of a group, and then `others`.
    func withoutGroup(adding others: Settings = []) -> Settings {
        filter { !["group.id", "group.instance.id"].contains($0.name) } + others
    }
}
