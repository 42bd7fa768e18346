import COpenSSL

/// Randomness of production: OpenSSL's generator, seeded by the operating system.
package enum SystemRandom {
    /// Random bytes that may be seen, such as ids and nonces; for keys there is `SecretBytes(random:)`.
    package static func bytes(_ count: Int) throws(SealError) -> [UInt8] {
        guard count >= 0, count <= Limits.randomBytesMax else { throw .misuse("\(count) random bytes were asked for") }
        var result = [UInt8](repeating: 0, count: count)
        try require(RAND_bytes(&result, Int32(count)) == 1, .openssl("RAND_bytes"))
        return result
    }
}

/// Whether two arrays are the same, in a time that depends on their lengths only.
package func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
