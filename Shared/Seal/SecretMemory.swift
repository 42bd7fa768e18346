import COpenSSL

/// The arena of the process for secrets: made once, never given back.
package enum SecretMemory {
    /// Makes the arena where there is none, so that a program learns at its start, not at its first key.
    package static func prepare() throws(SealError) { try arena.get() }

    /// Bytes in use, by secrets of ours and by OpenSSL's own.
    package static var bytesUsed: Int { CRYPTO_secure_used() }

    /// Zeroed memory from the arena.
    static func allocate(_ count: Int) throws(SealError) -> UnsafeMutableRawPointer {
        guard count > 0, count <= Limits.secretBytesMax else { throw .misuse("a secret has \(count) bytes") }
        try arena.get()
        guard let base = CRYPTO_secure_zalloc(count, nil, 0) else {
            ERR_clear_error()
            throw .secretMemory("all \(Limits.arenaBytes) bytes are in use")
        }
        return base
    }

    private static let arena: Result<Void, SealError> = {
        let cached = Limits.cachedKeysMax * Limits.arenaPieceBytes
        precondition(cached * 3 <= Limits.arenaBytes, "the cached keys do not fit")
        if CRYPTO_secure_malloc_initialized() == 1 {
            return .failure(.secretMemory("another part of the program has made its own"))
        }
        // 1: locked, not dumped, guarded. 2: one of these failed, so it is no place for a secret
        let made = CRYPTO_secure_malloc_init(Limits.arenaBytes, Limits.arenaPieceBytes)
        guard made == 1 else {
            ERR_clear_error()
            if made == 2 { _ = CRYPTO_secure_malloc_done() }
            return .failure(.secretMemory(made == 2 ? "it cannot be locked" : "it cannot be mapped"))
        }
        return .success(())
    }()
}
