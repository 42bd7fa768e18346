/// How the layouts of version 1 write their parts: big-endian, with lengths of 16 bits.
extension [UInt8] {
    /// The version that every layout of today begins with.
    static var version1: UInt8 { 1 }

    /// Appends a number, big-endian.
    mutating func append<Number: FixedWidthInteger>(number: Number) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends the letters of an ASCII text, without length or end.
    mutating func append(label: StaticString) {
        label.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Appends `LP(x)`: the length in 16 bits, then the bytes.
    mutating func append(prefixed bytes: [UInt8]) throws(SealError) {
        guard bytes.count <= Limits.prefixedBytesMax else { throw .misuse("a part of \(bytes.count) bytes") }
        append(number: UInt16(bytes.count))
        append(contentsOf: bytes)
    }

    /// Appends `LP(x)` of a text's UTF-8.
    mutating func append(prefixed text: String) throws(SealError) { try append(prefixed: Array(text.utf8)) }

    /// `pad32`: the bytes, 0x80, zeros to a multiple of 32.
    var padded: [UInt8] {
        var result = self
        result.reserveCapacity(count + 32)
        result.append(0x80)
        result.append(contentsOf: repeatElement(0, count: (32 - result.count % 32) % 32))
        return result
    }

    /// What `padded` was made of; nil where it is not the result of `padded`.
    var unpadded: [UInt8]? {
        guard count > 0, count.isMultiple(of: 32), let last = lastIndex(where: { $0 != 0 }) else { return nil }
        guard self[last] == 0x80, count - last <= 32 else { return nil }
        return Array(self[..<last])
    }

    /// The number whose bytes begin at an index.
    func number<Number: FixedWidthInteger>(at index: Int) -> Number {
        self[index..<(index + Number.bitWidth / 8)].reduce(0) { $0 << 8 | Number($1) }
    }
}

/// Checks the length of a value of the program.
func checkLength(_ bytes: [UInt8], _ count: Int, _ what: StaticString) throws(SealError) {
    guard bytes.count == count else { throw .misuse("\(what) has \(bytes.count) bytes, not \(count)") }
}
