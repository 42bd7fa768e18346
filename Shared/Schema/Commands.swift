/// What a command and a question have in common: who is answered, and where.
package protocol CommandMessage: Message {
    /// Where the answer goes; absent: nowhere.
    var replyTo: ReplyAddress? { get }
    /// True for a question: it changes nothing and leaves no row.
    var isQuestion: Bool { get }
}

/// A partition of `replies.<asker>`.
package struct ReplyAddress: Codable, Equatable, Sendable {
    package var asker: AskerName
    package var partition: PartitionNumber
    package init(asker: AskerName, partition: PartitionNumber) { (self.asker, self.partition) = (asker, partition) }
}

/// To metering, keyed by account.
package struct MeteringCommand: CommandMessage {
    package static let type = "troth.metering.command.v1"
    package var replyTo: ReplyAddress?
    /// What the account used, hour by hour. A question.
    package var usage: UsageQuestion?
    /// How well upstreams served. A question.
    package var quality: QualityQuestion?
    package init(usage: UsageQuestion, replyTo: ReplyAddress?) { (self.usage, self.replyTo) = (usage, replyTo) }
    package init(quality: QualityQuestion, replyTo: ReplyAddress?) { (self.quality, self.replyTo) = (quality, replyTo) }
    package var isQuestion: Bool { true }
}

/// Asks for an account's usage in [from, to).
package struct UsageQuestion: Codable, Equatable, Sendable {
    package var from: Instant
    package var to: Instant
    package init(from: Instant, to: Instant) { (self.from, self.to) = (from, to) }
}

/// Who asks: the last part of `replies.<asker>`, an edge's principal.
package struct AskerName: TextField {
    package let text: String
    package init?(text: String) {
        guard (1...40).contains(text.utf8.count), text.utf8.allSatisfy({ (97...122).contains($0) || $0 == 45 }) else {
            return nil
        }
        self.text = text
    }
    package static let category = DataCategory.none
    package static let example = AskerName.troth
    package static let shape = Shape.text(pattern: "^[a-z-]{1,40}$")
    /// The command line.
    package static let troth = AskerName()
    private init() { text = "troth" }
}

/// The number of a partition.
package struct PartitionNumber: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...9_999
    package static let category = DataCategory.none
    package static let example = PartitionNumber(unchecked: 3)
}
