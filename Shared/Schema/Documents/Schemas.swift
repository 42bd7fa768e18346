/// JSON Schemas (2020-12) of the messages.
enum Schemas {
    /// The schema of a message. `isOpen`: fields that it does not name are allowed, as readers of services' topics do.
    static func schema(of type: any Message.Type, isOpen: Bool) -> Tree {
        let root = Description(of: type)
        var members: [(name: String, value: Tree)] = [
            ("$schema", "https://json-schema.org/draft/2020-12/schema"),
            ("$id", .text("urn:troth:schema:\(type.type)")),
            ("$comment", .text(Documents.generated)),
            ("title", .text(type.type)),
        ]
        if case .protobuf = type.contentType {
            members.append(("description", "Sent as protobuf only (troth.proto); here for what its fields mean."))
        }
        members += object(root, isOpen: isOpen)
        var definitions = root.structs.dropFirst().map {
            (name: $0.name, value: Tree.object(object($0, isOpen: isOpen)))
        }
        definitions += root.values.map { (name: $0.name, value: value($0)) }
        definitions.sort { $0.name < $1.name }
        members.append(("$defs", .object(definitions)))
        return .object(members)
    }

    private static func object(_ description: Description, isOpen: Bool) -> [(name: String, value: Tree)] {
        let required = description.fields.filter { !$0.isOptional }.map { Tree.text($0.name) }
        var members: [(name: String, value: Tree)] = [
            ("type", "object"),
            ("properties", .object(description.fields.map { ($0.name, form($0.form)) })),
            ("required", .array(required)),
            ("additionalProperties", .boolean(isOpen)),
        ]
        if !description.exactlyOne.isEmpty {
            let one = description.exactlyOne.map { Tree.object([("required", .array([.text($0)]))]) }
            members.append(("oneOf", .array(one)))
        }
        return members
    }

    private static func form(_ form: Description.Form) -> Tree {
        switch form {
        case .value(let value): return .object([("$ref", .text("#/$defs/\(value.name)"))])
        case .nested(let description): return .object([("$ref", .text("#/$defs/\(description.name)"))])
        case .bare(let type): return .object([("$comment", .text("\(type) is no field type"))])
        case .array(let element, let bounds):
            var members: [(name: String, value: Tree)] = [("type", "array"), ("items", self.form(element))]
            if let bounds {
                if bounds.lowerBound > 0 { members.append(("minItems", .integer(Int64(bounds.lowerBound)))) }
                members.append(("maxItems", .integer(Int64(bounds.upperBound))))
            }
            return .object(members)
        }
    }

    private static func value(_ value: Description.Value) -> Tree {
        var members: [(name: String, value: Tree)]
        switch value.shape {
        case .text(let pattern): members = [("type", "string"), ("pattern", .text(pattern))]
        case .integer(let range):
            members = [
                ("type", "integer"), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound)),
            ]
        case .decimal(let range):
            let sign = range.lowerBound < 0 ? "-?" : ""
            members = [
                ("type", "string"), ("pattern", .text("^(0|\(sign)[1-9][0-9]*)$")),
                ("x-minimum", .text("\(range.lowerBound)")), ("x-maximum", .text("\(range.upperBound)")),
            ]
        case .name(let names): members = [("type", "string"), ("enum", .array(names.map { .text($0) }))]
        case .boolean: members = [("type", "boolean")]
        }
        members.append(("x-data-category", .text(value.category.rawValue)))
        members.append(("examples", .array([.literal(value.example)])))
        return .object(members)
    }
}
