internal import CRdKafka

/// A list of partitions for librdkafka, freed with its owner: one that leaks makes the end of its client hang.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ entries: [(topic: String, partition: Int32, offset: Int64)]) {
        // librdkafka aborts where memory is exhausted, so neither call returns nil.
        // swift-format-ignore: NeverForceUnwrap
        pointer = rd_kafka_topic_partition_list_new(Int32(entries.count))!
        for entry in entries {
            // swift-format-ignore: NeverForceUnwrap
            rd_kafka_topic_partition_list_add(pointer, entry.topic, entry.partition)!.pointee.offset = entry.offset
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    /// The first partition that was refused on its own.
    var refused: KafkaError? {
        for index in 0..<Int(pointer.pointee.cnt) {
            let element = pointer.pointee.elems[index]
            guard element.err != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let place = element.topic.map { String(cString: $0) } ?? "?"
            let text = String(cString: rd_kafka_err2str(element.err))
            return KafkaError(element.err, "\(place) \(element.partition): \(text)")
        }
        return nil
    }
}
