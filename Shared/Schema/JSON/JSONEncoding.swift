/// Our `Encoder` for JSON: compact, fields in the order in which they are declared, absent ones left out.
struct JSONEncoding: Encoder {
    /// The text so far, and what is open in it.
    final class Writing {
        var bytes: [UInt8] = []
        var closers: [UInt8] = []
    }

    let writing: Writing
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// A value as JSON.
    static func encode(_ value: some Encodable) -> [UInt8] {
        let writing = Writing()
        do {
            try writing.value(value)
        } catch {
            // neither a field type nor a synthesized `encode(to:)` throws, and `Writing` does not
            fatalError("a message cannot be written: \(error)")
        }
        return writing.bytes
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        writing.open(123, 125)
        return KeyedEncodingContainer(KeyedJSON<Key>(writing: writing))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        writing.open(91, 93)
        return UnkeyedJSON(writing: writing)
    }
    func singleValueContainer() -> any SingleValueEncodingContainer { SingleJSON(writing: writing) }
}

extension JSONEncoding.Writing {
    func open(_ opener: UInt8, _ closer: UInt8) {
        bytes.append(opener)
        closers.append(closer)
    }

    /// Before a member or an element: a comma, unless it is the first.
    func separate() {
        if let last = bytes.last, last != 123, last != 91 { bytes.append(44) }
    }

    /// Writes a value and closes what it opened.
    func value<T: Encodable>(_ value: T) throws {
        switch ObjectIdentifier(T.self) {
        case ObjectIdentifier(String.self): if let text = value as? String { string(text) }
        case ObjectIdentifier(Int64.self):
            if let number = value as? Int64 { bytes.append(contentsOf: "\(number)".utf8) }
        case ObjectIdentifier(Bool.self):
            if let flag = value as? Bool { bytes.append(contentsOf: (flag ? "true" : "false").utf8) }
        default:
            let depth = closers.count
            try value.encode(to: JSONEncoding(writing: self))
            while closers.count > depth, let closer = closers.popLast() { bytes.append(closer) }
        }
    }

    /// Writes a string: quote, backslash and control characters are escaped, nothing else.
    func string(_ text: String) {
        var text = text
        bytes.append(34)
        text.withUTF8 { utf8 in
            // as long as nothing is escaped, a string goes in whole: `rights.export_seconds`
            var rest = utf8[...]
            while let at = rest.firstIndex(where: { $0 < 32 || $0 == 34 || $0 == 92 }) {
                bytes += rest[..<at]
                escape(rest[at])
                rest = rest[(at + 1)...]
            }
            bytes += rest
        }
        bytes.append(34)
    }

    private func escape(_ byte: UInt8) {
        guard byte < 32 else { return bytes += [92, byte] }
        let digits = Array("0123456789abcdef".utf8)
        bytes += [92, 117, 48, 48, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// What no message asks for: its parts are fields, structs and arrays, each with an `encode(to:)` of its own. A
    /// test walks all of them.
    func unused() -> Never { fatalError("a message writes itself in a way that no message does") }
}

private struct KeyedJSON<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writing: JSONEncoding.Writing
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) {}
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        writing.separate()
        writing.string(key.stringValue)
        writing.bytes.append(58)
        try writing.value(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { writing.unused() }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { writing.unused() }
    func superEncoder() -> any Encoder { writing.unused() }
    func superEncoder(forKey key: Key) -> any Encoder { writing.unused() }
}

private struct UnkeyedJSON: UnkeyedEncodingContainer {
    let writing: JSONEncoding.Writing
    var codingPath: [any CodingKey] { [] }
    private(set) var count = 0

    init(writing: JSONEncoding.Writing) { self.writing = writing }

    func encodeNil() { writing.unused() }
    mutating func encode<T: Encodable>(_ value: T) throws {
        writing.separate()
        try writing.value(value)
        count += 1
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        writing.unused()
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { writing.unused() }
    func superEncoder() -> any Encoder { writing.unused() }
}

private struct SingleJSON: SingleValueEncodingContainer {
    let writing: JSONEncoding.Writing
    var codingPath: [any CodingKey] { [] }
    func encodeNil() { writing.unused() }
    func encode<T: Encodable>(_ value: T) throws { try writing.value(value) }
}
