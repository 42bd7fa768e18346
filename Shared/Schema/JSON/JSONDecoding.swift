/// Our `Decoder` for JSON: it reads a tape, notes what no type asked for and refuses by field, never by value.
struct JSONDecoding: Decoder {
    /// What all parts of one record share.
    final class Reading {
        let tape: JSONTape
        let topic: TopicTrust
        var unknown = UnknownFields()
        init(_ tape: JSONTape, from topic: TopicTrust) { (self.tape, self.topic) = (tape, topic) }
    }

    let reading: Reading
    /// The place of the value on the tape.
    let node: Int
    /// The rules of the struct that is read.
    let rules: (any Ruled.Type)?
    /// Of an array: how many elements it may have.
    var bounds: ClosedRange<Int>?

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try JSONKeyed<Key>(self))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try JSONUnkeyed(self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { JSONSingle(decoding: self) }
}

extension JSONDecoding.Reading {
    /// Reads a value of a type.
    func value<T: Decodable>(_ type: T.Type, at node: Int, bounds: ClosedRange<Int>? = nil) throws -> T {
        let found = tape.nodes[node]
        guard !Self.plain.contains(ObjectIdentifier(type)) else {
            let value: (any Sendable)? =
                switch found.kind {
                case .string: tape.string(node)
                case .integer: found.value
                case .boolean: found.value == 1
                case .object, .array, .fraction, .null: nil
                }
            guard let value = value as? T else { throw WrongForm() }
            return value
        }
        // only an object has rules, and the cast is the dearest thing here
        let rules = found.kind == .object ? type as? any Ruled.Type : nil
        return try T(from: JSONDecoding(reading: self, node: node, rules: rules, bounds: bounds))
    }

    /// Types of the standard library: never read by their own `init(from:)`, which would ask for themselves again.
    private static let plain: Set<ObjectIdentifier> = [
        ObjectIdentifier(String.self), ObjectIdentifier(Int64.self), ObjectIdentifier(Bool.self),
        ObjectIdentifier(Double.self), ObjectIdentifier(Float.self), ObjectIdentifier(Int.self),
        ObjectIdentifier(Int8.self), ObjectIdentifier(Int16.self), ObjectIdentifier(Int32.self),
        ObjectIdentifier(UInt.self), ObjectIdentifier(UInt8.self), ObjectIdentifier(UInt16.self),
        ObjectIdentifier(UInt32.self), ObjectIdentifier(UInt64.self),
    ]
}

/// A value is of another form than its type asks for; the field that it is in makes a refusal of it.
private struct WrongForm: Error {}

/// An object.
private struct JSONKeyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoding: JSONDecoding
    /// The fields that the type knows, and where their values are.
    private let fields: [(name: String, node: Int)]
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { fields.compactMap { Key(stringValue: $0.name) } }

    init(_ decoding: JSONDecoding) throws {
        let tape = decoding.reading.tape
        guard tape.nodes[decoding.node].kind == .object else { throw WrongForm() }
        var fields: [(name: String, node: Int)] = []
        var at = decoding.node + 1
        while at < tape.nodes[decoding.node].next {
            let name = tape.string(at)
            if Key(stringValue: name) != nil {
                fields.append((name, at + 1))
            } else if decoding.reading.topic == .outside {
                decoding.reading.unknown.add(name)
            }
            at = tape.nodes[at + 1].next
        }
        (self.decoding, self.fields) = (decoding, fields)
        try checkExactlyOne()
    }

    private func checkExactlyOne() throws {
        guard let names = decoding.rules?.exactlyOne, !names.isEmpty else { return }
        let found = fields.filter { names.contains($0.name) }.count
        guard found != 1 else { return }
        throw Refusal(found == 0 ? .missingField : .wrongValue, fields: names.compactMap { FieldName(text: $0) })
    }

    private func node(_ key: Key) -> Int? {
        let name = key.stringValue
        for field in fields where field.name == name { return field.node }
        return nil
    }

    func contains(_ key: Key) -> Bool { node(key) != nil }
    func decodeNil(forKey key: Key) -> Bool { node(key).map { decoding.reading.tape.nodes[$0].kind == .null } ?? true }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        guard let node = node(key) else { throw Refusal(.missingField, field: key.stringValue) }
        do {
            let isArray = decoding.reading.tape.nodes[node].kind == .array
            let bounds = isArray ? decoding.rules?.arrayBounds[key.stringValue] : nil
            return try decoding.reading.value(type, at: node, bounds: bounds)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal(.wrongValue, field: key.stringValue)
        }
    }

    /// Nil only where the field is absent: `null` is no value of any field.
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try contains(key) ? decode(type, forKey: key) : nil
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw WrongForm() }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw WrongForm() }
    func superDecoder() throws -> any Decoder { throw WrongForm() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw WrongForm() }
}

/// An array.
private struct JSONUnkeyed: UnkeyedDecodingContainer {
    let decoding: JSONDecoding
    private let elements: Int
    private var at: Int
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements }
    var isAtEnd: Bool { currentIndex == elements }

    init(_ decoding: JSONDecoding) throws {
        let node = decoding.reading.tape.nodes[decoding.node]
        guard node.kind == .array, let count = node.value else { throw WrongForm() }
        guard decoding.bounds?.contains(Int(count)) ?? true else { throw WrongForm() }
        (self.decoding, elements, at) = (decoding, Int(count), decoding.node + 1)
    }

    func decodeNil() -> Bool { false }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        guard !isAtEnd else { throw WrongForm() }
        let value = try decoding.reading.value(type, at: at)
        at = decoding.reading.tape.nodes[at].next
        currentIndex += 1
        return value
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        throw WrongForm()
    }
    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw WrongForm() }
    func superDecoder() throws -> any Decoder { throw WrongForm() }
}

/// A value that is neither.
private struct JSONSingle: SingleValueDecodingContainer {
    let decoding: JSONDecoding
    var codingPath: [any CodingKey] { [] }
    func decodeNil() -> Bool { decoding.reading.tape.nodes[decoding.node].kind == .null }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoding.reading.value(type, at: decoding.node) }
}
