/// The describing `Decoder`: it reads nothing, notes what a type asks for, and answers with the types' examples.
struct Describing: Decoder {
    /// What was asked for so far.
    final class Found {
        var fields: [Description.Field] = []
    }

    let rules: (any Ruled.Type)?
    let found = Found()
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(DescribingFields<Key>(rules: rules, found: found))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NotDescribed() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NotDescribed() }

    /// The form of a type, and a value of it.
    static func describe<T: Decodable>(_ type: T.Type, bounds: ClosedRange<Int>?) throws -> (Description.Form, T) {
        if let field = type as? any FieldType.Type, let value = field.example as? T {
            return (.value(field.described), value)
        }
        if let array = type as? any DescribedArray.Type, let value = array.empty as? T {
            return (.array(try array.element(), bounds), value)
        }
        let blanks: [Any] = ["", false, Int64(0), Int(0), Double(0), Int32(0), UInt64(0), UInt32(0), UInt8(0)]
        if let value = blanks.lazy.compactMap({ $0 as? T }).first { return (.bare("\(type)"), value) }
        let describing = Describing(rules: type as? any Ruled.Type)
        let value = try T(from: describing)
        var description = Description(name: "\(type)")
        description.fields = describing.found.fields
        description.exactlyOne = describing.rules?.exactlyOne ?? []
        return (.nested(description), value)
    }
}

extension Description {
    fileprivate init(name: String) { self.name = name }
}

extension FieldType {
    fileprivate static var described: Description.Value { Description.Value(of: Self.self) }
}

/// An array, whatever its elements.
private protocol DescribedArray {
    static var empty: Self { get }
    static func element() throws -> Description.Form
}

extension Array: DescribedArray where Element: Decodable {
    fileprivate static var empty: [Element] { [] }
    fileprivate static func element() throws -> Description.Form {
        try Describing.describe(Element.self, bounds: nil).0
    }
}

/// A type reads itself in a way that no message does.
private struct NotDescribed: Error {}

private struct DescribingFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let rules: (any Ruled.Type)?
    let found: Describing.Found
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try note(type, key, isOptional: false) }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        try note(type, key, isOptional: true)
    }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        try note(type, key, isOptional: true)
    }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try note(type, key, isOptional: true) }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try note(type, key, isOptional: true) }

    private func note<T: Decodable>(_ type: T.Type, _ key: Key, isOptional: Bool) throws -> T {
        let (form, value) = try Describing.describe(type, bounds: rules?.arrayBounds[key.stringValue])
        found.fields.append(Description.Field(name: key.stringValue, isOptional: isOptional, form: form))
        return value
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw NotDescribed() }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NotDescribed() }
    func superDecoder() throws -> any Decoder { throw NotDescribed() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw NotDescribed() }
}
