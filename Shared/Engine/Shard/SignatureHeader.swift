import Schema
import Seal

/// The `troth-sig` header: who wrote a record that steers others. SECURITY.md: Signatures.
enum SignatureHeader {
    static let name: StaticString = "troth-sig"

    /// What is signed of a time: `ce_time` says no more than the second.
    static func time(_ moment: Instant) -> Int64 { moment.value / Instant.second * Instant.second }

    /// The header's text: the 73 bytes as base64url.
    static func text(of fields: SignedFields, by key: SigningKey) throws(KeyFailure) -> String {
        Base64URL.encode(try sealing { () throws(SealError) in try Signature.sign(fields, with: key) })
    }
}

/// Checks the signatures of a topic's records.
struct SignatureCheck {
    private let topic: any AnyTopic
    private let partition: Int32
    private let trusted: [[UInt8]]
    private let own: SigningKey?

    init(_ topic: any AnyTopic, partition: Int32, secrets: Secrets) {
        (self.topic, self.partition) = (topic, partition)
        let trusted = secrets.trusted[topic.owner] ?? []
        own = secrets.signing.flatMap { trusted.contains($0.publicBytes) ? $0 : nil }
        self.trusted = trusted
    }

    /// Throws for a record that is not signed by the topic's owner.
    func check(_ record: RecordView) throws(Refusal) {
        func text(_ name: StaticString) -> String? {
            record.headers.first(name).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let header = text(SignatureHeader.name).flatMap({ Base64URL.decode($0) }),
            let type = text("ce_type"), type == topic.messageType.type, let source = text("ce_source"),
            let id = text("ce_id"), let time = text("ce_time").flatMap({ Instant(rfc3339: $0) })
        else { throw bad }
        let fields = SignedFields(
            topic: topic.name.text, partition: UInt32(partition), key: record.key.map { Array($0) } ?? [], type: type,
            source: source, id: id, time: time.value,
            link: record.headers.first(LinkHeader.name).map { Array($0) } ?? [],
            value: Array(record.value))
        // Ed25519 gives one signature for one message: our own is made again, in half the time of a verification
        if let own, (try? Signature.sign(fields, with: own)) == header { return }
        let isOurs = trusted.contains { key in
            do throws(SealError) {
                try Signature.verify(header, of: fields, by: key)
                return true
            } catch {
                return false
            }
        }
        guard isOurs else { throw bad }
    }

    private var bad: Refusal { Refusal(.badSignature, fields: FieldName.list("troth-sig")) }
}
