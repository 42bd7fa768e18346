package import Schema

/// A record to be published to `metering.usage`.
package struct OutgoingRecord: Sendable {
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [(name: String, value: [UInt8])]
    /// True where a client with librdkafka's default partitioner sends it.
    package var wrongPartitioner: Bool

    /// Sets a header, or takes it away.
    package mutating func setHeader(_ name: String, _ text: String?) {
        headers.removeAll { $0.name == name }
        if let text { headers.append((name: name, value: Array(text.utf8))) }
    }
}

/// A gateway's call with the account that pays for it.
package struct AccountCalls: Sendable {
    package var account: AccountID
    package var calls: [Call]
}

extension OutgoingRecord {
    /// Usage as a gateway publishes it: the account as key, CloudEvents headers, JSON or protobuf.
    package init(
        _ usage: AccountCalls, form: ContentType, id: EventID, source: String, wrongPartitioner: Bool = false
    ) {
        let message = Usage(calls: usage.calls)
        key = Array(usage.account.text.utf8)
        value = form == .json ? message.encoded() : message.encodedProtobuf()
        headers = CloudEvent.headers(
            id: id, source: source, type: Usage.type, time: usage.calls.last?.calledAt ?? Instant(unchecked: 0),
            contentType: form)
        self.wrongPartitioner = wrongPartitioner
    }
}

/// The headers of a CloudEvents 1.0 record in Kafka's binary mode.
package enum CloudEvent {
    /// `ce_id`, `ce_source`, `ce_type`, `ce_time`, `ce_specversion` and `content-type`.
    package static func headers(
        id: EventID, source: String, type: String, time: Instant, contentType: ContentType
    ) -> [(name: String, value: [UInt8])] {
        [
            ("ce_id", id.text), ("ce_source", source), ("ce_type", type), ("ce_time", TimeText.exact(time)),
            ("ce_specversion", "1.0"), ("content-type", contentType.rawValue),
        ].map { (name: $0.0, value: Array($0.1.utf8)) }
    }
}
