import Foundation
import Testing

@Suite struct StyleTests {
    @Test func `a file has at most 300 lines and a comment at most 120 columns`() {
        for file in House.files() {
            #expect(file.lines.count <= 301, "\(file.path) has \(file.lines.count) lines")
            // code is the formatter's: it knows what cannot be broken
            for (number, line) in file.lines.enumerated() where line.count > 120 && line.contains("/// ") {
                Issue.record("\(file.path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test func `a function has at most 50 lines`() {
        for file in House.files() {
            for (number, length) in functions(file) where length > 50 {
                Issue.record("\(file.path):\(number) is a function of \(length) lines")
            }
        }
    }

    @Test func `names tell what a thing is, and nothing is left to do`() {
        let names = try? Regex(#"\b(class|struct|enum|protocol|actor) \w*(Manager|Helper|Util|Utils|Base|V2|Legacy)\b"#)
        let marks = ["TO" + "DO", "FIX" + "ME", "// MA" + "RK"]
        for file in House.files() {
            for (number, line) in file.lines.enumerated() {
                if let names { #expect(line.firstMatch(of: names) == nil, "\(file.path):\(number + 1): \(line)") }
                for mark in marks { #expect(!line.contains(mark), "\(file.path):\(number + 1) has \(mark)") }
            }
        }
    }

    @Test func `unchecked Sendable stands at most once for each C library`() {
        let found = House.files(["Shared", "Services"]).filter { $0.text.contains("@unchecked Sendable") }
        let modules = found.map { $0.path.split(separator: "/")[1] }
        #expect(Set(modules).count == modules.count, "\(found.map(\.path))")
    }

    @Test func `each folder of Shared opens with a README of at most 40 lines`() throws {
        let shared = House.root.appendingPathComponent("Shared")
        for folder in try FileManager.default.contentsOfDirectory(atPath: shared.path)
        where folder != "C" && folder != "Tools" {
            let text = try? String(contentsOf: shared.appendingPathComponent("\(folder)/README.md"), encoding: .utf8)
            let lines = try #require(text, "Shared/\(folder) has no README.md").components(separatedBy: "\n")
            #expect(lines.count <= 41, "Shared/\(folder)/README.md has \(lines.count) lines")
        }
    }

    @Test func `a service is one page of at most 120 lines`() {
        let pages = House.files(["Services"]).filter { $0.text.contains(": Service {") }
        #expect(pages.count >= 6)
        for page in pages { #expect(page.lines.count <= 121, "\(page.path)") }
    }

    @Test func `a test is a sentence in backticks`() {
        for file in House.files(["Tests"]) {
            for (number, line) in file.lines.enumerated() where line.contains("@Test") {
                guard line.contains("func "), !line.contains("contains(") else { continue }
                #expect(line.contains("func `"), "\(file.path):\(number + 1)")
            }
        }
    }

    /// The first line and the length of each function: from `func` or `init` to the brace in the same column.
    private func functions(_ file: House.File) -> [(Int, Int)] {
        var found: [(Int, Int)] = []
        for (number, line) in file.lines.enumerated() {
            let indent = line.prefix { $0 == " " }
            let rest = line.dropFirst(indent.count)
            guard rest.contains("func ") || rest.hasPrefix("init(") || rest.hasPrefix("package init("),
                !rest.hasPrefix("//"), !rest.hasPrefix("\"")
            else { continue }
            let end = file.lines[number...].firstIndex { $0 == indent + "}" }
            // a requirement of a protocol has no body: the outer brace comes first
            let outer = file.lines[number...].firstIndex { !$0.isEmpty && !$0.hasPrefix(indent) }
            if let end, outer.map({ end < $0 }) ?? true { found.append((number + 1, end - number + 1)) }
        }
        return found
    }
}
