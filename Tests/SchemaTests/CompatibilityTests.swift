import Foundation
import Schema
import Testing

/// What a release has promised, stays: fields are only added, and optional; nothing is narrowed.
@Suite struct CompatibilityTests {
    private typealias Object = [String: Any]

    /// The faults of a schema against the released one.
    private static func faults(_ old: Object, _ new: Object, _ path: String, _ oldRoot: Object, _ newRoot: Object)
        -> [String]
    {
        let (old, new) = (resolved(old, oldRoot), resolved(new, newRoot))
        var faults: [String] = []
        func expect(_ isSo: Bool, _ fact: String) { if !isSo { faults.append("\(path): \(fact)") } }

        expect(old["type"] as? String == new["type"] as? String, "another type")
        expect(old["pattern"] as? String == new["pattern"] as? String, "another pattern")
        let names = (old: Set(old["enum"] as? [String] ?? []), new: Set(new["enum"] as? [String] ?? []))
        expect(names.new.isSuperset(of: names.old) && names.old.isEmpty == names.new.isEmpty, "a name is gone")
        for (low, high) in [("minimum", "maximum"), ("x-minimum", "x-maximum"), ("minItems", "maxItems")] {
            expect(number(new[low]) ?? .min <= number(old[low]) ?? .min, "\(low) is higher")
            expect(number(new[high]) ?? .max >= number(old[high]) ?? .max, "\(high) is lower")
        }
        expect(
            Set(old["required"] as? [String] ?? []) == Set(new["required"] as? [String] ?? []),
            "other fields are required")
        expect(old["additionalProperties"] as? Bool == new["additionalProperties"] as? Bool, "other fields are allowed")
        let one = (old: alternatives(old), new: alternatives(new))
        expect(one.new.isSuperset(of: one.old) && one.old.isEmpty == one.new.isEmpty, "an alternative is gone")

        if let items = old["items"] as? Object {
            faults += Self.faults(items, new["items"] as? Object ?? [:], path + "[]", oldRoot, newRoot)
        }
        for (name, field) in (old["properties"] as? Object ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let field = field as? Object else { continue }
            let newField = (new["properties"] as? Object)?[name] as? Object
            expect(newField != nil, "\(name) is gone")
            faults += Self.faults(
                field, newField ?? field, "\(path).\(name)", oldRoot, newField == nil ? oldRoot : newRoot)
        }
        return faults
    }

    private static func resolved(_ schema: Object, _ root: Object) -> Object {
        guard let place = schema["$ref"] as? String, let name = place.split(separator: "/").last else { return schema }
        return (root["$defs"] as? Object)?[String(name)] as? Object ?? [:]
    }
    private static func number(_ value: Any?) -> Int64? {
        (value as? NSNumber)?.int64Value ?? (value as? String).flatMap { Int64($0) }
    }
    private static func alternatives(_ schema: Object) -> Set<String> {
        Set((schema["oneOf"] as? [Object] ?? []).flatMap { $0["required"] as? [String] ?? [] })
    }
    private static func parse(_ text: String) throws -> Object {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
    }

    @Test func `the schemas keep what the last release has promised`() throws {
        let folder = repository.appending(path: "docs/released")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
        try #require(!files.isEmpty)
        let current = Dictionary(uniqueKeysWithValues: Documents.schemas(folder: "").map { ($0.path, $0.content) })
        for file in files {
            let old = try Self.parse(try String(contentsOf: file, encoding: .utf8))
            let new = try Self.parse(
                try #require(current["/" + file.lastPathComponent], "\(file.lastPathComponent) is gone"))
            #expect(Self.faults(old, new, file.lastPathComponent, old, new) == [])
        }
    }

    @Test(arguments: [
        (#""maximum": 1000000000000"#, #""maximum": 1000000000"#), (#""text_in","#, ""),
        (#""minimum": 1,"#, #""minimum": 2,"#),
        (#""maxItems": 500"#, #""maxItems": 499"#), (#""minItems": 1"#, #""minItems": 2"#),
        (#""required": ["calls"]"#, #""required": []"#), (#""required": ["calls"]"#, #""required": ["calls", "more"]"#),
        (#""pattern": "^[A-Z]{3}$""#, #""pattern": "^[A-Z]{2}$""#), (#""region": {"#, #""area": {"#),
        (#""x-maximum": "253402300799999999""#, #""x-maximum": "253402300799999998""#),
        (##""$ref": "#/$defs/CallID""##, ##""$ref": "#/$defs/Instant""##),
    ])
    func `a narrowed schema is found`(from: String, to: String) throws {
        let text = try #require(Documents.schemas(folder: "").first { $0.path.contains(Usage.type) }?.content)
        let narrowed = text.replacing(from, with: to, maxReplacements: 1)
        try #require(narrowed != text)
        let (old, new) = (try Self.parse(text), try Self.parse(narrowed))
        #expect(Self.faults(old, new, "", old, new) != [])
        #expect(Self.faults(old, old, "", old, old) == [])
    }

    @Test func `an added optional field and an added name are no fault`() throws {
        let text = try #require(Documents.schemas(folder: "").first { $0.path.contains(Usage.type) }?.content)
        let wider = text.replacing(#""flex""#, with: #""flex", "slow""#)
            .replacing(
                #""region": {"#, with: ##""area": {"$ref": "#/$defs/RegionName"}, "region": {"##, maxReplacements: 1)
        let (old, new) = (try Self.parse(text), try Self.parse(wider))
        #expect(Self.faults(old, new, "", old, new) == [])
    }
}
