/// The partition of a record key, as the Java client and librdkafka's `murmur2_random` compute it:
/// (murmur2(key) & 0x7fffffff) mod n.
package func partition(of key: UnsafeRawBufferPointer, n: Int32) -> Int32 {
    Int32(bitPattern: murmur2(key) & 0x7fff_ffff) % n
}

/// The partition of an account.
package func partition(of account: AccountID, n: Int32) -> Int32 {
    var text = account.text
    return text.withUTF8 { partition(of: UnsafeRawBufferPointer($0), n: n) }
}

/// MurmurHash2, 32 bits, with Kafka's seed.
package func murmur2(_ key: UnsafeRawBufferPointer) -> UInt32 {
    let multiplier: UInt32 = 0x5bd1_e995
    var hash = 0x9747_b28c ^ UInt32(truncatingIfNeeded: key.count)
    var at = 0
    while at + 4 <= key.count {
        var word = UInt32(littleEndian: key.loadUnaligned(fromByteOffset: at, as: UInt32.self)) &* multiplier
        word = (word ^ word >> 24) &* multiplier
        hash = hash &* multiplier ^ word
        at += 4
    }
    let rest = key.count - at
    if rest == 3 { hash ^= UInt32(key[at + 2]) << 16 }
    if rest >= 2 { hash ^= UInt32(key[at + 1]) << 8 }
    if rest >= 1 { hash = (hash ^ UInt32(key[at])) &* multiplier }
    hash = (hash ^ hash >> 13) &* multiplier
    return hash ^ hash >> 15
}
