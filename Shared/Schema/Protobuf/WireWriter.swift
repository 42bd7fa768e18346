/// Writes protobuf's wire format as proto3 does: fields in order, defaults left out.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// A base-128 number.
    @inline(__always) mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 128 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// An integer field; 0 is left out.
    @inline(__always) mutating func integer(_ number: UInt64, _ value: Int64) {
        guard value != 0 else { return }
        varint(number << 3)
        varint(UInt64(bitPattern: value))
    }

    /// An enum field.
    @inline(__always) mutating func name(_ number: UInt64, _ value: some NamedField) {
        integer(number, Int64(value.number))
    }

    /// A string field; an empty one is left out.
    @inline(__always) mutating func text(_ number: UInt64, _ text: String) {
        guard !text.isEmpty else { return }
        varint(number << 3 | 2)
        varint(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// An identifier's 16 bytes.
    @inline(__always) mutating func identifier(_ number: UInt64, _ value: some Identifier) {
        varint(number << 3 | 2)
        bytes.append(16)
        withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { bytes.append(contentsOf: $0) }
    }

    /// A message field. Its length is known afterwards; one byte is kept for it, and moved where that is too few.
    @inline(__always) mutating func message(_ number: UInt64, _ write: (inout WireWriter) -> Void) {
        varint(number << 3 | 2)
        let start = bytes.count
        bytes.append(0)
        write(&self)
        let length = bytes.count - start - 1
        if length < 128 { bytes[start] = UInt8(length) } else { lengthen(start, length) }
    }

    private mutating func lengthen(_ start: Int, _ length: Int) {
        var writer = WireWriter(capacity: Limits.varintBytesMax)
        writer.varint(UInt64(length))
        bytes.replaceSubrange(start...start, with: writer.bytes)
    }
}
