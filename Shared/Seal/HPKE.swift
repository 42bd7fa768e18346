/// HPKE (RFC 9180), as far as boxes need it: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
package enum HPKE {
    /// What one message is sealed with.
    struct Schedule: ~Copyable {
        let key: SecretBytes
        let nonce: [UInt8]
    }

    /// What the sender has: the shared secret (32 bytes) and `enc`, which leads the recipient to it.
    package static func encapsulate(
        to publicKey: [UInt8], ephemeral: borrowing SecretBytes
    ) throws(SealError) -> Encapsulated {
        let sender = try X25519Key(ephemeral)
        let agreed = try sender.sharedSecret(with: publicKey)
        return Encapsulated(
            enc: sender.publicBytes, secret: try extractAndExpand(agreed, sender.publicBytes + publicKey))
    }

    /// The shared secret on the recipient's side.
    package static func decapsulate(_ enc: [UInt8], with key: X25519Key) throws(SealError) -> SecretBytes {
        try extractAndExpand(try key.sharedSecret(with: enc), enc + key.publicBytes)
    }

    /// The result of `encapsulate`.
    package struct Encapsulated: ~Copyable {
        /// The ephemeral public key, 32 bytes.
        package let enc: [UInt8]
        /// The shared secret, 32 bytes.
        package let secret: SecretBytes
    }

    /// Key and nonce of the one message under a shared secret (section 5.1, mode 0).
    static func schedule(_ shared: borrowing SecretBytes, info: [UInt8]) throws(SealError) -> Schedule {
        let infoHash = try HKDF.extract(labeled("info_hash", info, suite)).copyOfPublicValue()
        let context = [0] + (try pskHash.get()) + infoHash
        let secret = try HKDF.extract(labeled("secret", [], suite), salt: shared)
        let nonce = try expand(secret, "base_nonce", context, AES256GCM.nonceBytes, suite)
        return Schedule(
            key: try expand(secret, "key", context, AES256GCM.keyBytes, suite), nonce: nonce.copyOfPublicValue())
    }

    /// "KEM" and DHKEM(X25519, HKDF-SHA256).
    private static let kem: [UInt8] = Array("KEM".utf8) + [0x00, 0x20]
    /// "HPKE", the same, HKDF-SHA256, AES-256-GCM.
    private static let suite: [UInt8] = Array("HPKE".utf8) + [0x00, 0x20, 0x00, 0x01, 0x00, 0x02]

    /// The same in base mode whatever is sealed.
    private static let pskHash = Result { () throws(SealError) in
        try HKDF.extract(labeled("psk_id_hash", [], suite)).copyOfPublicValue()
    }

    private static func extractAndExpand(
        _ agreed: borrowing SecretBytes, _ context: [UInt8]
    ) throws(SealError) -> SecretBytes {
        let label = labeled("eae_prk", [], kem)
        let input = try SecretBytes(count: label.count + agreed.count) { (base: UnsafeMutableRawPointer) in
            base.copyMemory(from: label, byteCount: label.count)
            (base + label.count).copyMemory(from: agreed.base, byteCount: agreed.count)
        }
        return try expand(try HKDF.extract(input), "shared_secret", context, 32, kem)
    }

    private static func labeled(_ label: StaticString, _ input: [UInt8], _ suite: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.append(label: "HPKE-v1")
        result += suite
        result.append(label: label)
        return result + input
    }

    private static func expand(
        _ secret: borrowing SecretBytes, _ label: StaticString, _ info: [UInt8], _ count: Int, _ suite: [UInt8]
    ) throws(SealError) -> SecretBytes {
        var all: [UInt8] = []
        all.append(number: UInt16(count))
        return try HKDF.expand(secret, info: all + labeled(label, info, suite), count: count)
    }
}
