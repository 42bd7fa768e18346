/// What a signature is over: a record, its place and its value.
package struct SignedFields: Equatable, Sendable {
    /// The topic.
    package var topic: String
    /// The partition.
    package var partition: UInt32
    /// The record's key as it is on the wire.
    package var key: [UInt8]
    /// The record's `ce_type`.
    package var type: String
    /// The record's `ce_source`.
    package var source: String
    /// The record's `ce_id`.
    package var id: String
    /// The record's `ce_time`, as an instant's number.
    package var time: Int64
    /// The link header; empty where the record has none.
    package var link: [UInt8]
    /// The record's value.
    package var value: [UInt8]

    /// Names all of it.
    package init(
        topic: String, partition: UInt32, key: [UInt8], type: String, source: String, id: String, time: Int64,
        link: [UInt8], value: [UInt8]
    ) {
        (self.topic, self.partition, self.key, self.type) = (topic, partition, key, type)
        (self.source, self.id, self.time, self.link, self.value) = (source, id, time, link, value)
    }

    /// The bytes that are signed.
    package func signedBytes() throws(SealError) -> [UInt8] {
        var result: [UInt8] = []
        result.append(label: "troth/sig/v1")
        try result.append(prefixed: topic)
        result.append(number: partition)
        try result.append(prefixed: key)
        try result.append(prefixed: type)
        try result.append(prefixed: source)
        try result.append(prefixed: id)
        result.append(number: time)
        try result.append(prefixed: link)
        return result + (try SHA256.hash(value))
    }
}

/// The header `troth-sig` of a record that steers others. SECURITY.md, Keys: "signature header".
///
/// 73 bytes: `01 | key id 8 | Ed25519 64`.
package enum Signature {
    /// Bytes of the header.
    package static let size = 73
    private static let idBytes = 8

    /// The name of a signing key: the first 8 bytes of its public half's SHA-256.
    package static func keyID(of publicKey: [UInt8]) throws(SealError) -> [UInt8] {
        try checkLength(publicKey, 32, "a public key")
        return Array(try SHA256.hash(publicKey)[..<idBytes])
    }

    /// Which key a header is by, 8 bytes.
    package static func keyID(in header: [UInt8]) throws(SealError) -> [UInt8] {
        guard header.count == size, header[0] == [UInt8].version1 else { throw .malformed(.signature) }
        return Array(header[1...idBytes])
    }

    /// Signs a record.
    package static func sign(_ fields: SignedFields, with key: SigningKey) throws(SealError) -> [UInt8] {
        [[UInt8].version1] + (try keyID(of: key.publicBytes)) + (try key.sign(try fields.signedBytes()))
    }

    /// Throws unless the header is the signature of the record by the owner of the public key, 32 bytes.
    package static func verify(
        _ header: [UInt8], of fields: SignedFields, by publicKey: [UInt8]
    ) throws(SealError) {
        guard try keyID(in: header) == keyID(of: publicKey) else { throw .mismatch(.signature, "signing key") }
        let signature = Array(header[(1 + idBytes)...])
        guard try SigningKey.isValid(signature, of: try fields.signedBytes(), by: publicKey) else {
            throw .notAuthentic(.signature)
        }
    }
}
