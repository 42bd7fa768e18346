import CommandLineTool
import Foundation
import Testing

/// docs/policy.md and the closing table of the demo: one row per clause.
struct ClauseTests {
    @Test func `each of the policy's 39 clauses has a row, in their order`() {
        #expect(Clause.numbers.count == 39)
        #expect(Clause.all.map(\.number) == Clause.numbers)
    }

    @Test func `what a row names is there`() {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        for clause in Clause.all {
            #expect(!clause.code.isEmpty && !clause.tests.isEmpty, "clause \(clause.number)")
            #expect(!(clause.shown + clause.commands).isEmpty, "clause \(clause.number) has no evidence")
            for path in clause.code + clause.tests {
                #expect(FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path), "\(path)")
            }
        }
    }

    @Test func `a clause is kept where all its rows are there and hold`() {
        let names = Set(Clause.all.flatMap(\.shown)).sorted()
        func broken(_ rows: [(String, Bool)]) -> [String] {
            var evidence = Evidence()
            for (name, ok) in rows { evidence.add(name, "-", ok) }
            return evidence.clauses.filter { !$0.ok }.map(\.number)
        }
        #expect(broken(names.map { ($0, true) } + [("a row of none", false)]) == [])
        #expect(broken(names.map { ($0, $0 != "mail written") }) == ["2.3"])
        #expect(broken([]).contains("2.2"))
    }
}
