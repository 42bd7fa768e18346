/// docs/troth.proto: the messages that are sent as protobuf.
enum ProtoFile {
    static func document() -> String {
        var text = """
            // \(Documents.generated)
            // Fields are numbered in the order in which they are declared, names from 1: 0 is refused.
            syntax = "proto3";

            package troth.v1;

            """
        var written: Set<String> = []
        for message in [Description(of: Usage.self), Description(of: Totals.self)] {
            for value in message.structs.flatMap(\.fields).compactMap(\.form.value) {
                if case .name(let names) = value.shape, written.insert(value.name).inserted {
                    text += "\n" + enumeration(value.name, names)
                }
            }
            for description in message.structs where written.insert(description.name).inserted {
                text += "\n" + self.message(description)
            }
        }
        return text
    }

    private static func enumeration(_ name: String, _ names: [String]) -> String {
        let prefix = snakeCase(name).uppercased() + "_"
        let lines = (["unspecified"] + names).enumerated().map { "  \(prefix)\($1.uppercased()) = \($0);\n" }
        return "enum \(name) {\n\(lines.joined())}\n"
    }

    private static func message(_ description: Description) -> String {
        let lines = description.fields.enumerated().map { index, field in
            "  \(type(of: field.form)) \(snakeCase(field.name)) = \(index + 1);\n"
        }
        return "message \(description.name) {\n\(lines.joined())}\n"
    }

    private static func type(of form: Description.Form) -> String {
        switch form {
        case .nested(let description): description.name
        case .array(let element, _): "repeated \(type(of: element))"
        case .bare(let type): type
        case .value(let value): type(of: value)
        }
    }

    /// An integer is an int64, or a uint32 where its range is that of one.
    private static func type(of value: Description.Value) -> String {
        switch value.shape {
        case .text: value.isIdentifier ? "bytes" : "string"
        case .integer(let range), .decimal(let range):
            range.lowerBound >= 0 && range.upperBound <= Int64(UInt32.max) ? "uint32" : "int64"
        case .name: value.name
        case .boolean: "bool"
        }
    }

    /// `apiKeyId` as `api_key_id`.
    private static func snakeCase(_ name: String) -> String {
        var text = ""
        for character in name {
            if character.isUppercase, !text.isEmpty { text += "_" }
            text += character.lowercased()
        }
        return text
    }
}
