import CommandLineTool
import Foundation
import Testing

/// Every command of `troth` that a document quotes is there, with the options that it is quoted with.
@Suite struct QuotedCommandTests {
    /// The documents, and their texts with what is broken over several lines in one.
    private static func documents() throws -> [(name: String, text: String)] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let pages = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("docs").path)
        let names = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "POLICY.md"] + pages.map { "docs/\($0)" }
        return try names.filter { $0.hasSuffix(".md") }.map { name in
            let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
            return (name, text.replacingOccurrences(of: "\\\n", with: " "))
        }
    }

    /// The words behind `troth`, of each quotation: lines of blocks, and code within a line.
    private static func quoted(in text: String) -> [[String]] {
        let blocks = text.components(separatedBy: "```").enumerated()
        let spans = blocks.flatMap { number, part -> [String] in
            if number.isMultiple(of: 2) {
                return part.components(separatedBy: "`").enumerated().filter { !$0.offset.isMultiple(of: 2) }
                    .map { $0.element }
            }
            return part.components(separatedBy: "\n")
        }
        return spans.compactMap { span in
            let code = span.components(separatedBy: " #")[0]
            let words = code.split { " \n|/".contains($0) }.map(String.init)
            guard let place = words.firstIndex(of: "troth"), place + 1 < words.count else { return nil }
            return Array(words[(place + 1)...])
        }
    }

    @Test func `every quoted command exists, with its options`() throws {
        var count = 0
        for document in try Self.documents() {
            for words in Self.quoted(in: document.text) where words[0].allSatisfy({ $0.isLowercase || $0 == "-" }) {
                guard !words[0].hasPrefix("-") else { continue }
                guard let (command, rest) = Troth.find(words) else {
                    let isGroup = Troth.subcommands.contains { $0.configuration.commandName.hasPrefix("\(words[0]) ") }
                    #expect(
                        isGroup && (words.count == 1 || words[1] == "…"),
                        "\(document.name): troth \(words.joined(separator: " "))")
                    continue
                }
                count += 1
                let options = command.configuration.options.map(\.name) + ["--help", "--version"]
                for word in rest where word.hasPrefix("--") && !word.hasSuffix("…") {
                    let name = String(word.prefix { $0 != "=" })
                    #expect(
                        options.contains(name), "\(document.name): \(command.configuration.commandName) has no \(name)")
                }
            }
        }
        #expect(count > 80)
    }
}
