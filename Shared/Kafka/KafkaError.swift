internal import CRdKafka

/// What librdkafka or a broker refused, under librdkafka's own code and name.
package struct KafkaError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `rd_kafka_resp_err_t`: negative from the client, positive from a broker.
    package let code: Int32
    /// The code's name without its prefix, such as `_QUEUE_FULL`.
    package let name: String
    /// What happened, in librdkafka's words where it has some.
    package let text: String
    /// The client can do nothing more and must be replaced.
    package let isFatal: Bool
    /// The same call may succeed later.
    package let isRetriable: Bool
    /// The topic of the record that was not delivered.
    package private(set) var topic: String?

    /// A permission is missing: topic, group, cluster or transactional id.
    package var isAuthorization: Bool { (29...31).contains(code) || code == 53 }
    /// The permission that is missing is one on the group.
    package var isGroupAuthorization: Bool { code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED.rawValue }
    /// The cluster keeps no permissions: it has no authorizer.
    package var isWithoutAuthorizer: Bool { code == RD_KAFKA_RESP_ERR_SECURITY_DISABLED.rawValue }
    /// The producer's own queue has no room: poll and send again.
    package var isQueueFull: Bool { code == RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue }
    /// The deadline passed, or the broker did not answer in time.
    package var isTimeout: Bool {
        code == RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue || code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT.rawValue
    }
    /// The topic or partition does not exist (or may not be seen).
    package var isUnknownTopicOrPartition: Bool {
        code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART.rawValue
            || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC.rawValue
            || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION.rawValue
    }
    /// The wanted offset is not, or no longer, in the partition (`auto.offset.reset=error`).
    package var isOffsetOutOfRange: Bool {
        code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET.rawValue
            || code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE.rawValue
    }
    /// A batch of the log does not decompress, its checksum is wrong, or its form is unknown: the message's offset is
    /// where the batch begins. librdkafka repeats this for ever, or goes on anywhere.
    package var isDamagedBatch: Bool {
        code == RD_KAFKA_RESP_ERR__BAD_COMPRESSION.rawValue || code == RD_KAFKA_RESP_ERR__BAD_MSG.rawValue
            || code == RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED.rawValue
    }
    /// The message was taken out of the producer by `purge` or its end.
    package var isPurged: Bool {
        code == RD_KAFKA_RESP_ERR__PURGE_QUEUE.rawValue || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT.rawValue
            || code == RD_KAFKA_RESP_ERR__DESTROY.rawValue
    }

    /// Fact: remedy.
    package var description: String { "\(text) (\(name)): \(remedy)" }

    private var remedy: String {
        if isFatal { return "replace the client" }
        if isAuthorization { return "grant the permission to this principal" }
        if isQueueFull { return "poll, then send again" }
        if isUnknownTopicOrPartition { return "create the topic, or correct its name" }
        if isOffsetOutOfRange { return "reset the partition's offset" }
        if code == RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue { return "correct the setting or argument" }
        return isRetriable ? "try again; if it stays, look at the brokers" : "look at the client's log and the brokers"
    }
}

extension KafkaError {
    /// An error of a librdkafka code; `text` in its words where none is given.
    init(_ code: rd_kafka_resp_err_t, _ text: String? = nil, isFatal: Bool? = nil, isRetriable: Bool? = nil) {
        self.code = code.rawValue
        name = String(cString: rd_kafka_err2name(code))
        self.text = text ?? String(cString: rd_kafka_err2str(code))
        self.isFatal = isFatal ?? (code == RD_KAFKA_RESP_ERR__FATAL)
        self.isRetriable = isRetriable ?? KafkaError.retriable.contains(code.rawValue)
    }

    /// Why a record was not delivered.
    init(_ code: rd_kafka_resp_err_t, topic: String?) {
        self.init(code, topic.map { "\($0): \(String(cString: rd_kafka_err2str(code)))" })
        self.topic = topic
    }

    /// Takes over a `rd_kafka_error_t` and frees it.
    init(consuming error: OpaquePointer) {
        defer { rd_kafka_error_destroy(error) }
        self.init(
            rd_kafka_error_code(error), String(cString: rd_kafka_error_string(error)),
            isFatal: rd_kafka_error_is_fatal(error) != 0,
            isRetriable: rd_kafka_error_is_retriable(error) != 0
                || KafkaError.retriable.contains(rd_kafka_error_code(error).rawValue))
    }

    /// Throws where a call returned a code that is not "no error"; `what` was being done.
    static func check(_ code: rd_kafka_resp_err_t, _ what: @autoclosure () -> String) throws(KafkaError) {
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
        throw KafkaError(code, "\(what()): \(String(cString: rd_kafka_err2str(code)))")
    }

    /// Codes after which the same call may succeed: transport, leadership, coordination, replication, time.
    private static let retriable: [Int32] = [
        RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
        RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
        RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__IN_PROGRESS,
        RD_KAFKA_RESP_ERR__WAIT_CACHE, RD_KAFKA_RESP_ERR__RETRY,
        RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
        RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
        RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
        RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
        RD_KAFKA_RESP_ERR_NOT_CONTROLLER,
    ].map(\.rawValue)
}
