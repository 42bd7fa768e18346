import Foundation
import Invariants
import Kafka
import Schema

/// A topic of a Kafka as judges see it, from its beginning to the end that it has when it is read.
struct JudgedTopic: WorldTopic {
    let name: TopicName
    let kafka: KafkaOptions

    func each(_ body: (WorldRecord) throws -> Void) throws {
        do {
            try kafka.reader().read(topic: name.text) { message in
                var headers: [(name: String, value: [UInt8])] = []
                message.forEachHeader { name, value in
                    headers.append((name: String(decoding: name, as: UTF8.self), value: Array(value)))
                }
                try body(
                    WorldRecord(
                        partition: message.partition, offset: message.offset, key: message.key.map { Array($0) },
                        value: message.value.map { Array($0) }, headers: headers,
                        timestamp: Instant(unchecked: message.timestampMs * 1_000)))
            }
        } catch let error as KafkaError {
            throw kafka.failure(error)
        }
    }
}

/// The mail of a development machine as judges see it.
enum JudgedMail {
    /// The mails of a Maildir; nil where there is none.
    static func read(_ maildir: String) -> [WorldMail]? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "\(maildir)/new") else { return nil }
        return names.sorted().compactMap { name in
            guard let notice = NoticeID(text: name), let text = try? TextFile.read("\(maildir)/new/\(name)") else {
                return nil
            }
            let lines = text.utf8.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
            return WorldMail(notice: notice, messageID: lines.first { $0.hasPrefix("Message-ID:") } ?? "")
        }
    }
}
