/// One value sealed to a service's public key, by who shares no key with it. SECURITY.md, Keys: "sealed box".
///
/// `01 | box key id 16 | enc 32 | ciphertext | tag 16`, HPKE single shot, the place bound by `BoxContext`. It says
/// nothing about who sealed it, and the same box can come twice: both are its reader's affair.
package enum SealedBox {
    static let headerBytes = 49
    static let overheadBytes = headerBytes + AES256GCM.tagBytes
    private static let idBytes = 16

    /// The name of a box key: the first 16 bytes of its public half's SHA-256.
    package static func keyID(of publicKey: [UInt8]) throws(SealError) -> [UInt8] {
        try checkLength(publicKey, 32, "a public key")
        return Array(try SHA256.hash(publicKey)[..<idBytes])
    }

    /// Seals a value of at most `Limits.plaintextBytesMax` bytes.
    ///
    /// - Parameters:
    ///   - publicKey: the recipient's, 32 bytes.
    ///   - ephemeral: 32 random bytes, for this box only.
    package static func seal(
        _ plaintext: [UInt8], to publicKey: [UInt8], context: BoxContext, ephemeral: borrowing SecretBytes
    ) throws(SealError) -> [UInt8] {
        guard plaintext.count <= Limits.plaintextBytesMax else { throw .misuse("a box of \(plaintext.count) bytes") }
        let id = try keyID(of: publicKey)
        let made = try HPKE.encapsulate(to: publicKey, ephemeral: ephemeral)
        let schedule = try HPKE.schedule(made.secret, info: try context.info(keyID: id))
        var result: [UInt8] = [[UInt8].version1]
        let padded = plaintext.padded
        result.reserveCapacity(overheadBytes + padded.count)
        result += id
        result += made.enc
        try AES256GCM.seal(padded, key: schedule.key.base, nonce: schedule.nonce, context: [], onto: &result)
        return result
    }

    /// Opens a box at its place. A box to another key is a `mismatch`, which no waiting cures.
    package static func open(
        _ box: [UInt8], with key: X25519Key, context: BoxContext
    ) throws(SealError) -> [UInt8] {
        let id = try keyID(in: box)
        guard try keyID(of: key.publicBytes) == id else { throw .mismatch(.box, "box key") }
        let shared = try HPKE.decapsulate(Array(box[17..<headerBytes]), with: key)
        let schedule = try HPKE.schedule(shared, info: try context.info(keyID: id))
        let padded = try AES256GCM.open(
            box[headerBytes...], key: schedule.key.base, nonce: schedule.nonce, context: [], as: .box)
        guard let plaintext = padded.unpadded else { throw .malformed(.box) }
        return plaintext
    }

    /// Which key a box is sealed to, 16 bytes.
    package static func keyID(in box: [UInt8]) throws(SealError) -> [UInt8] {
        guard box.count >= overheadBytes + 32, box.count <= overheadBytes + Limits.plaintextBytesMax + 32,
            (box.count - overheadBytes).isMultiple(of: 32), box[0] == [UInt8].version1
        else { throw .malformed(.box) }
        return Array(box[1..<17])
    }
}
