import Foundation
package import Kafka
package import Schema
import Seal

/// Whose signatures are believed: the public signing keys of services, as `troth init` writes them, a line each.
package struct TrustFile: Equatable, Sendable {
    private var keys: [String: [[UInt8]]] = [:]

    /// Reads a file of lines `service public-key`, the key in base64url.
    package init(_ path: String) throws(Failure) {
        for line in try TextFile.read(path).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let key = Base64URL.decode(String(words[1])), key.count == 32 else {
                throw .usage("\(path) has a line that is not `service public-key`: write it again with troth init")
            }
            keys[String(words[0]), default: []].append(key)
        }
    }

    /// The trust file of a data folder; nil where none of its services has one.
    package static func find(inData data: String) throws(Failure) -> TrustFile? {
        for service in Services.names {
            let path = "\(data)/secrets/\(service)/trust"
            if FileManager.default.fileExists(atPath: path) { return try TrustFile(path) }
        }
        return nil
    }

    /// True where a record carries a signature of its topic's owner.
    package func believes(_ message: borrowing KafkaMessage, on topic: any AnyTopic) -> Bool {
        func text(_ name: StaticString) -> String? { message.header(name).map { String(decoding: $0, as: UTF8.self) } }
        guard let header = text("troth-sig").flatMap({ Base64URL.decode($0) }), let type = text("ce_type"),
            type == topic.messageType.type, let source = text("ce_source"), let id = text("ce_id"),
            let time = text("ce_time").flatMap({ Instant(rfc3339: $0) }), let value = message.value
        else { return false }
        let fields = SignedFields(
            topic: topic.name.text, partition: UInt32(message.partition), key: message.key.map { Array($0) } ?? [],
            type: type, source: source, id: id, time: time.value,
            link: message.header("troth-link").map { Array($0) } ?? [], value: Array(value))
        return keys[topic.owner, default: []].contains { key in
            (try? Signature.verify(header, of: fields, by: key)) != nil
        }
    }
}
