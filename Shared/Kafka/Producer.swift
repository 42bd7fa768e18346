internal import CRdKafka

/// Where and when a record came into the log.
package struct DeliveredAt: Sendable {
    /// -1 or -1001: not known.
    package let offset: Int64
    /// Milliseconds since 1970, the broker's where the topic has `LogAppendTime`; -1: not known.
    package let timestampMs: Int64
}

/// Sends records and reports what became of each. Threads may share it.
///
/// `Settings` decide the guarantees (`enable.idempotence`, `acks`, `message.timeout.ms`) and the partitioner.
package final class Producer: Sendable {
    /// The partitioner of the settings chooses the partition.
    package static let anyPartition: Int32 = RD_KAFKA_PARTITION_UA
    private let client: Client

    /// `onDelivery` gets, in `poll` or `flush`, each record's tag, its error or nil, and its place.
    /// `onFatal` says that this producer can send no more.
    package init(
        _ settings: Settings, log: KafkaLog,
        onDelivery: @escaping @Sendable (UInt64, KafkaError?, DeliveredAt) -> Void,
        onFatal: @escaping @Sendable (KafkaError) -> Void = { _ in }
    ) throws(KafkaError) {
        client = try Client(
            RD_KAFKA_PRODUCER, settings, Callbacks(log, onDelivery: onDelivery, onFatal: onFatal))
    }

    deinit { purge() }

    /// Copies a record into the producer's queue; its tag comes back in `onDelivery`. A nil value is a tombstone.
    /// Throws at once what can be known at once; `isQueueFull` means poll and send again.
    package func send(
        topic: String, partition: Int32, key: [UInt8]?, value: [UInt8]?,
        headers: [(name: String, value: [UInt8])] = [], tag: UInt64
    ) throws(KafkaError) {
        let list = headers.isEmpty ? nil : rd_kafka_headers_new(headers.count)
        if let list {
            for header in headers {
                _ = header.value.withUnsafeBytes {
                    rd_kafka_header_add(list, header.name, -1, $0.baseAddress ?? Producer.nothing, $0.count)
                }
            }
        }
        let failure = topic.withCString { topic in
            Producer.withBytes(key) { key in
                Producer.withBytes(value) { value in
                    produce(topic, partition, key, value, list, tag)
                }
            }
        }
        guard let failure else { return }
        if let list { rd_kafka_headers_destroy(list) }
        throw KafkaError(consuming: failure)
    }

    private func produce(
        _ topic: UnsafePointer<CChar>, _ partition: Int32, _ key: UnsafeRawBufferPointer?,
        _ value: UnsafeRawBufferPointer?, _ headers: OpaquePointer?, _ tag: UInt64
    ) -> OpaquePointer? {
        typealias Field = rd_kafka_vu_t.__Unnamed_union_u
        return withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 7) { fields in
            var count = 0
            func add(_ type: rd_kafka_vtype_t, _ field: Field) {
                fields.initializeElement(at: count, to: rd_kafka_vu_t(vtype: type, u: field))
                count += 1
            }
            add(RD_KAFKA_VTYPE_TOPIC, Field(cstr: topic))
            add(RD_KAFKA_VTYPE_PARTITION, Field(i32: partition))
            add(RD_KAFKA_VTYPE_MSGFLAGS, Field(i: RD_KAFKA_MSG_F_COPY))
            add(RD_KAFKA_VTYPE_OPAQUE, Field(ptr: UnsafeMutableRawPointer(bitPattern: UInt(tag))))
            if let key { add(RD_KAFKA_VTYPE_KEY, Field(mem: memory(key))) }
            if let value { add(RD_KAFKA_VTYPE_VALUE, Field(mem: memory(value))) }
            if let headers { add(RD_KAFKA_VTYPE_HEADERS, Field(headers: headers)) }
            return rd_kafka_produceva(client.pointer, fields.baseAddress, count)
        }
    }

    private func memory(_ bytes: UnsafeRawBufferPointer) -> rd_kafka_vu_t.__Unnamed_union_u.__Unnamed_struct_mem {
        .init(ptr: UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? Producer.nothing), size: bytes.count)
    }

    /// An address for no bytes: nil would mean null, which is not the same as empty.
    private static var nothing: UnsafeRawPointer { UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped }

    private static func withBytes<Result>(
        _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Result
    ) -> Result {
        guard let bytes else { return body(nil) }
        return bytes.withUnsafeBytes { body($0) }
    }

    /// Serves delivery reports and errors on the caller's thread; waits up to `milliseconds` for the first. Returns how
    /// many events were served.
    @discardableResult
    package func poll(milliseconds: Int32) -> Int {
        Int(rd_kafka_poll(client.pointer, milliseconds))
    }

    /// Waits until every record was reported, serving the reports. Throws `isTimeout` where some are left.
    package func flush(milliseconds: Int32) throws(KafkaError) {
        try KafkaError.check(rd_kafka_flush(client.pointer, milliseconds), "\(queued) records not sent")
    }

    /// Records that were sent and not reported, and events not served.
    package var queued: Int { Int(rd_kafka_outq_len(client.pointer)) }

    /// Gives up what is queued and in flight; `poll` reports each with `isPurged`.
    package func purge() {
        _ = rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    }
}
