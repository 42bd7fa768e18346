import Foundation
import Testing

/// docs/operate.md against the code: whatever an operator may meet has its cause and what to do there.
@Suite struct OperateTests {
    private static let code = House.files(["Services", "Shared"])
    private static let page: [String] = {
        let file = House.root.appendingPathComponent("docs/operate.md")
        return (try? String(contentsOf: file, encoding: .utf8))?.components(separatedBy: "\n") ?? []
    }()

    /// The rows of the first table under a heading, without its head: cells without their spaces.
    private func rows(under heading: String) -> [[String]] {
        let section = Self.page.drop { $0 != heading }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return section.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2).map { line in
            line.dropFirst().dropLast().replacing("\\|", with: "¦").split(
                separator: "|", omittingEmptySubsequences: false
            )
            .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private func found(_ pattern: String, in text: String) throws -> [String] {
        try text.matches(of: Regex(pattern)).map { String($0.output[1].substring ?? "") }
    }

    @Test func `every alarm that the code can raise is in operate.md, and no other`() throws {
        var (names, constants, raised) = (Set<String>(), Set<String>(), Set<String>())
        for file in Self.code {
            names.formUnion(try found(#": AlarmName = "([a-z-]+)""#, in: file.text))
            constants.formUnion(try found(#"let (\w+): AlarmName = ""#, in: file.text))
            names.formUnion(try found(#"raise\(\s*"([a-z-]+)","#, in: file.text))
            raised.formUnion(try found(#"\btx\.raise\(\s*(?:\w+\.)?(\w+),"#, in: file.text))
        }
        let told = Set(rows(under: "## Alarms").map { $0[0].trimmingCharacters(in: ["`"]) })
        #expect(names.count > 10 && names == told, "not on both sides: \(names.symmetricDifference(told).sorted())")
        // by a name of its own, or by a constant that was seen above
        #expect(raised.isSubset(of: constants), "\(raised) \(constants)")
    }

    @Test func `every reason for which a partition stands still is in operate.md, and no other`() throws {
        let stall = try #require(Self.code.first { $0.path.hasSuffix("Engine/Shard/Stall.swift") })
        let reasons = Set(try found(#"case \w+ = "([a-z-]+)""#, in: stall.text))
        let told = Set(rows(under: "## When a partition is `stalled`").map { $0[0].trimmingCharacters(in: ["`"]) })
        #expect(
            reasons.count > 5 && reasons == told, "not on both sides: \(reasons.symmetricDifference(told).sorted())")
    }

    @Test func `each of them has a cause and what to do`() {
        for heading in ["## Alarms", "## When a partition is `stalled`"] {
            for row in rows(under: heading) {
                #expect(row.suffix(2).allSatisfy { $0.count > 10 }, "\(row[0])")
            }
        }
    }

    @Test func `every counter is in operate.md`() throws {
        let text = Self.page.joined(separator: "\n")
        for file in Self.code {
            for name in try found(#"\btx\.count\(\s*"([a-z_]+)""#, in: file.text) {
                #expect(text.contains("`troth_\(name)`"), "\(file.path) counts \(name)")
            }
        }
    }
}
