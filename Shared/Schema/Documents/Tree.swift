/// A generated document before it is text.
indirect enum Tree {
    case object([(name: String, value: Tree)])
    case array([Tree])
    case text(String)
    case integer(Int64)
    case boolean(Bool)
    /// JSON as it is.
    case literal(String)

    /// As JSON, indented by two.
    var json: String { json(indent: 0) + "\n" }

    /// As YAML; strings are written as JSON writes them, which YAML reads.
    var yaml: String { yaml(indent: 0) + "\n" }

    private static func quoted(_ text: String) -> String { String(decoding: JSONEncoding.encode(text), as: UTF8.self) }

    private var scalar: String? {
        switch self {
        case .object(let members): members.isEmpty ? "{}" : nil
        case .array(let elements): elements.isEmpty ? "[]" : nil
        case .text(let text): Self.quoted(text)
        case .integer(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .literal(let json): json
        }
    }

    private func json(indent: Int) -> String {
        if let scalar { return scalar }
        let (inner, outer) = (String(repeating: " ", count: indent + 2), String(repeating: " ", count: indent))
        switch self {
        case .object(let members):
            let lines = members.map { "\(inner)\(Self.quoted($0.name)): \($0.value.json(indent: indent + 2))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        case .array(let elements):
            if elements.allSatisfy({ $0.scalar != nil }) {
                let line = "[\(elements.map { $0.json(indent: 0) }.joined(separator: ", "))]"
                if indent + line.utf8.count <= 100 { return line }
            }
            return "[\n\(elements.map { inner + $0.json(indent: indent + 2) }.joined(separator: ",\n"))\n\(outer)]"
        case .text, .integer, .boolean, .literal: return ""
        }
    }

    private func yaml(indent: Int) -> String {
        if let scalar { return scalar }
        let space = String(repeating: " ", count: indent)
        switch self {
        case .object(let members):
            return members.map { member in
                let value = member.value.scalar.map { " \($0)" } ?? "\n\(member.value.yaml(indent: indent + 2))"
                return "\(space)\(Self.key(member.name)):\(value)"
            }.joined(separator: "\n")
        case .array(let elements):
            return elements.map { element in
                "\(space)- \(element.scalar ?? String(element.yaml(indent: indent + 2).drop { $0 == " " }))"
            }.joined(separator: "\n")
        case .text, .integer, .boolean, .literal: return ""
        }
    }

    /// A name without quotes where YAML needs none.
    private static func key(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy {
            (97...122).contains($0) || (65...90).contains($0) || $0 == 45 || $0 == 46 || $0 == 95
        }
        return isPlain ? name : quoted(name)
    }
}

extension Tree: ExpressibleByStringLiteral {
    init(stringLiteral text: String) { self = .text(text) }
}
