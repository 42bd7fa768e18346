/// docs/data-categories.md: every field of every message and the category of personal data in it.
enum Categories {
    static func document() -> String {
        var text = """
            <!-- \(Documents.generated) -->

            # Data categories

            Every field of every message, its type and the category of personal data in it (policy, section 1);
            `none` is not personal. A path with `[]` is in an array; a field in *italics* may be absent.

            """
        for message in Documents.messages {
            let topics = Topics.all.filter { $0.messageType.type == message.type.type }.map { "`\($0.name)`" }
            text += "\n## \(message.type.type)\n\nOn \(topics.joined(separator: ", ")).\n\n"
            text += "| field | type | category |\n|---|---|---|\n"
            text += rows(of: Description(of: message.type), path: "", mark: "").joined()
        }
        return text
    }

    private static func rows(of description: Description, path: String, mark: String) -> [String] {
        description.fields.flatMap { field in
            rows(of: field.form, path: path + field.name, mark: field.isOptional ? "*" : mark)
        }
    }

    private static func rows(of form: Description.Form, path: String, mark: String) -> [String] {
        switch form {
        case .value(let value): ["| \(mark)`\(path)`\(mark) | \(value.name) | \(value.category.rawValue) |\n"]
        case .nested(let description): rows(of: description, path: path + ".", mark: mark)
        case .array(let element, _): rows(of: element, path: path + "[]", mark: mark)
        case .bare(let type): ["| \(mark)`\(path)`\(mark) | \(type) | none stated |\n"]
        }
    }
}
