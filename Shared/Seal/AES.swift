import COpenSSL

/// AES-256-GCM with 96-bit nonces and 128-bit tags (SP 800-38D).
package enum AES256GCM {
    static let keyBytes = 32
    static let nonceBytes = 12
    static let tagBytes = 16

    /// Ciphertext ‖ tag. A nonce must never be used twice under one key.
    package static func seal(
        _ plaintext: [UInt8], key: borrowing SecretBytes, nonce: [UInt8], context: [UInt8]
    ) throws(SealError) -> [UInt8] {
        guard key.count == keyBytes else { throw .misuse("an AES-256 key has \(key.count) bytes") }
        var result: [UInt8] = []
        try seal(plaintext, key: key.base, nonce: nonce, context: context, onto: &result)
        return result
    }

    /// The plaintext of ciphertext ‖ tag.
    package static func open(
        _ sealed: [UInt8], key: borrowing SecretBytes, nonce: [UInt8], context: [UInt8]
    ) throws(SealError) -> [UInt8] {
        guard key.count == keyBytes else { throw .misuse("an AES-256 key has \(key.count) bytes") }
        return try open(sealed[...], key: key.base, nonce: nonce, context: context, as: .ciphertext)
    }

    /// Appends ciphertext ‖ tag; `key` points to 32 bytes.
    static func seal(
        _ plaintext: [UInt8], key: UnsafeRawPointer, nonce: [UInt8], context: [UInt8], onto result: inout [UInt8]
    ) throws(SealError) {
        guard plaintext.count <= Limits.plaintextBytesMax + 32, nonce.count == nonceBytes else {
            throw .misuse("\(plaintext.count) bytes to seal, a nonce of \(nonce.count)")
        }
        let cipher = try require(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
        defer { EVP_CIPHER_CTX_free(cipher) }
        let start = result.count
        result.append(contentsOf: repeatElement(0, count: plaintext.count + tagBytes))
        let done = result.withUnsafeMutableBufferPointer { buffer in
            guard let out = buffer.baseAddress.map({ $0 + start }) else { return false }
            let key = key.assumingMemoryBound(to: UInt8.self)
            let tag = UnsafeMutableRawPointer(out + plaintext.count)
            var (size, rest, unused) = (Int32(0), Int32(0), Int32(0))
            return EVP_EncryptInit_ex2(cipher, Algorithms.aes256GCM, key, nonce, nil) == 1
                && EVP_EncryptUpdate(cipher, nil, &unused, context, Int32(context.count)) == 1
                && EVP_EncryptUpdate(cipher, out, &size, plaintext, Int32(plaintext.count)) == 1
                && EVP_EncryptFinal_ex(cipher, out + Int(size), &rest) == 1
                && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), tag) == 1
        }
        try require(done, .openssl("AES-256-GCM"))
    }

    /// Opens ciphertext ‖ tag; nothing of it is returned before the tag is checked. `key` points to 32 bytes.
    static func open(
        _ sealed: ArraySlice<UInt8>, key: UnsafeRawPointer, nonce: [UInt8], context: [UInt8],
        as layout: SealError.Layout
    ) throws(SealError) -> [UInt8] {
        let count = sealed.count - tagBytes
        guard count >= 0, count <= Limits.plaintextBytesMax + 32 else { throw .malformed(layout) }
        guard nonce.count == nonceBytes else { throw .misuse("a nonce of \(nonce.count) bytes") }
        let cipher = try require(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
        defer { EVP_CIPHER_CTX_free(cipher) }
        let ciphertext = Array(sealed.prefix(count))
        var tag = Array(sealed.suffix(tagBytes))
        var result = [UInt8](repeating: 0, count: count)
        var (size, unused) = (Int32(0), Int32(0))
        var last = [UInt8](repeating: 0, count: tagBytes)
        let begun =
            EVP_DecryptInit_ex2(cipher, Algorithms.aes256GCM, key.assumingMemoryBound(to: UInt8.self), nonce, nil) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1
            && EVP_DecryptUpdate(cipher, nil, &unused, context, Int32(context.count)) == 1
            && EVP_DecryptUpdate(cipher, &result, &size, ciphertext, Int32(count)) == 1
        try require(begun, .openssl("AES-256-GCM"))
        guard EVP_DecryptFinal_ex(cipher, &last, &unused) == 1 else {
            OPENSSL_cleanse(&result, result.count)
            ERR_clear_error()
            throw .notAuthentic(layout)
        }
        return result
    }
}

/// AES-256 key wrap (RFC 3394) of 32-byte keys.
package enum AESKeyWrap {
    static let wrappedBytes = 40

    /// The 40 bytes of a 32-byte key under another.
    package static func wrap(
        _ key: borrowing SecretBytes, under outer: borrowing SecretBytes
    ) throws(SealError) -> [UInt8] {
        guard key.count == 32, outer.count == 32 else {
            throw .misuse("a key to wrap, or to wrap with, is not of 32 bytes")
        }
        let cipher = try context()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var result = [UInt8](repeating: 0, count: wrappedBytes)
        var size: Int32 = 0
        let done =
            EVP_EncryptInit_ex2(cipher, Algorithms.aes256Wrap, outer.start, nil, nil) == 1
            && EVP_EncryptUpdate(cipher, &result, &size, key.start, 32) == 1
        try require(done && size == Int32(wrappedBytes), .openssl("AES-256 key wrap"))
        return result
    }

    /// The key of 40 bytes.
    package static func unwrap(
        _ wrapped: [UInt8], under outer: borrowing SecretBytes
    ) throws(SealError) -> SecretBytes {
        guard wrapped.count == wrappedBytes else { throw .malformed(.wrap) }
        guard outer.count == 32 else { throw .misuse("a key to unwrap with is not of 32 bytes") }
        let cipher = try context()
        defer { EVP_CIPHER_CTX_free(cipher) }
        let begun = EVP_DecryptInit_ex2(cipher, Algorithms.aes256Wrap, outer.start, nil, nil)
        try require(begun == 1, .openssl("AES-256 key unwrap"))
        return try SecretBytes(count: 32) { (base: UnsafeMutableRawPointer) throws(SealError) in
            var size: Int32 = 0
            let done = EVP_DecryptUpdate(
                cipher, base.assumingMemoryBound(to: UInt8.self), &size, wrapped, Int32(wrappedBytes))
            try require(done == 1 && size == 32, .notAuthentic(.wrap))
        }
    }

    private static func context() throws(SealError) -> OpaquePointer {
        let cipher = try require(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
        EVP_CIPHER_CTX_set_flags(cipher, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW)
        return cipher
    }
}
