/// Strings: eight bytes at a time while nothing in them needs a look.
extension JSONScanner {
    /// A string from quote to quote: escapes, control characters and UTF-8 are checked.
    mutating func string() throws(Refusal) -> JSONText {
        try expect(34)
        let start = at
        var isEscaped = false
        while true {
            skipPlain()
            switch next {
            case 34:
                at += 1
                return JSONText(start: start, end: at - 1, isEscaped: isEscaped)
            case 92:
                isEscaped = true
                _ = try escape()
            case 0...31: throw Self.malformed
            case 128...255: try scalar()
            default: at += 1
            }
        }
    }

    /// Passes words of eight bytes in which there is no quote, no backslash, no control character and only ASCII.
    @inline(__always) private mutating func skipPlain() {
        while at + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let ones: UInt64 = 0x0101_0101_0101_0101
            let quote = word ^ (ones &* 34)
            let backslash = word ^ (ones &* 92)
            // of the bytes that this finds, the first is always right
            let found =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- ones &* 32) & ~word) | word
            let special = found & (ones &* 128)
            guard special == 0 else {
                at += special.trailingZeroBitCount >> 3
                return
            }
            at += 8
        }
    }

    /// One scalar of more than a byte (Unicode, table 3-7).
    private mutating func scalar() throws(Refusal) {
        let lead = bytes[at]
        let (rest, low, high): (Int, UInt8, UInt8)
        switch lead {
        case 0xC2...0xDF: (rest, low, high) = (1, 0x80, 0xBF)
        case 0xE0: (rest, low, high) = (2, 0xA0, 0xBF)
        case 0xED: (rest, low, high) = (2, 0x80, 0x9F)
        case 0xE1...0xEF: (rest, low, high) = (2, 0x80, 0xBF)
        case 0xF0: (rest, low, high) = (3, 0x90, 0xBF)
        case 0xF1...0xF3: (rest, low, high) = (3, 0x80, 0xBF)
        case 0xF4: (rest, low, high) = (3, 0x80, 0x8F)
        default: throw Self.malformed
        }
        at += 1
        guard (low...high).contains(next) else { throw Self.malformed }
        at += 1
        for _ in 1..<rest {
            guard (0x80...0xBF).contains(next) else { throw Self.malformed }
            at += 1
        }
    }

    /// An escape, from its backslash; the scalar that it stands for.
    private mutating func escape() throws(Refusal) -> Unicode.Scalar {
        at += 1
        let kind = next
        at += 1
        switch kind {
        case 34, 47, 92: return Unicode.Scalar(kind)
        case 98: return "\u{8}"
        case 102: return "\u{c}"
        case 110: return "\n"
        case 114: return "\r"
        case 116: return "\t"
        case 117: break
        default: throw Self.malformed
        }
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00 else { throw Self.malformed }
        try expect(92)
        try expect(117)
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar((unit - 0xD800) << 10 + (low - 0xDC00) + 0x10000)
        else { throw Self.malformed }
        return scalar
    }

    private mutating func hexadecimal() throws(Refusal) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            switch next {
            case 48...57: unit = unit << 4 | UInt32(next - 48)
            case 65...70: unit = unit << 4 | UInt32(next - 55)
            case 97...102: unit = unit << 4 | UInt32(next - 87)
            default: throw Self.malformed
            }
            at += 1
        }
        return unit
    }

    /// What a string says, as bytes.
    @inline(__always)
    func withBytes<Result>(of text: JSONText, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard text.isEscaped else {
            return body(UnsafeRawBufferPointer(rebasing: bytes[text.start..<text.end]))
        }
        return unescaped(text).withUnsafeBytes(body)
    }

    /// What a string says.
    func string(of text: JSONText) -> String { withBytes(of: text) { String(decoding: $0, as: UTF8.self) } }

    private func unescaped(_ text: JSONText) -> [UInt8] {
        var reader = JSONScanner(UnsafeRawBufferPointer(rebasing: bytes[text.start..<text.end]))
        var out: [UInt8] = []
        out.reserveCapacity(text.end - text.start)
        while reader.at < reader.bytes.count {
            if reader.next == 92 {
                // `string` has read this escape before, so that it is one
                guard let scalar = try? reader.escape() else { return out }
                out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                out.append(reader.next)
                reader.at += 1
            }
        }
        return out
    }
}
