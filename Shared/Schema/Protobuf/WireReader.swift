/// Reads protobuf's wire format, message in message. Every read is checked against the end of its message.
struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    /// Where the message that is read ends.
    private var end: Int

    init(_ bytes: UnsafeRawBufferPointer) { (self.bytes, end) = (bytes, bytes.count) }

    static var malformed: Refusal { Refusal(.malformed) }

    /// True at the end of the message.
    @inline(__always) var isAtEnd: Bool { at >= end }

    /// A base-128 number.
    @inline(__always) mutating func varint() throws(Refusal) -> UInt64 {
        guard at < end else { throw Self.malformed }
        let first = bytes[at]
        at += 1
        return first < 128 ? UInt64(first) : try longVarint(UInt64(first & 127))
    }

    private mutating func longVarint(_ first: UInt64) throws(Refusal) -> UInt64 {
        var value = first
        for index in 1..<Limits.varintBytesMax {
            guard at < end else { throw Self.malformed }
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 127) << UInt64(7 * index)
            guard byte >= 128 else {
                guard index < Limits.varintBytesMax - 1 || byte <= 1 else { throw Self.malformed }
                return value
            }
        }
        throw Self.malformed
    }

    /// A field's tag.
    @inline(__always) mutating func tag() throws(Refusal) -> WireTag {
        let tag = WireTag(raw: try varint())
        guard tag.raw >= 8, tag.raw <= UInt64(UInt32.max) else { throw Self.malformed }
        return tag
    }

    /// A field of bytes, a string or a message.
    @inline(__always) mutating func slice() throws(Refusal) -> UnsafeRawBufferPointer {
        let length = try length()
        defer { at += length }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<at + length])
    }

    private mutating func length() throws(Refusal) -> Int {
        let length = try varint()
        guard length <= UInt64(end - at) else { throw Self.malformed }
        return Int(length)
    }

    /// Goes into a message; what it returns goes back to `leave`.
    @inline(__always) mutating func enter() throws(Refusal) -> Int {
        let length = try length()
        defer { end = at + length }
        return end
    }

    /// Goes back to the message around, at the end of the inner one.
    @inline(__always) mutating func leave(_ outer: Int) { end = outer }

    /// Passes a field that nobody asked for. Groups, which proto3 does not have, are refused.
    mutating func skip(_ tag: WireTag) throws(Refusal) {
        switch tag.kind {
        case 0: _ = try varint()
        case 1: try skip(count: 8)
        case 2: _ = try slice()
        case 5: try skip(count: 4)
        default: throw Self.malformed
        }
    }

    private mutating func skip(count: Int) throws(Refusal) {
        guard count <= end - at else { throw Self.malformed }
        at += count
    }
}

/// A field's number and its form on the wire.
struct WireTag: Equatable {
    let raw: UInt64
    @inline(__always) var number: Int { Int(truncatingIfNeeded: raw >> 3) }
    @inline(__always) var kind: Int { Int(truncatingIfNeeded: raw & 7) }
    /// The two forms that our messages use.
    static let varint = 0
    static let bytes = 2
}
