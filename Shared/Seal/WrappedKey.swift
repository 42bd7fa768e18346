/// A data key under its category's key-encryption key (KEK). SECURITY.md, Keys: "wrapped data key".
///
/// 76 bytes: `01 | category 1 | generation 2 | key id 16 | subject 16 | AES-256-KW 40`. Key wrap binds nothing, so the
/// key that wraps is derived from the KEK and the first 36 bytes: a wrap that is moved to another person is refused.
package enum WrappedKey {
    /// What the bytes say without a key.
    package struct Header: Equatable, Sendable {
        /// The category's number.
        package let category: UInt8
        /// Which KEK of the category.
        package let generation: UInt16
        /// The data key's name, 16 bytes.
        package let keyID: [UInt8]
        /// Whose it is, 16 bytes.
        package let subject: [UInt8]

        /// Names the key, its owner and the KEK.
        package init(category: UInt8, generation: UInt16, keyID: [UInt8], subject: [UInt8]) {
            (self.category, self.generation, self.keyID, self.subject) = (category, generation, keyID, subject)
        }
    }

    /// Bytes of a wrapped key.
    package static let size = headerBytes + AESKeyWrap.wrappedBytes
    static let headerBytes = 36
    /// Bytes of a check value.
    package static let checkBytes = 16

    /// Wraps a data key of 32 bytes.
    package static func wrap(
        _ dataKey: borrowing SecretBytes, _ header: Header, kek: borrowing SecretBytes
    ) throws(SealError) -> [UInt8] {
        try checkLength(header.keyID, 16, "a key id")
        try checkLength(header.subject, 16, "a subject")
        var head: [UInt8] = [[UInt8].version1, header.category]
        head.append(number: header.generation)
        head += header.keyID
        head += header.subject
        return head + (try AESKeyWrap.wrap(dataKey, under: try wrappingKey(kek, head)))
    }

    /// Unwraps the data key of `subject`; another person's is refused before any key is used.
    package static func unwrap(
        _ wrapped: [UInt8], subject: [UInt8], kek: borrowing SecretBytes
    ) throws(SealError) -> SecretBytes {
        guard try header(of: wrapped).subject == subject else { throw .mismatch(.wrap, "subject") }
        let outer = try wrappingKey(kek, Array(wrapped[..<headerBytes]))
        return try AESKeyWrap.unwrap(Array(wrapped[headerBytes...]), under: outer)
    }

    /// Reads the header, of which nothing is authentic before the key is unwrapped.
    package static func header(of wrapped: [UInt8]) throws(SealError) -> Header {
        guard wrapped.count == size, wrapped[0] == [UInt8].version1 else { throw .malformed(.wrap) }
        return Header(
            category: wrapped[1], generation: wrapped.number(at: 2), keyID: Array(wrapped[4..<20]),
            subject: Array(wrapped[20..<headerBytes]))
    }

    /// Says which KEK a file was written with, and nothing about it: 16 bytes, kept in every file.
    package static func checkValue(
        of kek: borrowing SecretBytes, category: UInt8, generation: UInt16
    ) throws(SealError) -> [UInt8] {
        guard kek.count == 32 else { throw .misuse("a KEK has \(kek.count) bytes") }
        var info: [UInt8] = []
        info.append(label: "troth/kek-check/v1")
        info.append(category)
        info.append(number: generation)
        return try HKDF.derive(kek, salt: [], info: info, count: checkBytes).copyOfPublicValue()
    }

    private static func wrappingKey(_ kek: borrowing SecretBytes, _ head: [UInt8]) throws(SealError) -> SecretBytes {
        guard kek.count == 32 else { throw .misuse("a KEK has \(kek.count) bytes") }
        var info: [UInt8] = []
        info.append(label: "troth/wrap/v1")
        return try HKDF.derive(kek, salt: [], info: info + head, count: 32)
    }
}
