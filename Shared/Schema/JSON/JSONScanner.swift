/// Reads JSON (RFC 8259) to the letter and without a tree: UTF-8 is checked, a read never passes the end.
struct JSONScanner {
    /// What is read.
    let bytes: UnsafeRawBufferPointer
    /// The place of the next byte.
    var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The refusal of what is no JSON.
    static var malformed: Refusal { Refusal(.malformed) }

    /// The next byte; 0, which no JSON has outside its strings, at the end.
    @inline(__always) var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

    /// Passes white space.
    @inline(__always) mutating func skipSpace() {
        while next == 32 || next == 10 || next == 13 || next == 9 { at += 1 }
    }

    /// Passes one byte, which must be this one.
    @inline(__always) mutating func expect(_ byte: UInt8) throws(Refusal) {
        guard next == byte, byte != 0 else { throw Self.malformed }
        at += 1
    }

    /// Opens an object or an array; false where it is empty, and then it is closed, too.
    mutating func open(_ opener: UInt8, _ closer: UInt8) throws(Refusal) -> Bool {
        try expect(opener)
        skipSpace()
        guard next == closer else { return true }
        at += 1
        return false
    }

    /// After a member: true where another one follows, false where the object or array is closed.
    @inline(__always) mutating func goesOn(_ closer: UInt8) throws(Refusal) -> Bool {
        skipSpace()
        if next == 44 {
            at += 1
            skipSpace()
            return true
        }
        try expect(closer)
        return false
    }

    /// The name of a member, and the colon after it.
    @inline(__always) mutating func name() throws(Refusal) -> JSONText {
        let name = try string()
        skipSpace()
        try expect(58)
        skipSpace()
        return name
    }

    /// The end of the text: nothing but white space may follow.
    mutating func end() throws(Refusal) {
        skipSpace()
        guard at == bytes.count else { throw Self.malformed }
    }

    /// One of the literals.
    mutating func literal(_ text: StaticString) throws(Refusal) {
        for index in 0..<text.utf8CodeUnitCount { try expect(text.utf8Start[index]) }
    }

    /// Any value, which nobody asked for. `depth` counts what is open around it.
    mutating func skipValue(depth: Int) throws(Refusal) {
        switch next {
        case 34: _ = try string()
        case 123:
            guard depth < Limits.jsonDepthMax else { throw Self.malformed }
            guard try open(123, 125) else { return }
            repeat {
                _ = try name()
                try skipValue(depth: depth + 1)
            } while try goesOn(125)
        case 91:
            guard depth < Limits.jsonDepthMax else { throw Self.malformed }
            guard try open(91, 93) else { return }
            repeat { try skipValue(depth: depth + 1) } while try goesOn(93)
        case 116: try literal("true")
        case 102: try literal("false")
        case 110: try literal("null")
        default: _ = try number()
        }
    }

    /// A number by RFC 8259's grammar.
    mutating func number() throws(Refusal) -> JSONNumber {
        let isNegative = next == 45
        if isNegative { at += 1 }
        let first = at
        var value: Int64? = 0
        while case 48...57 = next {
            value = value.flatMap { Self.append(next - 48, to: $0, isNegative: isNegative) }
            at += 1
        }
        guard at > first, bytes[first] != 48 || at == first + 1 else { throw Self.malformed }
        guard next == 46 || next == 69 || next == 101 else { return JSONNumber(isInteger: true, value: value) }
        if next == 46 {
            at += 1
            try digits()
        }
        if next == 69 || next == 101 {
            at += 1
            if next == 43 || next == 45 { at += 1 }
            try digits()
        }
        return JSONNumber(isInteger: false, value: nil)
    }

    /// A number with one more digit; nil where it does not fit.
    @inline(__always)
    private static func append(_ digit: UInt8, to value: Int64, isNegative: Bool) -> Int64? {
        let (tens, isTooBig) = value.multipliedReportingOverflow(by: 10)
        let (sum, isTooBigYet) =
            isNegative ? tens.subtractingReportingOverflow(Int64(digit)) : tens.addingReportingOverflow(Int64(digit))
        return isTooBig || isTooBigYet ? nil : sum
    }

    private mutating func digits() throws(Refusal) {
        guard case 48...57 = next else { throw Self.malformed }
        while case 48...57 = next { at += 1 }
    }
}

/// A string's place between its quotes.
struct JSONText {
    let start: Int
    let end: Int
    /// True where it holds an escape: what it says is then not what is written.
    let isEscaped: Bool
}

/// What a number says.
struct JSONNumber {
    /// False for `1.0` and `1e3`.
    let isInteger: Bool
    /// Nil where it is none or does not fit.
    let value: Int64?
}
