import Engine
import Kafka
import Schema
import Seal

/// Writes records as a service does, past it: with a link of its own, and signed with whatever key there is.
final class Forger {
    private let deliveries: Deliveries
    private let service: String
    private let incarnation: String
    private var sequences: [String: Int64] = [:]

    /// In the name of a service.
    init(_ kafka: KafkaOptions, as service: String) throws(Failure) {
        deliveries = try Deliveries(kafka)
        self.service = service
        let id = RandomID.uuid()
        incarnation = CallID(high: id.high, low: id.low).text
    }

    /// A record that was there before, byte for byte, but for what is given.
    struct Copy {
        let key: [UInt8]?
        let value: [UInt8]
        let headers: [(name: String, value: [UInt8])]
    }

    /// A service's own signing key: who has it has broken into that service's host.
    static func stolenKey(of service: String, data: String) throws(Failure) -> SigningKey {
        do {
            return try SigningKey(try SecretBytes(file: "\(data)/secrets/\(service)/signing"))
        } catch {
            throw .check("the signing key of \(service) cannot be read: \(error)")
        }
    }

    /// A key that nobody trusts.
    static func ownKey() throws(Failure) -> SigningKey {
        do {
            return try SigningKey(try SecretBytes(random: 32))
        } catch {
            throw .check("\(error)")
        }
    }

    /// Writes a message; without a key it is not signed.
    func write<M: Message>(
        _ message: M, on topic: Topic<M>, partition: Int32, key: AccountID?, signedBy signing: SigningKey?
    ) throws(Failure) {
        let place = "\(topic.name.text)/\(partition)"
        let sequence = sequences[place, default: 0] + 1
        sequences[place] = sequence
        let (value, keyBytes) = (message.encoded(), key.map { Array($0.text.utf8) })
        let now = Instant(unchecked: TimeText.now().value / Instant.second * Instant.second)
        let link = "\(service)/\(partition)/\(incarnation)/\(sequence)"
        let (id, source) = ("\(incarnation):\(place.utf8.count):\(sequence)", "troth/\(service)/\(partition)")
        var headers = [
            ("ce_specversion", "1.0"), ("ce_id", id), ("ce_source", source), ("ce_type", M.type),
            ("ce_time", "\(now)"), ("content-type", M.contentType.rawValue), ("troth-link", link),
        ]
        if let signing {
            let fields = SignedFields(
                topic: topic.name.text, partition: UInt32(partition), key: keyBytes ?? [], type: M.type,
                source: source, id: id, time: now.value, link: Array(link.utf8), value: value)
            do {
                headers.append(("troth-sig", Base64URL.encode(try Signature.sign(fields, with: signing))))
            } catch {
                throw .check("\(error)")
            }
        }
        try send(
            Copy(key: keyBytes, value: value, headers: headers.map { (name: $0.0, value: Array($0.1.utf8)) }),
            topic.name, partition)
    }

    /// Writes what was there before.
    func send(_ copy: Copy, _ topic: TopicName, _ partition: Int32) throws(Failure) {
        try deliveries.send(
            topic: topic, partition: partition, key: copy.key, value: copy.value, headers: copy.headers)
        deliveries.poll(milliseconds: 0)
    }

    /// Waits until Kafka has all of it.
    func confirmAll() throws(Failure) { try deliveries.confirmAll() }

    /// A proof, signed as identity signs one.
    static func proof(
        _ request: RequestID, of subject: SubjectID, for act: RightsAct, signedBy key: SigningKey
    ) throws(Failure) -> IdentityProof {
        let now = TimeText.now()
        let fields = SignedFields(
            topic: "rights.proofs", partition: 0, key: Array(subject.text.utf8),
            type: "troth.rights.identity-proof.v1", source: "identity", id: request.text, time: now.value, link: [],
            value: Array("\(act.rawValue) code 0".utf8))
        do {
            return IdentityProof(
                request: request, subject: subject, act: act, method: .code, at: now,
                signature: SignatureBytes(unchecked: try Signature.sign(fields, with: key)))
        } catch {
            throw .check("\(error)")
        }
    }

    /// What lies on a topic with this id as its key.
    static func records(
        of key: AccountID, on topic: TopicName, _ kafka: KafkaOptions
    ) throws(Failure) -> [(partition: Int32, copy: Copy)] {
        var found: [(partition: Int32, copy: Copy)] = []
        let wanted = Array(key.text.utf8)
        do {
            try kafka.reader().read(topic: topic.text) { message in
                guard let bytes = message.key, Array(bytes) == wanted, let value = message.value else { return }
                let names: [StaticString] = [
                    "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type", "troth-link",
                    "troth-sig",
                ]
                let headers = names.compactMap { name in
                    message.header(name).map { (name: "\(name)", value: Array($0)) }
                }
                found.append((message.partition, Copy(key: wanted, value: Array(value), headers: headers)))
            }
        } catch let error as KafkaError {
            throw kafka.failure(error)
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        return found
    }
}
