/// One value of a person, sealed under their data key of its category. SECURITY.md, Keys: "sealed field".
///
/// `01 | category 1 | field id 2 | period 4 | key id 16 | nonce 12 | ciphertext | tag 16`. The subject is not in the
/// bytes but bound: what is moved to another person, or whose header is changed, does not open. The plaintext is
/// padded to a multiple of 32 bytes, so that its length hardly shows.
package enum SealedField {
    /// What the bytes say without a key.
    package struct Header: Equatable, Sendable {
        /// The category's number, which says which key-encryption key is needed.
        package let category: UInt8
        /// The seal id of the value's type.
        package let fieldID: UInt16
        /// 0 today.
        package let period: UInt32
        /// The data key, 16 bytes.
        package let keyID: [UInt8]

        /// Names the value and the key.
        package init(category: UInt8, fieldID: UInt16, period: UInt32 = 0, keyID: [UInt8]) {
            (self.category, self.fieldID, self.period, self.keyID) = (category, fieldID, period, keyID)
        }
    }

    static let headerBytes = 24
    static let overheadBytes = headerBytes + AES256GCM.nonceBytes + AES256GCM.tagBytes

    /// Seals a value of at most `Limits.plaintextBytesMax` bytes.
    ///
    /// - Parameters:
    ///   - keyID: the data key's name, 16 bytes.
    ///   - subject: the person's id, 16 bytes; before there is a person, the request's.
    ///   - dataKey: 32 bytes.
    ///   - random: 16 random bytes. Were they repeated, only equal values would show.
    package static func seal(
        _ plaintext: [UInt8], category: UInt8, fieldID: UInt16, keyID: [UInt8], subject: [UInt8],
        dataKey: borrowing SecretBytes, random: [UInt8]
    ) throws(SealError) -> [UInt8] {
        let header = Header(category: category, fieldID: fieldID, keyID: keyID)
        return try seal(plaintext, header, subject: subject, dataKey: dataKey, salt: [], random: random)
    }

    /// Seals under a period's key too, which is `salt`; without one it is empty.
    package static func seal(
        _ plaintext: [UInt8], _ header: Header, subject: [UInt8], dataKey: borrowing SecretBytes, salt: [UInt8],
        random: [UInt8]
    ) throws(SealError) -> [UInt8] {
        try checkLength(random, 16, "what is random of a field")
        guard plaintext.count <= Limits.plaintextBytesMax else { throw .misuse("a field of \(plaintext.count) bytes") }
        let head = try bytes(of: header)
        let context = try context(head, subject)
        let keys = try derive(dataKey, salt, context)
        let padded = plaintext.padded
        var hash = [UInt8](repeating: 0, count: SHA256.size)
        try HMAC.authenticate(random + context + padded, key: keys.base + 32, count: 32, into: &hash)
        let nonce = Array(hash[..<AES256GCM.nonceBytes])
        var result = head
        result.reserveCapacity(overheadBytes + padded.count)
        result += nonce
        try AES256GCM.seal(padded, key: keys.base, nonce: nonce, context: context, onto: &result)
        return result
    }

    /// Opens a value. Where `fieldID` is given, one of another type is refused: a name is no address.
    package static func open(
        _ sealed: [UInt8], fieldID: UInt16? = nil, subject: [UInt8], dataKey: borrowing SecretBytes
    ) throws(SealError) -> [UInt8] {
        let header = try header(of: sealed)
        guard header.period == 0 else { throw .mismatch(.field, "period") }
        guard fieldID == nil || fieldID == header.fieldID else { throw .mismatch(.field, "field id") }
        return try open(sealed, subject: subject, dataKey: dataKey, salt: [])
    }

    /// Opens a value that was sealed under a period's key too, which is `salt`.
    package static func open(
        _ sealed: [UInt8], subject: [UInt8], dataKey: borrowing SecretBytes, salt: [UInt8]
    ) throws(SealError) -> [UInt8] {
        _ = try header(of: sealed)
        let context = try context(Array(sealed[..<headerBytes]), subject)
        let keys = try derive(dataKey, salt, context)
        let textStart = headerBytes + AES256GCM.nonceBytes
        let padded = try AES256GCM.open(
            sealed[textStart...], key: keys.base, nonce: Array(sealed[headerBytes..<textStart]), context: context,
            as: .field)
        guard let plaintext = padded.unpadded else { throw .malformed(.field) }
        return plaintext
    }

    /// Reads the header, of which nothing is authentic before the value is opened.
    package static func header(of sealed: [UInt8]) throws(SealError) -> Header {
        guard sealed.count >= overheadBytes + 32, sealed.count <= overheadBytes + Limits.plaintextBytesMax + 32,
            (sealed.count - overheadBytes).isMultiple(of: 32), sealed[0] == [UInt8].version1
        else { throw .malformed(.field) }
        return Header(
            category: sealed[1], fieldID: sealed.number(at: 2), period: sealed.number(at: 4),
            keyID: Array(sealed[8..<headerBytes]))
    }

    private static func bytes(of header: Header) throws(SealError) -> [UInt8] {
        try checkLength(header.keyID, 16, "a key id")
        var result: [UInt8] = [[UInt8].version1, header.category]
        result.append(number: header.fieldID)
        result.append(number: header.period)
        return result + header.keyID
    }

    private static func context(_ head: [UInt8], _ subject: [UInt8]) throws(SealError) -> [UInt8] {
        try checkLength(subject, 16, "a subject")
        var result: [UInt8] = []
        result.reserveCapacity(54)
        result.append(label: "troth/field/v1")
        return result + subject + head
    }

    /// The key of the cipher and the key of the nonce, 32 bytes each.
    private static func derive(
        _ dataKey: borrowing SecretBytes, _ salt: [UInt8], _ context: [UInt8]
    ) throws(SealError) -> SecretBytes {
        guard dataKey.count == 32 else { throw .misuse("a data key has \(dataKey.count) bytes") }
        return try HKDF.derive(dataKey, salt: salt, info: context, count: 64)
    }
}
