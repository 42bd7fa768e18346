import COpenSSL

/// A secret in locked memory: one owner, never copied by itself, wiped when its owner ends.
///
/// The memory is OpenSSL's secure heap: mlocked, kept out of core dumps, between guard pages. Nothing falls back to
/// ordinary memory: what cannot be had there throws. It has no description.
///
/// It is Sendable because its bytes are written before the initializer returns and only read from then on.
package struct SecretBytes: ~Copyable, @unchecked Sendable {
    /// Where the bytes are, for calls of OpenSSL that borrow this value.
    let base: UnsafeMutableRawPointer
    /// The same, as OpenSSL's older functions take it.
    var start: UnsafeMutablePointer<UInt8> { base.assumingMemoryBound(to: UInt8.self) }
    /// How many they are.
    package let count: Int

    /// Memory of `count` bytes, 1 to `Limits.secretBytesMax`, for `fill` to write to.
    init(count: Int, fill: (UnsafeMutableRawPointer) throws(SealError) -> Void) throws(SealError) {
        let base = try SecretMemory.allocate(count)
        do throws(SealError) {
            try fill(base)
        } catch {
            CRYPTO_secure_clear_free(base, count, nil, 0)
            throw error
        }
        (self.base, self.count) = (base, count)
    }

    /// Random bytes, from OpenSSL's generator for private values.
    package init(random count: Int) throws(SealError) {
        try self.init(count: count) { (base: UnsafeMutableRawPointer) throws(SealError) in
            let drawn = RAND_priv_bytes(base.assumingMemoryBound(to: UInt8.self), Int32(count))
            try require(drawn == 1, .openssl("RAND_priv_bytes"))
        }
    }

    /// A copy of bytes; wiping those is their owner's affair.
    package init(copying bytes: [UInt8]) throws(SealError) {
        try self.init(count: bytes.count) { (base: UnsafeMutableRawPointer) throws(SealError) in
            base.copyMemory(from: bytes, byteCount: bytes.count)
        }
    }

    /// A copy of bytes; wiping those is their owner's affair.
    package init(copying bytes: UnsafeRawBufferPointer) throws(SealError) {
        guard let start = bytes.baseAddress else { throw .misuse("a secret has no bytes") }
        try self.init(count: bytes.count) { (base: UnsafeMutableRawPointer) throws(SealError) in
            base.copyMemory(from: start, byteCount: bytes.count)
        }
    }

    deinit { CRYPTO_secure_clear_free(base, count, nil, 0) }

    /// A second owner of the same bytes.
    package borrowing func copy() throws(SealError) -> SecretBytes {
        try SecretBytes(copying: UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Lends the bytes for the time of a call; what the call copies from them is no longer protected.
    package borrowing func withBytes<Result, E: Error>(_ body: (RawSpan) throws(E) -> Result) throws(E) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count).bytes)
    }

    /// The bytes in ordinary memory, for what was derived here and is no secret: a nonce, a hash of public values.
    borrowing func copyOfPublicValue() -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Whether both hold the same bytes, in a time that depends on their number only.
    package borrowing func equals(_ other: borrowing SecretBytes) -> Bool {
        count == other.count && CRYPTO_memcmp(base, other.base, count) == 0
    }

    /// Whether every byte is zero, in constant time.
    package borrowing func isZero() -> Bool {
        var all: UInt8 = 0
        for index in 0..<count { all |= base.load(fromByteOffset: index, as: UInt8.self) }
        return all == 0
    }
}

/// A secret that several owners share; it is wiped when the last one ends.
package final class SecretKey: Sendable {
    /// The secret.
    package let bytes: SecretBytes

    /// Takes the secret over.
    package init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}
