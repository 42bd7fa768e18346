import COpenSSL

/// A private key as OpenSSL holds it, in its secure heap; freed when its last owner ends.
///
/// An EVP_PKEY is counted atomically and only read once it is made, so threads may share it.
final class EVPKey: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer

    /// The private key of an algorithm from its 32 raw bytes.
    init(_ algorithm: String, private bytes: borrowing SecretBytes) throws(SealError) {
        guard bytes.count == 32 else { throw .misuse("a private key has \(bytes.count) bytes") }
        try SecretMemory.prepare()
        let made = EVP_PKEY_new_raw_private_key_ex(nil, algorithm, nil, bytes.start, 32)
        pointer = try require(made, "reading a private key")
    }

    /// The public key of an algorithm from its 32 raw bytes.
    init(_ algorithm: String, public bytes: [UInt8]) throws(SealError) {
        try checkLength(bytes, 32, "a public key")
        pointer = try require(EVP_PKEY_new_raw_public_key_ex(nil, algorithm, nil, bytes, 32), "reading a public key")
    }

    deinit { EVP_PKEY_free(pointer) }

    /// The public half, 32 raw bytes.
    func publicBytes() throws(SealError) -> [UInt8] {
        var (result, size) = ([UInt8](repeating: 0, count: 32), 32)
        try require(EVP_PKEY_get_raw_public_key(pointer, &result, &size) == 1 && size == 32, .openssl("a public key"))
        return result
    }
}

/// X25519 (RFC 7748).
package final class X25519Key: Sendable {
    /// The public half, 32 bytes.
    package let publicBytes: [UInt8]
    private let key: EVPKey

    /// Reads a private key of 32 bytes. Makes its public half, which takes as long as an agreement.
    package init(_ bytes: borrowing SecretBytes) throws(SealError) {
        key = try EVPKey("X25519", private: bytes)
        publicBytes = try key.publicBytes()
    }

    /// The secret shared with the owner of a public key; a point of low order is refused.
    package func sharedSecret(with other: [UInt8]) throws(SealError) -> SecretBytes {
        let peer = try EVPKey("X25519", public: other)
        let context = try require(EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil), "EVP_PKEY_CTX_new_from_pkey")
        defer { EVP_PKEY_CTX_free(context) }
        let ready = EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, peer.pointer) == 1
        try require(ready, .openssl("X25519"))
        let secret = try SecretBytes(count: 32) { (base: UnsafeMutableRawPointer) throws(SealError) in
            var size = 32
            let done = EVP_PKEY_derive(context, base.assumingMemoryBound(to: UInt8.self), &size)
            // with two valid keys it fails for one reason: the result would be zero
            try require(done == 1 && size == 32, .weakPoint)
        }
        guard !secret.isZero() else { throw .weakPoint }
        return secret
    }
}

/// Ed25519 (RFC 8032): the key that a service signs with.
package final class SigningKey: Sendable {
    /// The public half, 32 bytes.
    package let publicBytes: [UInt8]
    private let key: EVPKey

    /// Reads a seed of 32 bytes.
    package init(_ seed: borrowing SecretBytes) throws(SealError) {
        key = try EVPKey("ED25519", private: seed)
        publicBytes = try key.publicBytes()
    }

    /// The 64 bytes over `bytes`.
    package func sign(_ bytes: [UInt8]) throws(SealError) -> [UInt8] {
        let context = try require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        defer { EVP_MD_CTX_free(context) }
        var (result, size) = ([UInt8](repeating: 0, count: 64), 64)
        let done =
            EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key.pointer, nil) == 1
            && EVP_DigestSign(context, &result, &size, bytes, bytes.count) == 1
        try require(done && size == 64, .openssl("Ed25519"))
        return result
    }

    /// Whether 64 bytes are a signature of `bytes` by the owner of a public key of 32.
    package static func isValid(
        _ signature: [UInt8], of bytes: [UInt8], by publicBytes: [UInt8]
    ) throws(SealError) -> Bool {
        let key = try EVPKey("ED25519", public: publicBytes)
        let context = try require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        defer { EVP_MD_CTX_free(context) }
        try require(
            EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, key.pointer, nil) == 1, .openssl("Ed25519"))
        let valid = EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
        if !valid { ERR_clear_error() }
        return valid
    }
}
