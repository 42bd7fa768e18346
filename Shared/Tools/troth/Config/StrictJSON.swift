import Foundation

/// Reads users' JSON files: what is not known is refused by name, and what is wrong is named by its path.
enum StrictJSON {
    /// Checks the names of objects by their path: `""` is the file itself, `models.prices` the rows of the lists.
    static func check(_ text: String, allowed: [String: [String]]) throws(Failure) {
        guard let root = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else {
            throw .refused("the file is no JSON: check commas, quotes and brackets")
        }
        try check(root, "", allowed)
    }

    private static func check(_ value: Any, _ path: String, _ allowed: [String: [String]]) throws(Failure) {
        if let array = value as? [Any] {
            for element in array { try check(element, path, allowed) }
        } else if let object = value as? [String: Any], let names = allowed[path] {
            for (name, inner) in object.sorted(by: { $0.key < $1.key }) {
                guard names.contains(name) else {
                    let place = path.isEmpty ? "the file" : path
                    let advice = Nearest.advice(to: name, among: names, all: names.joined(separator: ", "))
                    throw .refused("\(place) has an unknown field \(name): \(advice)")
                }
                try check(inner, path.isEmpty ? name : "\(path).\(name)", allowed)
            }
        }
    }

    /// Decodes a value; an error names the path.
    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws(Failure) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch let DecodingError.keyNotFound(key, context) {
            throw .refused("\(place(context.codingPath)) lacks \(key.stringValue): add it")
        } catch let DecodingError.typeMismatch(type, context) {
            throw .refused("\(place(context.codingPath)) is of the wrong type: \(type) is expected")
        } catch let DecodingError.valueNotFound(type, context) {
            throw .refused("\(place(context.codingPath)) is null: \(type) is expected")
        } catch {
            throw .refused("the file does not read as it should: compare it with the example")
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        let words = path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
        return words.isEmpty ? "the file" : words.joined(separator: ".")
    }
}
