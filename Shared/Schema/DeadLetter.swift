/// What is left of a refused record: where it lies, why it was refused and which fields were wrong; never a value.
/// Policy §3.1.
package struct DeadLetter: Message {
    package static let type = "troth.deadletter.v1"
    package var topic: TopicName
    package var partition: PartitionNumber
    package var offset: RecordOffset
    package var reason: Refusal.Reason
    /// The place of the refused call in its record, from 0; absent: the whole record.
    package var call: CallIndex?
    /// How many of its calls were refused for this reason, `call` the first; absent: one.
    package var calls: CallCount?
    /// Names from the list.
    package var fields: [FieldName]
    /// How many other fields there were.
    package var otherFields: FieldCount
    /// When the service refused it.
    package var refusedAt: Instant

    package init(
        topic: TopicName, partition: PartitionNumber, offset: RecordOffset, refusal: Refusal, call: CallIndex?,
        calls: CallCount? = nil, refusedAt: Instant
    ) {
        (self.topic, self.partition, self.offset) = (topic, partition, offset)
        (self.call, self.calls) = (call, calls)
        (reason, fields, self.refusedAt) = (refusal.reason, refusal.fields, refusedAt)
        otherFields = FieldCount(unchecked: refusal.otherFields)
    }
}

/// The name of a topic.
package struct TopicName: TextField, Comparable, CustomStringConvertible {
    package let text: String
    package init?(text: String) {
        guard (1...120).contains(text.utf8.count),
            text.utf8.allSatisfy({ (97...122).contains($0) || $0 == 45 || $0 == 46 })
        else { return nil }
        self.text = text
    }
    /// Trusts a name of `Topics`.
    init(unchecked text: String) { self.text = text }
    package static let category = DataCategory.none
    package static let example = TopicName(unchecked: "metering.usage")
    package static let shape = Shape.text(pattern: "^[a-z.-]{1,120}$")
    package var description: String { text }
    package static func < (left: TopicName, right: TopicName) -> Bool { left.text < right.text }
}

/// An offset in a partition.
package struct RecordOffset: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...(1 << 53)
    package static let category = DataCategory.none
    package static let example = RecordOffset(unchecked: 8_191)
}

/// The place of a call in its record.
package struct CallIndex: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...499
    package static let category = DataCategory.none
    package static let example = CallIndex(unchecked: 0)
}

/// A count of fields.
package struct FieldCount: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...65_536
    package static let category = DataCategory.none
    package static let example = FieldCount(unchecked: 0)
}

/// A field's name from the fixed list: the schema's own names, and those under which content is commonly sent.
package struct FieldName: TextField, Comparable {
    package let text: String
    /// Nil for a name that is not on the list: it is counted, not repeated.
    package init?(text: String) {
        guard Self.known.contains(text) else { return nil }
        self.text = text
    }
    package static let category = DataCategory.none
    package static let example = FieldName()
    package static let shape = Shape.name(known.sorted())
    private init() { text = "prompt" }
    package static func < (left: FieldName, right: FieldName) -> Bool { left.text < right.text }

    /// Content's usual names, then the names of the schema that outsiders write.
    package static let known: Set<String> = [
        "messages", "prompt", "content", "input", "output", "completion", "response", "text", "body", "email", "ip",
        "user",
        "calls", "callId", "calledAt", "apiKeyId", "outcome", "attempts", "number", "upstream", "model", "region",
        "tierServed", "startedAt", "durationMs", "units", "unit", "count", "stated", "currency", "nano", "priceList",
        "provider", "version", "checksum", "prices", "tier", "bandFrom", "bandTo", "nanoPerMillion", "validFrom",
        "validTo",
        "source", "name", "country", "agreement", "agreementFrom", "agreementTo", "safeguard", "replyTo", "asker",
        "partition", "usage", "from", "to", "topUp", "payment", "balance", "key", "ce_id", "ce_source", "content-type",
        "troth-link", "troth-sig", "askerKey", "client", "browser", "address", "agent", "session", "start", "purpose",
        "language", "confirm", "code", "signOut", "everywhere", "changeAddress", "keepAddress", "keep", "accept",
        "policy", "choose", "notice", "functional", "analytics", "object", "objects", "close", "newKey", "label",
        "revokeKey", "keys", "all", "choices", "at", "event", "bounced", "proof", "refund", "step", "dispute",
        "reinstate", "promotion", "expires", "limit", "window", "standing", "statement", "quality",
        "contentDays", "erasureContact",
        "apiKey", "open", "kind",
        "channel", "receivedAt", "gpc", "status", "withdraw", "list", "prove", "reason", "answer", "extend", "refuse",
        "download",
        "override", "held", "statute", "place", "until", "release", "hold", "ask",
    ]
}
