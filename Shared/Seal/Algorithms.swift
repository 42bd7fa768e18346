import COpenSSL

/// OpenSSL's algorithms, fetched once: a fetch costs more than what is done with it.
///
/// Fetched algorithms are immutable and counted atomically, so every thread may use them; they live as long as the
/// process does. Nil where OpenSSL has no such algorithm.
enum Algorithms {
    nonisolated(unsafe) static let aes256GCM: OpaquePointer? = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
    nonisolated(unsafe) static let aes256Wrap: OpaquePointer? = EVP_CIPHER_fetch(nil, "AES-256-WRAP", nil)
    nonisolated(unsafe) static let sha256: OpaquePointer? = EVP_MD_fetch(nil, "SHA256", nil)
    nonisolated(unsafe) static let hmac: OpaquePointer? = EVP_MAC_fetch(nil, "HMAC", nil)
    nonisolated(unsafe) static let hkdf: OpaquePointer? = EVP_KDF_fetch(nil, "HKDF", nil)
}

/// What a call of OpenSSL returned, where that is a success. Otherwise the thread's queue of errors is emptied, as
/// whoever speaks TLS on it reads that queue too.
func require(_ done: Bool, _ error: @autoclosure () -> SealError) throws(SealError) {
    guard !done else { return }
    ERR_clear_error()
    throw error()
}

/// What OpenSSL made, where it made something.
func require(_ made: OpaquePointer?, _ what: StaticString) throws(SealError) -> OpaquePointer {
    guard let made else {
        ERR_clear_error()
        throw .openssl("\(what)")
    }
    return made
}
