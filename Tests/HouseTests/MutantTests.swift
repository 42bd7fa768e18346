import Foundation
import Testing

/// The faults of Tests/Mutants still fit the tree: `make mutants` builds each, which takes long.
@Suite struct MutantTests {
    /// An edit, in its parts.
    struct Edit {
        let name: String
        var head: [String: String] = [:]
        let old: String
        let new: String

        init?(_ file: House.File) {
            name = file.path
            let text = file.text
            guard let open = text.range(of: "<<<<\n"), let middle = text.range(of: "====\n"),
                let close = text.range(of: ">>>>", options: .backwards), open.upperBound <= middle.lowerBound,
                middle.upperBound <= close.lowerBound
            else { return nil }
            old = String(text[open.upperBound..<middle.lowerBound])
            new = String(text[middle.upperBound..<close.lowerBound])
            for line in text[..<open.lowerBound].split(separator: "\n") {
                let parts = line.components(separatedBy: ": ")
                head[parts[0]] = parts.dropFirst().joined(separator: ": ")
            }
        }
    }

    static let files = House.files(["Tests/Mutants"], ending: [".edit"])

    @Test func `each fault fits its file at one place, and changes it`() throws {
        #expect(!Self.files.isEmpty)
        for file in Self.files {
            let edit = try #require(Edit(file), "\(file.path) is no edit")
            #expect(edit.head["fault"] != nil && edit.old != edit.new, "\(edit.name)")
            let path = try #require(edit.head["file"])
            let text = try String(contentsOf: House.root.appendingPathComponent(path), encoding: .utf8)
            #expect(text.components(separatedBy: edit.old).count == 2, "\(edit.name) does not fit \(path)")
        }
    }

    @Test func `each fault names what catches it: a law and seeds, or tests`() throws {
        // the list of laws, and those that the simulator alone can judge
        let laws = House.files(["Shared/Invariants", "Shared/Simulator"]).map(\.text).joined()
        for file in Self.files {
            let words = try #require(Edit(file)?.head["caught"]).split(separator: " ").map(String.init)
            if words[0] == "seeds" {
                #expect(words.count == 4 && Int(words[1]) != nil && Int(words[2]) != nil, "\(file.path)")
                let law = words.last ?? ""
                let isNamed = laws.contains(" \(law)()") || laws.contains("\"\(law)\"")
                #expect(isNamed, "\(file.path) names no law")
            } else {
                let suite = words.last.map { $0.replacingOccurrences(of: ".", with: "/") } ?? ""
                let source = House.root.appendingPathComponent("Tests/\(suite).swift")
                #expect(FileManager.default.fileExists(atPath: source.path), "\(file.path) names no tests")
            }
        }
    }
}
