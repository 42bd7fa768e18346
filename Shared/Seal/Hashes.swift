import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// Bytes of a hash.
    package static let size = 32

    /// The 32 bytes.
    package static func hash(_ bytes: [UInt8]) throws(SealError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: size)
        let algorithm = try require(Algorithms.sha256, "fetching SHA-256")
        try require(EVP_Digest(bytes, bytes.count, &result, nil, algorithm, nil) == 1, .openssl("SHA-256"))
        return result
    }
}

extension SHA256 {
    /// The hash of what comes in pieces.
    package struct Running: ~Copyable {
        private let context: OpaquePointer

        /// Begins with nothing.
        package init() throws(SealError) {
            let context = try require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
            guard EVP_DigestInit_ex2(context, Algorithms.sha256, nil) == 1 else {
                EVP_MD_CTX_free(context)
                ERR_clear_error()
                throw .openssl("SHA-256")
            }
            self.context = context
        }

        deinit { EVP_MD_CTX_free(context) }

        /// Takes a piece.
        package func add(_ piece: [UInt8]) throws(SealError) {
            try require(EVP_DigestUpdate(context, piece, piece.count) == 1, .openssl("SHA-256"))
        }

        /// The 32 bytes over all pieces.
        package consuming func finish() throws(SealError) -> [UInt8] {
            var result = [UInt8](repeating: 0, count: size)
            try require(EVP_DigestFinal_ex(context, &result, nil) == 1, .openssl("SHA-256"))
            return result
        }
    }
}

/// HMAC-SHA-256 (RFC 2104, RFC 4231).
package enum HMAC {
    /// The 32 bytes over `bytes` under `key`.
    package static func authenticate(_ bytes: [UInt8], key: borrowing SecretBytes) throws(SealError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: SHA256.size)
        try authenticate(bytes, key: key.base, count: key.count, into: &result)
        return result
    }

    static func authenticate(
        _ bytes: [UInt8], key: UnsafeRawPointer, count: Int, into result: inout [UInt8]
    ) throws(SealError) {
        let context = try require(EVP_MAC_CTX_new(try require(Algorithms.hmac, "fetching HMAC")), "EVP_MAC_CTX_new")
        defer { EVP_MAC_CTX_free(context) }
        var size = 0
        let done =
            copenssl_hmac_sha256_init(context, key, count) == 1 && EVP_MAC_update(context, bytes, bytes.count) == 1
            && EVP_MAC_final(context, &result, &size, result.count) == 1
        try require(done && size == SHA256.size, .openssl("HMAC-SHA-256"))
    }
}

/// HKDF-SHA-256 (RFC 5869).
package enum HKDF {
    /// Extract and expand: `count` bytes in locked memory. An empty salt stands for 32 zeros, as the RFC has it.
    package static func derive(
        _ key: borrowing SecretBytes, salt: [UInt8], info: [UInt8], count: Int
    ) throws(SealError) -> SecretBytes {
        try run(EVP_KDF_HKDF_MODE_EXTRACT_AND_EXPAND, key.base, key.count, salt, salt.count, info, count)
    }

    /// The first half alone, without a salt: 32 bytes.
    static func extract(_ key: borrowing SecretBytes) throws(SealError) -> SecretBytes {
        try run(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, key.base, key.count, nil, 0, [], SHA256.size)
    }

    /// The first half alone, without a salt, of what is no secret.
    static func extract(_ key: [UInt8]) throws(SealError) -> SecretBytes {
        try run(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, key, key.count, nil, 0, [], SHA256.size)
    }

    /// The first half alone, where the salt is the secret.
    static func extract(_ key: [UInt8], salt: borrowing SecretBytes) throws(SealError) -> SecretBytes {
        try run(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, key, key.count, salt.base, salt.count, [], SHA256.size)
    }

    /// The second half alone.
    static func expand(_ key: borrowing SecretBytes, info: [UInt8], count: Int) throws(SealError) -> SecretBytes {
        try run(EVP_KDF_HKDF_MODE_EXPAND_ONLY, key.base, key.count, nil, 0, info, count)
    }

    private static func run(
        _ mode: Int32, _ key: UnsafeRawPointer, _ keyCount: Int, _ salt: UnsafeRawPointer?, _ saltCount: Int,
        _ info: [UInt8], _ count: Int
    ) throws(SealError) -> SecretBytes {
        guard count > 0, count <= Limits.derivedBytesMax else { throw .misuse("HKDF was asked for \(count) bytes") }
        let context = try require(EVP_KDF_CTX_new(try require(Algorithms.hkdf, "fetching HKDF")), "EVP_KDF_CTX_new")
        defer { EVP_KDF_CTX_free(context) }
        return try SecretBytes(count: count) { (base: UnsafeMutableRawPointer) throws(SealError) in
            let done = copenssl_hkdf_sha256(
                context, mode, key, keyCount, salt, saltCount, info, info.count, base, count)
            try require(done == 1, .openssl("HKDF-SHA-256"))
        }
    }
}
