import Foundation
import Testing

@Suite struct DocumentTests {
    private static let documents =
        House.files(["docs", "Shared", "Services"], ending: [".md"])
        + ["README", "ARCHITECTURE", "POLICY", "STYLE", "CONTRIBUTING", "SECURITY", "CHANGELOG"].compactMap { name in
            let text = try? String(contentsOf: House.root.appendingPathComponent("\(name).md"), encoding: .utf8)
            return text.map { House.File(path: "\(name).md", lines: $0.components(separatedBy: "\n")) }
        }

    @Test func `every link leads to a file that is there`() throws {
        let link = try Regex(#"\]\(([^)#]+)(#[^)]*)?\)"#)
        for document in Self.documents {
            for match in document.text.matches(of: link) {
                let target = String(match.output[1].substring ?? "")
                guard !target.contains("://"), !target.hasPrefix("mailto:") else { continue }
                let folder = House.root.appendingPathComponent(document.path).deletingLastPathComponent()
                let file = folder.appendingPathComponent(target).path
                #expect(FileManager.default.fileExists(atPath: file), "\(document.path) links to \(target)")
            }
        }
    }

    @Test func `what a document calls a file of ours is there`() throws {
        let name = try Regex(#"`((?:Services|Shared|Tests|docs|examples)/[A-Za-z0-9_./-]+)`"#)
        for document in Self.documents {
            for match in document.text.matches(of: name) {
                let path = String(match.output[1].substring ?? "")
                let file = House.root.appendingPathComponent(path).path
                #expect(FileManager.default.fileExists(atPath: file), "\(document.path) names \(path)")
            }
        }
    }

    @Test func `what the walk calls by name is declared in the code`() throws {
        let words = Set(["func", "case", "let", "var", "struct", "enum", "protocol", "class"])
        var declared: Set<Substring> = []
        let code = House.files(["Services", "Shared"])
        for line in code.flatMap(\.lines) {
            let parts = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            for (word, name) in zip(parts, parts.dropFirst()) where words.contains(String(word)) {
                declared.insert(name)
            }
        }
        let walk = try #require(Self.documents.first { $0.path == "docs/walk.md" })
        for match in walk.text.matches(of: try Regex(#"`\.?([A-Za-z]\w*)(?:\([^`]*\))?`"#)) {
            let name = try #require(match.output[1].substring)
            #expect(declared.contains(name), "docs/walk.md speaks of \(name)")
        }
    }

    @Test func `in the picture of services no words lie over others`() throws {
        let file = House.root.appendingPathComponent("docs/services.svg")
        let picture = try String(contentsOf: file, encoding: .utf8)
        let text = try Regex(#"<text class="(\w+)" x="(\d+)" y="(\d+)">([^<]+)</text>"#)
        var words: [(place: ClosedRange<Int>, y: Int, text: String)] = []
        for match in picture.matches(of: text) {
            let part = (1...4).map { String(match.output[$0].substring ?? "") }
            let (x, y, width) = (Int(part[1]) ?? 0, Int(part[2]) ?? 0, part[3].count * 8)
            let left = ["name", "group"].contains(part[0]) ? x - width / 2 : part[0] == "kept" ? x - width : x
            words.append((left...left + width, y, part[3]))
        }
        #expect(words.count > 40)
        for (index, one) in words.enumerated() {
            for other in words[..<index] where abs(one.y - other.y) < 14 {
                #expect(!one.place.overlaps(other.place), "\(one.text) and \(other.text)")
            }
        }
    }

    @Test func `every make target that a document names exists`() throws {
        let makefile = try String(contentsOf: House.root.appendingPathComponent("Makefile"), encoding: .utf8)
        let command = try Regex(#"`make ([a-z-]+)"#)
        for document in Self.documents {
            for match in document.text.matches(of: command) {
                let target = String(match.output[1].substring ?? "")
                #expect(makefile.contains("\n\(target):"), "\(document.path) names make \(target)")
            }
        }
    }

    @Test func `the front page and the architecture are short`() {
        for document in Self.documents where ["README.md", "ARCHITECTURE.md"].contains(document.path) {
            #expect(document.lines.count <= 201, "\(document.path) has \(document.lines.count) lines")
        }
    }

    @Test func `no policy clause is cited that does not exist`() throws {
        let clauses = Set(
            ["1", "6", "11"] + (1...4).map { "2.\($0)" } + (1...3).map { "3.\($0)" } + (1...5).map { "4.\($0)" }
                + (1...4).map { "5.\($0)" } + (1...3).map { "7.\($0)" } + (1...7).map { "8.\($0)" }
                + (1...6).map { "9.\($0)" } + (1...4).map { "10.\($0)" } + ["2", "3", "4", "5", "7", "8", "9", "10"])
        let citation = try Regex(#"[Pp]olicy §(\d+(?:\.\d+)?)"#)
        for file in House.files() {
            for match in file.text.matches(of: citation) {
                let clause = String(match.output[1].substring ?? "")
                #expect(clauses.contains(clause), "\(file.path) cites policy §\(clause)")
            }
        }
    }
}
