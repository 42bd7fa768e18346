internal import CRdKafka

/// Asks and changes what a cluster holds: topics and their settings. Blocks its caller.
package final class Admin: Sendable {
    let client: Client

    /// A client that belongs to no group.
    package init(_ settings: Settings, log: KafkaLog) throws(KafkaError) {
        // As a consumer it never makes the topics that it asks for.
        client = try Client(RD_KAFKA_CONSUMER, settings.withoutGroup(), Callbacks(log))
    }

    /// The cluster, and all topics (nil) or these. A topic's own error is in its `TopicMetadata`.
    package func metadata(
        topics: [String]?, milliseconds: Int32 = Limits.requestMilliseconds
    ) throws(KafkaError) -> ClusterMetadata {
        try client.metadata(topics, milliseconds)
    }

    /// The lowest and the next offset of a partition, asked from its leader.
    package func watermarks(
        topic: String, partition: Int32, milliseconds: Int32 = Limits.requestMilliseconds
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        try client.watermarks(topic, partition, milliseconds)
    }

    /// Makes topics and returns the names of those that it made; one that exists is left as it is.
    @discardableResult
    package func createTopics(_ topics: [NewTopic]) throws(KafkaError) -> [String] {
        if topics.isEmpty { return [] }
        var requests: [OpaquePointer?] = []
        defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
        for topic in topics {
            let (request, text) = withErrorText {
                rd_kafka_NewTopic_new(topic.name, topic.partitions, topic.replication, $0, $1)
            }
            guard let request else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, "\(topic.name): \(text)") }
            requests.append(request)
            for (name, value) in topic.configuration.sorted(by: { $0.key < $1.key }) {
                let code = rd_kafka_NewTopic_set_config(request, name, value)
                try KafkaError.check(code, "\(topic.name): setting \(name)")
            }
        }
        let event = try perform(RD_KAFKA_ADMIN_OP_CREATETOPICS) { options, queue in
            rd_kafka_CreateTopics(client.pointer, &requests, requests.count, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        return try Admin.succeeded(results, count, butFor: RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    }

    /// Deletes topics and all their records; one that does not exist is no error.
    package func deleteTopics(_ names: [String]) throws(KafkaError) {
        if names.isEmpty { return }
        var requests: [OpaquePointer?] = names.map { rd_kafka_DeleteTopic_new($0) }
        defer { for request in requests { rd_kafka_DeleteTopic_destroy(request) } }
        let event = try perform(RD_KAFKA_ADMIN_OP_DELETETOPICS) { options, queue in
            rd_kafka_DeleteTopics(client.pointer, &requests, requests.count, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
        _ = try Admin.succeeded(results, count, butFor: RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    }

    /// All settings of these topics: topic, then setting, then value. Throws where one topic is refused.
    package func describe(topics: [String]) throws(KafkaError) -> [String: [String: String]] {
        if topics.isEmpty { return [:] }
        var requests: [OpaquePointer?] = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
        defer { for request in requests { rd_kafka_ConfigResource_destroy(request) } }
        let event = try perform(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS) { options, queue in
            rd_kafka_DescribeConfigs(client.pointer, &requests, requests.count, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let answer = rd_kafka_event_DescribeConfigs_result(event)
        let resources = rd_kafka_DescribeConfigs_result_resources(answer, &count)
        var described: [String: [String: String]] = [:]
        for index in 0..<count {
            guard let resource = resources?[index] else { continue }
            let name = String(cString: rd_kafka_ConfigResource_name(resource))
            try Admin.check(resource)
            var entryCount = 0
            let entries = rd_kafka_ConfigResource_configs(resource, &entryCount)
            for entry in 0..<entryCount {
                guard let entry = entries?[entry], let value = rd_kafka_ConfigEntry_value(entry) else { continue }
                let setting = String(cString: rd_kafka_ConfigEntry_name(entry))
                described[name, default: [:]][setting] = String(cString: value)
            }
        }
        return described
    }

    /// Replaces all settings of a topic: what is not given goes back to the cluster's default (AlterConfigs).
    package func alter(topic: String, _ settings: [(name: String, value: String)]) throws(KafkaError) {
        var requests: [OpaquePointer?] = [rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)]
        defer { rd_kafka_ConfigResource_destroy(requests[0]) }
        for (name, value) in settings {
            let code = rd_kafka_ConfigResource_set_config(requests[0], name, value)
            try KafkaError.check(code, "\(topic): setting \(name)")
        }
        let event = try perform(RD_KAFKA_ADMIN_OP_ALTERCONFIGS) { options, queue in
            rd_kafka_AlterConfigs(client.pointer, &requests, 1, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let answer = rd_kafka_event_AlterConfigs_result(event)
        let resources = rd_kafka_AlterConfigs_result_resources(answer, &count)
        for index in 0..<count {
            if let resource = resources?[index] { try Admin.check(resource) }
        }
    }

    /// Sends a request and waits for its event, which the caller destroys.
    func perform(
        _ kind: rd_kafka_admin_op_t, _ send: (OpaquePointer?, OpaquePointer) -> Void
    ) throws(KafkaError) -> OpaquePointer {
        let options = rd_kafka_AdminOptions_new(client.pointer, kind)
        defer { rd_kafka_AdminOptions_destroy(options) }
        _ = withErrorText {
            rd_kafka_AdminOptions_set_request_timeout(options, Limits.requestMilliseconds, $0, $1)
        }
        if kind == RD_KAFKA_ADMIN_OP_CREATETOPICS || kind == RD_KAFKA_ADMIN_OP_DELETETOPICS {
            _ = withErrorText {
                rd_kafka_AdminOptions_set_operation_timeout(options, Limits.operationMilliseconds, $0, $1)
            }
        }
        // librdkafka aborts where memory is exhausted: there is a queue.
        // swift-format-ignore: NeverForceUnwrap
        let queue = rd_kafka_queue_new(client.pointer)!
        defer { rd_kafka_queue_destroy(queue) }
        send(options, queue)
        guard let event = rd_kafka_queue_poll(queue, Limits.requestMilliseconds + 1_000) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        let code = rd_kafka_event_error(event)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            defer { rd_kafka_event_destroy(event) }
            throw KafkaError(code, rd_kafka_event_error_string(event).map { String(cString: $0) })
        }
        return event
    }

    /// The topics that the request changed; throws the first error that is not `expected`.
    private static func succeeded(
        _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, butFor expected: rd_kafka_resp_err_t
    ) throws(KafkaError) -> [String] {
        var names: [String] = []
        for index in 0..<count {
            guard let result = results?[index] else { continue }
            let name = String(cString: rd_kafka_topic_result_name(result))
            let code = rd_kafka_topic_result_error(result)
            if code == expected { continue }
            if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                let text = rd_kafka_topic_result_error_string(result) ?? rd_kafka_err2str(code)
                throw KafkaError(code, "\(name): \(text.map { String(cString: $0) } ?? "")")
            }
            names.append(name)
        }
        return names
    }

    private static func check(_ resource: OpaquePointer) throws(KafkaError) {
        let code = rd_kafka_ConfigResource_error(resource)
        if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
        let name = String(cString: rd_kafka_ConfigResource_name(resource))
        let text = rd_kafka_ConfigResource_error_string(resource) ?? rd_kafka_err2str(code)
        throw KafkaError(code, "\(name): \(text.map { String(cString: $0) } ?? "")")
    }
}
