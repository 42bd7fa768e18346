package import Engine
package import Schema
package import Seal

/// What rights-worker asks of a file, over its link, with identity's proof.
package final class TestRequests {
    /// The private half of the key that exports are boxed to.
    package let exportKey: X25519Key
    private let partition: Int32
    private var sequence: Int64 = 0

    package init(partition: Int32 = 0) throws {
        self.partition = partition
        exportKey = try X25519Key(TestSecrets.key("export").bytes)
    }

    /// A request by its number.
    package static func id(_ number: UInt64) -> RequestID { RequestID(high: number, low: 0x8000_0000_0000_0001) }

    /// What is asked, with a proof where it takes one.
    package func request(
        _ act: RightsAct, of account: AccountID, _ id: RequestID, at now: Instant
    ) throws -> RightsRequest {
        let proved: RightsAct = act == .destroy || act == .forget ? .erase : act
        return RightsRequest(
            request: id, subject: SubjectID(account), act: act,
            proof: act.needsProof ? try Self.proof(proved, of: SubjectID(account), id, at: now) : nil,
            exportKey: act == .export ? PublicKey(unchecked: exportKey.publicBytes) : nil)
    }

    /// The record of a request: signed and linked, behind the one before.
    package func record(_ request: RightsRequest) throws -> TestRecord {
        sequence += 1
        let (topic, key) = (Topics.rightsRequests, request.subject.account.text)
        let (source, id, time) = ("troth/rights-worker/\(partition)", "test:1:\(sequence)", Instant.example)
        let link = "rights-worker/\(partition)/\(Incarnation.example)/\(sequence)"
        let fields = SignedFields(
            topic: topic.name.text, partition: UInt32(partition), key: Array(key.utf8), type: RightsRequest.type,
            source: source, id: id, time: time.value / Instant.second * Instant.second, link: Array(link.utf8),
            value: request.encoded())
        let signature = try Signature.sign(fields, with: TestSecrets.signing("rights-worker"))
        return TestRecord(
            key: key, request.encoded(),
            headers: [
                (name: "ce_source", value: source), (name: "ce_id", value: id),
                (name: "ce_type", value: RightsRequest.type), (name: "ce_time", value: time.description),
                (name: "content-type", value: "application/json"), (name: "troth-link", value: link),
                (name: "troth-sig", value: Base64URL.encode(signature)),
            ])
    }

    /// What identity signs. docs/contracts.md: Rights.
    private static func proof(
        _ act: RightsAct, of subject: SubjectID, _ id: RequestID, at now: Instant
    ) throws -> IdentityProof {
        let fields = SignedFields(
            topic: "rights.proofs", partition: 0, key: Array(subject.text.utf8),
            type: "troth.rights.identity-proof.v1", source: "identity", id: id.text, time: now.value, link: [],
            value: Array("\(act.rawValue) code 0".utf8))
        let signature = try Signature.sign(fields, with: TestSecrets.signing("identity"))
        return IdentityProof(
            request: id, subject: subject, act: act, method: .code, at: now,
            signature: SignatureBytes(unchecked: signature))
    }

    /// The rows of an export as they were sent, a line of JSON each, by slice.
    package func rows(_ sent: [Outgoing], from service: String, of account: AccountID) throws -> [String: [String]] {
        var rows: [String: [String]] = [:]
        for message in sent where message.topic == Topics.rightsSlices(of: service).name {
            let chunk = try message.message(SliceChunk.self)
            let context = BoxContext.slice(
                chunk.slice, chunk.number, of: SubjectID(account), from: service, for: chunk.request)
            let text = String(
                decoding: try SealedBox.open(chunk.content.bytes, with: exportKey, context: context), as: UTF8.self)
            let lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix(#"{"slice":"#) }
            rows[chunk.slice.text, default: []] += lines
        }
        return rows
    }
}

extension TestStand {
    /// The place of a topic among the inputs.
    package func input(of topic: any AnyTopic) -> Int? { service.inputs.firstIndex { $0.topic.name == topic.name } }

    /// Where an id still stands, in whatever table, as its bytes or as its text. What waits to be sent is left out:
    /// there it is a key.
    package func places(of id: AccountID) throws -> [String] {
        let raw = id.raw.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined().uppercased()
        let text = id.text.utf8.map { String($0, radix: 16) }.joined().uppercased()
        let tables = try texts("SELECT name AS answer FROM sqlite_schema WHERE type = 'table' AND name != 'outbox'")
        return try tables.filter { table in
            try texts("SELECT name AS answer FROM pragma_table_info('\(table)')").contains { column in
                let found = try number(
                    """
                    SELECT count(*) AS answer FROM \(table)
                    WHERE instr(hex("\(column)"), '\(raw)') > 0 OR instr(hex("\(column)"), '\(text)') > 0
                    """)
                return found != 0
            }
        }
    }

    /// The tables that name somebody in one of some columns.
    package func tables(naming columns: [String]) throws -> [String] {
        let list = columns.map { "'\($0)'" }.joined(separator: ", ")
        return try texts(
            """
            SELECT m.name AS answer FROM sqlite_schema m WHERE m.type = 'table' AND EXISTS
                (SELECT 1 FROM pragma_table_info(m.name) WHERE name IN (\(list)) AND type = 'BLOB') ORDER BY m.name
            """)
    }
}
