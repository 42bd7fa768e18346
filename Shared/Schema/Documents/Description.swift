/// A struct of the schema, as the documents show it.
package struct Description: Sendable {
    /// The type's name in Swift and in protobuf.
    package let name: String
    /// In the order in which they are declared: in protobuf they are numbered so, from 1.
    package var fields: [Field] = []
    /// Of these exactly one is there; empty: no such rule.
    package var exactlyOne: [String] = []

    /// A field.
    package struct Field: Sendable {
        /// Its name in JSON.
        package let name: String
        package let isOptional: Bool
        package let form: Form
    }

    /// What a field holds.
    package indirect enum Form: Sendable {
        /// A domain type.
        case value(Value)
        /// A struct.
        case nested(Description)
        /// An array of one of these; no bounds is a fault of the schema.
        case array(Form, ClosedRange<Int>?)
        /// A bare `String`, `Int64` or the like: a fault of the schema.
        case bare(String)
    }

    /// A domain type.
    package struct Value: Sendable {
        /// The type's name.
        package let name: String
        package let shape: Shape
        package let category: DataCategory
        /// Its example as JSON.
        package let example: String
        /// True for an identifier: 16 bytes in protobuf.
        package let isIdentifier: Bool
    }

    /// Describes a message, or any struct that is made of fields.
    package init(of type: any Decodable.Type) {
        let describing = Describing(rules: type as? any Ruled.Type)
        do {
            _ = try type.init(from: describing)
        } catch {
            // `init(from:)` of a message only asks for its fields, and gets a value for each; a test walks all of them
            fatalError("\(type) cannot be described: \(error)")
        }
        (name, fields, exactlyOne) = ("\(type)", describing.found.fields, (type as? any Ruled.Type)?.exactlyOne ?? [])
    }

    /// Itself, then the structs in it, each once.
    package var structs: [Description] {
        var all = [self]
        for inner in fields.compactMap(\.form.nested) {
            for one in inner.structs where !all.contains(where: { $0.name == one.name }) { all.append(one) }
        }
        return all
    }

    /// The domain types in it, each once, by name.
    package var values: [Value] {
        var all: [String: Value] = [:]
        for one in structs {
            for value in one.fields.compactMap(\.form.value) { all[value.name] = value }
        }
        return all.values.sorted { $0.name < $1.name }
    }
}

extension Description.Form {
    /// The struct in it, or in its elements.
    package var nested: Description? {
        switch self {
        case .nested(let description): description
        case .array(let element, _): element.nested
        case .value, .bare: nil
        }
    }
    /// The domain type in it, or in its elements.
    package var value: Description.Value? {
        switch self {
        case .value(let value): value
        case .array(let element, _): element.value
        case .nested, .bare: nil
        }
    }
}

extension Description.Value {
    init<Field: FieldType>(of type: Field.Type) {
        (name, shape, category) = ("\(type)", Field.shape, Field.category)
        example = String(decoding: JSONEncoding.encode(Field.example), as: UTF8.self)
        isIdentifier = type is any Identifier.Type
    }
}
