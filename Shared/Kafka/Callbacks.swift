internal import CRdKafka
internal import Synchronization

/// What librdkafka calls back into. A `Client` owns it until librdkafka's last thread has ended.
final class Callbacks: Sendable {
    typealias Delivery = @Sendable (UInt64, KafkaError?, DeliveredAt) -> Void

    let log: KafkaLog
    let onDelivery: Delivery?
    let onFatal: (@Sendable (KafkaError) -> Void)?
    /// Cleared when the consumer is closed: what the closure holds must not keep the client alive.
    let onRebalance: Mutex<(@Sendable (Rebalance) -> Void)?>
    /// Whether the handler of the present rebalance has called `assign` or `unassign`.
    let answered = Atomic<Bool>(false)
    private let errors = Mutex<[KafkaError]>([])

    init(
        _ log: KafkaLog, onDelivery: Delivery? = nil, onFatal: (@Sendable (KafkaError) -> Void)? = nil,
        onRebalance: (@Sendable (Rebalance) -> Void)? = nil
    ) {
        self.log = log
        self.onDelivery = onDelivery
        self.onFatal = onFatal
        self.onRebalance = Mutex(onRebalance)
    }

    /// The oldest client error that nobody has seen.
    func nextError() -> KafkaError? {
        errors.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// Registers everything that this client wants to hear with its configuration.
    func install(in configuration: OpaquePointer, _ kind: rd_kafka_type_t) {
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set_log_cb(configuration) { client, level, facility, text in
            guard let client, let facility, let text, let own = Callbacks.from(rd_kafka_opaque(client)) else { return }
            own.log.line(Int(level), String(cString: facility), String(cString: text))
        }
        rd_kafka_conf_set_stats_cb(configuration) { _, json, _, opaque in
            if let json, let own = Callbacks.from(opaque) { own.log.statistics(String(cString: json)) }
            return 0
        }
        rd_kafka_conf_set_error_cb(configuration) { client, code, reason, opaque in
            guard let client, let own = Callbacks.from(opaque) else { return }
            own.failed(client, rd_kafka_resp_err_t(code), reason.map { String(cString: $0) } ?? "")
        }
        if onDelivery != nil {
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let message, let own = Callbacks.from(opaque) else { return }
                own.delivered(message)
            }
        }
        guard kind == RD_KAFKA_CONSUMER, onRebalance.withLock({ $0 != nil }) else { return }
        rd_kafka_conf_set_rebalance_cb(configuration) { client, code, partitions, opaque in
            guard let client, let own = Callbacks.from(opaque) else { return }
            own.rebalance(client, code, partitions?.pointee)
        }
        rd_kafka_conf_set_offset_commit_cb(configuration) { _, code, _, opaque in
            guard let own = Callbacks.from(opaque), code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
            if code == RD_KAFKA_RESP_ERR__NO_OFFSET { return }
            own.log.line(4, "COMMIT", "offsets not committed: \(String(cString: rd_kafka_err2str(code)))")
        }
    }

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> Callbacks? {
        opaque.map { Unmanaged<Callbacks>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The pointer is librdkafka's own: the message's time lies behind what the struct shows.
    private func delivered(_ message: UnsafePointer<rd_kafka_message_t>) {
        var error: KafkaError?
        let report = message.pointee
        if report.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            let topic = report.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) }
            error = KafkaError(report.err, topic: topic)
        }
        let time = rd_kafka_message_timestamp(message, nil)
        onDelivery?(
            UInt64(UInt(bitPattern: report._private)), error, DeliveredAt(offset: report.offset, timestampMs: time))
    }

    private func failed(_ client: OpaquePointer, _ code: rd_kafka_resp_err_t, _ reason: String) {
        let error: KafkaError
        if code == RD_KAFKA_RESP_ERR__FATAL {
            let (original, text) = withErrorText { rd_kafka_fatal_error(client, $0, $1) }
            error = KafkaError(original, text, isFatal: true, isRetriable: false)
        } else {
            error = KafkaError(code, reason)
        }
        log.line(error.isFatal ? 2 : 4, error.isFatal ? "FATAL" : "ERROR", "\(error.name): \(error.text)")
        if error.isFatal { onFatal?(error) }
        errors.withLock { if $0.count < Limits.pendingErrors { $0.append(error) } }
    }

    /// Tells the handler and makes sure that a revocation is answered: an unanswered one hangs `close`.
    private func rebalance(
        _ client: OpaquePointer, _ code: rd_kafka_resp_err_t, _ list: rd_kafka_topic_partition_list_t?
    ) {
        let handler = onRebalance.withLock { $0 }
        let partitions = (0..<Int(list?.cnt ?? 0)).compactMap { list?.elems[$0].partition }
        answered.store(false, ordering: .relaxed)
        switch code {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            guard let handler else { break }
            handler(.assigned(partitions))
            return
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            handler?(rd_kafka_assignment_lost(client) != 0 ? .lost : .revoked(partitions))
        default:
            log.line(3, "REBALANCE", String(cString: rd_kafka_err2str(code)))
            handler?(.lost)
        }
        if !answered.load(ordering: .relaxed) { _ = rd_kafka_assign(client, nil) }
    }
}

/// Calls C with a buffer for a text and returns its result with what it wrote.
func withErrorText<Result>(_ body: (UnsafeMutablePointer<CChar>, Int) -> Result) -> (Result, String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Limits.errorTextBytes) { buffer in
        buffer.initialize(repeating: 0)
        // The capacity is not zero, so there is a base address.
        // swift-format-ignore: NeverForceUnwrap
        let base = buffer.baseAddress!
        let result = body(base, buffer.count)
        return (result, String(cString: base))
    }
}
