import CommandLineTool
import Engine
import Foundation
import Schema
import Testing

/// What the documents say of what is held: docs/rights-effects.md, docs/processing.md.
@Suite struct EffectsTests {
    private static var slices: [(service: String, slice: any Slice.Type)] {
        Services.all.flatMap { service in
            service.owns.compactMap { $0 as? any Slice.Type }.map { (service.name.text, $0) }
        }
    }

    private static func document(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/\(name)"), encoding: .utf8)
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
        #expect(Set(Self.slices.map(\.service)) == Set(Topics.participants))
    }

    @Test func `payment records stay after an erasure, and nothing else`() {
        for (service, slice) in Self.slices where slice.keptBy != nil {
            #expect(slice.keptBy == .law && slice.category == .payment, "\(service): \(slice.name)")
        }
    }

    @Test func `the table of effects has every kind and every slice`() throws {
        let text = try Self.document("rights-effects.md")
        for kind in RequestKind.allCases { #expect(text.contains("\n| `\(kind.rawValue)` | ")) }
        for (service, slice) in Self.slices { #expect(text.contains("\n| `\(service)` | `\(slice.name)` | ")) }
    }
}
