package import Engine
package import Schema
package import Seal
import Synchronization

/// Secrets for tests: all of them, the same in every run, and chance from a counter.
package enum TestSecrets {
    /// A key of 32 bytes that a name gives.
    package static func key(_ name: String) throws -> SecretKey {
        SecretKey(try SecretBytes(copying: SHA256.hash(Array("test/\(name)".utf8))))
    }

    /// The signing key of a service.
    package static func signing(_ service: String) throws -> SigningKey {
        try SigningKey(key("signing/\(service)").bytes)
    }

    /// What a service that holds everything holds. Two of one `seed` draw the same. `other`: the one that is another.
    package static func all(seed: UInt64 = 1, service: String = "identity", other: String = "") throws -> Secrets {
        func key(_ name: String) throws -> SecretKey { try self.key(name == other ? "other" : name) }
        var keks: [KeyCategory: SecretKey] = [:]
        for category in KeyCategory.allCases { keks[category] = try key("kek/\(category.rawValue)") }
        var peppers: [Pepper: SecretKey] = [:]
        for pepper in Pepper.allCases { peppers[pepper] = try key("pepper/\(pepper.rawValue)") }
        return Secrets(
            keks: keks, peppers: peppers, suppression: try key("suppression"), signing: try signing(service),
            trusted: Dictionary(
                uniqueKeysWithValues: try Set(["identity", "rights-worker", "retention-worker"] + Topics.participants)
                    .map { ($0, [try signing($0).publicBytes]) }),
            randomness: try randomness(seed: seed))
    }

    /// Chance that a seed gives.
    package static func randomness(seed: UInt64 = 1) throws -> Randomness {
        let state = Mutex(SplitMix64(seed: seed))
        let draw: @Sendable (Int) -> [UInt8] = { count in
            state.withLock { generator in
                (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            }
        }
        return Randomness(bytes: draw, secret: { count throws(SealError) in try SecretBytes(copying: draw(count)) })
    }
}

extension TestRecord {
    /// A message as a shard sent it, on its way to a reader.
    package init(_ outgoing: Outgoing) {
        self.init(
            key: outgoing.key.map { String(decoding: $0, as: UTF8.self) }, outgoing.value,
            headers: outgoing.headers.map { (name: $0.name, value: String(decoding: $0.value, as: UTF8.self)) })
    }

    /// A message of a signed topic, as its owner writes it.
    package static func signed<M: Message>(
        _ message: M, on topic: Topic<M>, partition: Int32, key: String, by signing: SigningKey
    ) throws -> TestRecord {
        let (source, id, time) = ("troth/\(topic.owner)/\(partition)", "test:1:1", Instant.example)
        let seconds = time.value / Instant.second * Instant.second
        let fields = SignedFields(
            topic: topic.name.text, partition: UInt32(partition), key: Array(key.utf8), type: M.type, source: source,
            id: id, time: seconds, link: [], value: message.encoded())
        return TestRecord(
            key: key, message.encoded(),
            headers: [
                (name: "ce_source", value: source), (name: "ce_id", value: id), (name: "ce_type", value: M.type),
                (name: "ce_time", value: time.description), (name: "content-type", value: M.contentType.rawValue),
                (name: "troth-sig", value: Base64URL.encode(try Signature.sign(fields, with: signing))),
            ])
    }
}
