internal import CRdKafka

/// A record, an end of a partition or an error, as a reader gets it: borrowed, and valid in the closure only.
/// Nothing in it is copied.
package struct KafkaMessage: ~Copyable {
    /// The place of its (topic, partition) in the sources that the queue was made for; -1 where it has none (an error
    /// that speaks of no partition).
    package let source: Int
    /// The partition.
    package let partition: Int32
    /// The record's offset, or at an end of a partition the next one.
    package let offset: Int64
    /// The record's key; nil where it has none.
    package let key: UnsafeRawBufferPointer?
    /// The record's value; nil for a tombstone.
    package let value: UnsafeRawBufferPointer?
    /// Identity of its topic: the same pointer for the same topic of one client, as long as it is read.
    package let topicHandle: OpaquePointer?
    /// Zero for a record, else librdkafka's code.
    package let code: Int32
    private let message: UnsafeMutablePointer<rd_kafka_message_t>

    init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, source: Int) {
        self.message = message
        self.source = source
        let raw = message.pointee
        (partition, offset, topicHandle, code) = (raw.partition, raw.offset, raw.rkt, raw.err.rawValue)
        let isRecord = raw.err == RD_KAFKA_RESP_ERR_NO_ERROR
        key = isRecord ? raw.key.map { UnsafeRawBufferPointer(start: $0, count: raw.key_len) } : nil
        value = isRecord ? raw.payload.map { UnsafeRawBufferPointer(start: $0, count: raw.len) } : nil
    }

    /// A record, with a value, an offset and perhaps a key.
    package var isRecord: Bool { code == 0 }
    /// The reader has reached the present end of the partition (`enable.partition.eof=true`).
    package var isEndOfPartition: Bool { code == RD_KAFKA_RESP_ERR__PARTITION_EOF.rawValue }
    /// What went wrong with the partition; nil for a record and for an end of the partition.
    package var error: KafkaError? {
        if isRecord || isEndOfPartition { return nil }
        let text = String(cString: rd_kafka_message_errstr(message))
        return KafkaError(message.pointee.err, topicHandle == nil ? text : "\(topicName) \(partition): \(text)")
    }
    /// The topic's name. Makes a String: not for each record, see `source` and `topicHandle`.
    package var topicName: String {
        topicHandle.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
    }
    /// Milliseconds since 1970: the broker's time where the topic has `LogAppendTime`; -1 where there is none.
    package var timestampMs: Int64 { rd_kafka_message_timestamp(message, nil) }

    /// Each header in order: name, and value (empty where it is null).
    package func forEachHeader(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void) {
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return }
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let text = name
        {
            body(
                UnsafeRawBufferPointer(start: text, count: length(of: text)),
                UnsafeRawBufferPointer(start: value, count: size))
            index += 1
        }
    }

    /// The last header of a name; nil where there is none. The first access to a record's headers parses all of them
    /// (about 0.4 microseconds).
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
        var headers: OpaquePointer?
        guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return nil }
        var value: UnsafeRawPointer?
        var size = 0
        let found = name.withUTF8Buffer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                // A StaticString ends with a zero that its buffer does not count, and has a base address.
                // swift-format-ignore: NeverForceUnwrap
                rd_kafka_header_get_last(headers, $0.baseAddress!, &value, &size)
            }
        }
        guard found == RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return UnsafeRawBufferPointer(start: value, count: size)
    }
}

private func length(of text: UnsafePointer<CChar>) -> Int {
    var count = 0
    while text[count] != 0 { count += 1 }
    return count
}
