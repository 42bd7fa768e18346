import Foundation

/// The table that a story ends with: what was done, the evidence, and whether it holds.
package struct Evidence: Codable, Equatable, Sendable {
    /// A row.
    package struct Row: Codable, Equatable, Sendable {
        package let done: String
        package let evidence: String
        package let ok: Bool
    }
    /// True where every row holds.
    package private(set) var ok = true
    package private(set) var rows: [Row] = []
    /// How long the build took, in seconds, where it is known.
    package var buildSeconds: Int64?
    /// How long the story took, in seconds.
    package var storySeconds = 0.0

    package init() {}

    /// Adds a row.
    package mutating func add(_ done: String, _ evidence: String, _ isOK: Bool) {
        rows.append(Row(done: done, evidence: evidence, ok: isOK))
        ok = ok && isOK
    }

    /// Adds the rows of another story.
    package mutating func add(_ other: Evidence) {
        for row in other.rows { add(row.done, row.evidence, row.ok) }
    }

    /// The table as lines.
    package var lines: [String] {
        let cells = rows.map { [$0.done, $0.evidence, $0.ok ? "ok" : "NOT OK"] }
        return TableText.lines([["WHAT WAS DONE", "EVIDENCE", ""]] + cells)
    }
}
