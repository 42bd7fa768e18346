package import Schema
package import Seal

/// What an instance of a service holds besides its files: keys that wrap keys, peppers, what it signs with and whom it
/// trusts, and where its chance comes from. SECURITY.md: Who holds what.
package final class Secrets: Sendable {
    /// Key-encryption keys, by category: only those of the service.
    let keks: [KeyCategory: SecretKey]
    let peppers: [Pepper: SecretKey]
    /// What suppression marks are made with.
    let suppression: SecretKey?
    let signing: SigningKey?
    /// The public signing keys of each service, 32 bytes each.
    let trusted: [String: [[UInt8]]]
    let randomness: Randomness

    package init(
        keks: [KeyCategory: SecretKey] = [:], peppers: [Pepper: SecretKey] = [:], suppression: SecretKey? = nil,
        signing: SigningKey? = nil, trusted: [String: [[UInt8]]] = [:], randomness: Randomness
    ) {
        (self.keks, self.peppers, self.suppression) = (keks, peppers, suppression)
        (self.signing, self.trusted, self.randomness) = (signing, trusted, randomness)
    }

    /// Unwraps a key that lies with what it opens, such as an archive's. Throws `misuse` where the category's
    /// key-encryption key is not the service's, and what unwrapping throws.
    package func unwrap(
        _ wrapped: WrappedKeyBytes, of id: some Identifier, _ category: KeyCategory
    ) throws(SealError) -> SecretBytes {
        guard let kek = keks[category] else { throw .misuse("no key-encryption key of \(category.rawValue)") }
        return try WrappedKey.unwrap(wrapped.bytes, subject: id.raw, kek: kek.bytes)
    }

    /// The only generation of keys and peppers in this release.
    static let generation: UInt16 = 1
}

/// What a hash is kept from being guessed by: one a purpose.
package enum Pepper: String, Sendable, CaseIterable {
    case claim, code, session, request
}

/// Where nonces, keys and ids come from: the system's generator; in the simulator, the seed.
package struct Randomness: Sendable {
    let bytes: @Sendable (Int) -> [UInt8]
    let secret: @Sendable (Int) throws(SealError) -> SecretBytes

    /// `bytes` for ids and nonces, `secret` for keys.
    package init(
        bytes: @escaping @Sendable (Int) -> [UInt8],
        secret: @escaping @Sendable (Int) throws(SealError) -> SecretBytes
    ) {
        (self.bytes, self.secret) = (bytes, secret)
    }
}
