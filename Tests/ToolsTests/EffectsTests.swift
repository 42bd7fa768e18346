import CommandLineTool
import Engine
import Foundation
import Schema
import Testing

/// What the documents say of the services and of what they hold.
@Suite struct EffectsTests {
    private static var slices: [(service: String, slice: any Slice.Type)] {
        Services.all.flatMap { service in
            service.owns.compactMap { $0 as? any Slice.Type }.map { (service.name.text, $0) }
        }
    }

    private static func document(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }

    @Test func `whatever is held on a person has a purpose, and a clause that says for how long`() {
        #expect(Self.slices.count > 20)
        for (service, slice) in Self.slices {
            #expect(!slice.purposes.isEmpty && !slice.title.isEmpty, "\(service): \(slice.name)")
            #expect(Clause.numbers.contains(slice.clause), "\(service): \(slice.name) names policy \(slice.clause)")
            #expect(slice.category != .none || slice.keptBy == nil, "\(service): \(slice.name)")
        }
    }

    @Test func `who holds something on people answers requests`() {
        #expect(Set(Self.slices.map { $0.service }) == Set(Topics.participants))
    }

    @Test func `payment records stay after an erasure, and nothing else`() {
        for (service, slice) in Self.slices where slice.keptBy != nil {
            #expect(slice.keptBy == .law && slice.category == .payment, "\(service): \(slice.name)")
        }
    }

    @Test func `the table of ARCHITECTURE_md says what each page takes and gives`() throws {
        let lines = try Self.document("ARCHITECTURE.md").split(separator: "\n")
        func topics(_ cell: Substring) -> [String] {
            cell.split(separator: "`").map(String.init).filter { $0.contains(".") && !$0.contains(" ") }
        }
        for page in Services.pages {
            let service = type(of: page)
            let cells = try #require(lines.first { $0.hasPrefix("| `\(service.name)` | ") }).split(separator: "|")
            let takes = ([page.anchor] + page.takes).map(\.topic.name.text)
            // those that every service gives are said below the table
            let gives = service.gives.filter { ![.deadLetters, .replies, .clock].contains($0.kind) }.map(\.name.text)
                .filter { !$0.hasPrefix("retention.reports.") }
            for (cell, real) in [(cells[2], takes), (cells[3], gives)] {
                let told = topics(cell)
                func isTold(_ name: String, _ topic: String) -> Bool {
                    name.hasSuffix("*") ? topic.hasPrefix(name.dropLast()) : name == topic
                }
                for topic in real { #expect(told.contains { isTold($0, topic) }, "\(service.name) lacks \(topic)") }
                for name in told { #expect(real.contains { isTold(name, $0) }, "\(service.name) has \(name)") }
            }
        }
    }

    @Test func `every topic is in the table of contracts_md`() throws {
        let text = try Self.document("docs/contracts.md")
        for topic in Topics.all {
            let alike = topic.name.text.split(separator: ".").map { $0 == topic.owner ? "<service>" : $0 }
            let names = [topic.name.text, alike.joined(separator: ".")]
            #expect(names.contains { text.contains("`\($0)`") }, "\(topic.name)")
        }
    }

    @Test func `the table of effects has every kind and every slice`() throws {
        let text = try Self.document("docs/rights-effects.md")
        for kind in RequestKind.allCases { #expect(text.contains("\n| `\(kind.rawValue)` | ")) }
        for (service, slice) in Self.slices { #expect(text.contains("\n| `\(service)` | `\(slice.name)` | ")) }
    }
}
