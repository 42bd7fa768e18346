package import Schema

/// A topic as a judge sees it: its records, partition by partition, in the order of their offsets.
package protocol WorldTopic {
    var name: TopicName { get }
    /// Calls `body` with every record. Throws what the bus throws, and what `body` throws.
    func each(_ body: (WorldRecord) throws -> Void) throws
}

/// A record as it lies in a topic.
package struct WorldRecord {
    package var partition: Int32
    package var offset: Int64
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [(name: String, value: [UInt8])]
    /// When it was appended.
    package var timestamp: Instant

    package init(
        partition: Int32, offset: Int64, key: [UInt8]?, value: [UInt8]?, headers: [(name: String, value: [UInt8])],
        timestamp: Instant
    ) {
        (self.partition, self.offset, self.key, self.value) = (partition, offset, key, value)
        (self.headers, self.timestamp) = (headers, timestamp)
    }

    /// The value of a header, as text; empty: there is none.
    func header(_ name: String) -> String {
        headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
    }
}

/// A mail that arrived, as far as a judge may know it.
package struct WorldMail: Equatable, Sendable {
    /// Of its Message-ID.
    package var notice: NoticeID
    /// The lines of its Message-ID header.
    package var messageID: String
    package init(notice: NoticeID, messageID: String) { (self.notice, self.messageID) = (notice, messageID) }
}

extension World {
    /// Every message of a topic, decoded, with its record; what does not decode is not of its sender's making and left
    /// out. Nil: the topics were not looked at.
    func messages<M: Message>(
        of topic: Topic<M>, _ body: (M, WorldRecord) throws -> Void
    ) throws -> Bool {
        guard let found = topics?.first(where: { $0.name == topic.name }) else { return false }
        try found.each { record in
            guard let value = record.value,
                let message = try? value.withUnsafeBytes({ try M.decode($0, contentType: .json, from: topic.trust) })
            else { return }
            try body(message, record)
        }
        return true
    }
}
