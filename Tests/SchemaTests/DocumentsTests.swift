import Foundation
import Schema
import Testing

@Suite struct DocumentsTests {
    @Test func `the documents are what the types say`() {
        for document in Documents.all() {
            let file = repository.appending(path: "docs/\(document.path)")
            let content = try? String(contentsOf: file, encoding: .utf8)
            #expect(content == document.content, "docs/\(document.path) is not what the types say: run `make docs`")
        }
    }

    @Test func `every field has a type that states its category, and every array its bounds`() {
        func check(_ form: Description.Form, _ path: String) {
            switch form {
            case .value: break
            case .nested(let description): check(description, path)
            case .array(let element, let bounds):
                #expect(bounds != nil, "\(path) has no bounds: state them in Ruled.arrayBounds")
                check(element, path)
            case .bare(let type): Issue.record("\(path) is a bare \(type): give it a FieldType")
            }
        }
        func check(_ description: Description, _ path: String) {
            for field in description.fields { check(field.form, "\(path).\(field.name)") }
        }
        for message in Documents.messages { check(Description(of: message.type), message.type.type) }
        check(Description(of: Usage.self), Usage.type)
    }

    @Test func `the describing decoder sees a bare field and an array without bounds`() throws {
        struct Bare: Codable {
            var name: String
            var counts: [Int64]?
        }
        let fields = Description(of: Bare.self).fields
        #expect(fields.map(\.name) == ["name", "counts"])
        #expect(fields.map(\.isOptional) == [false, true])
        guard case .bare("String") = fields[0].form, case .array(.bare("Int64"), nil) = fields[1].form else {
            Issue.record("not seen")
            return
        }
    }

    @Test func `what is ruled is a field`() {
        for message in Documents.messages {
            for one in Description(of: message.type).structs {
                let names = one.fields.map(\.name)
                #expect(Set(one.exactlyOne).isSubset(of: names))
                let required = one.fields.filter { !$0.isOptional && one.exactlyOne.contains($0.name) }
                #expect(required.isEmpty)
            }
        }
    }

    @Test func `a field's example fits its form`() throws {
        for value in Documents.messages.flatMap({ Description(of: $0.type).values }) {
            let example = try JSONSerialization.jsonObject(with: Data(value.example.utf8), options: .fragmentsAllowed)
            switch value.shape {
            case .text(let pattern):
                let text = try #require(example as? String)
                #expect(text.range(of: pattern, options: .regularExpression) != nil, "\(value.name)")
            case .integer(let range):
                let number = try #require(example as? NSNumber)
                #expect(range.contains(number.int64Value))
            case .decimal(let range):
                let number = try #require((example as? String).flatMap { Int64($0) })
                #expect(range.contains(number))
            case .name(let names):
                let name = try #require(example as? String)
                #expect(names.contains(name))
            case .boolean: #expect(example is Bool)
            }
        }
    }

    @Test func `every name that outsiders may write is on the list of names`() {
        for message in Documents.messages where !message.isOpen {
            for field in Description(of: message.type).structs.flatMap(\.fields) {
                #expect(FieldName(text: field.name) != nil, "\(field.name) is not in FieldName.known")
            }
        }
    }

    @Test func `the readers by hand know the fields of the types`() {
        #expect(
            Description(of: Attempt.self).fields.map(\.name) == [
                "number", "upstream", "model", "region", "tierServed", "startedAt", "durationMs", "outcome", "units",
                "stated",
            ])
        #expect(
            Description(of: Call.self).fields.map(\.name) == ["callId", "calledAt", "apiKeyId", "outcome", "attempts"])
        #expect(
            Description(of: Total.self).fields.map(\.name) == [
                "account", "hour", "currency", "calls", "nano", "millionths", "revision",
            ])
    }

    /// TROTH_ASYNCAPI_SCHEMA names the JSON Schema of AsyncAPI 3.0.0, where it is at hand.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["TROTH_ASYNCAPI_SCHEMA"] != nil))
    func `asyncapi.yaml is valid, and each message fits its schema`() throws {
        let schema = try #require(ProcessInfo.processInfo.environment["TROTH_ASYNCAPI_SCHEMA"])
        let folder = FileManager.default.temporaryDirectory.appending(path: "troth-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = Seeded(12)
        let messages = Samples.all + (0..<50).map { _ in random.usage() as any Message }
        for (index, message) in messages.enumerated() {
            let file = folder.appending(path: "\(type(of: message).type)+\(index).json")
            try Data(message.encoded()).write(to: file)
        }
        let script = repository.appending(path: "Tests/SchemaTests/validate.py").path
        let done = try run([python, script, schema, repository.appending(path: "docs").path, folder.path])
        #expect(done.status == 0, "\(done.output)")
    }
}
