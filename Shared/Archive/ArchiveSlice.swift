package import Schema

/// One slice of one service for an archive. Its rows can be had as often as they are wanted, chunk by chunk: a slice is
/// never in memory as a whole.
package struct ArchiveSlice {
    /// Hands a slice's chunks over, in order, without the line of its description. A chunk is whole lines of JSON.
    package typealias Replay = (_ take: ([UInt8]) throws -> Void) throws -> Void

    /// The service that holds it: lowercase letters and hyphens.
    package let service: String
    package let description: SliceDescription
    /// How many rows the service says there are.
    package let rows: Int64
    /// Where the rows come from.
    package let replay: Replay

    package init(service: String, description: SliceDescription, rows: Int64, replay: @escaping Replay) {
        (self.service, self.description, self.rows, self.replay) = (service, description, rows, replay)
    }

    /// As reports and names of entries have it.
    var path: String { "\(service)/\(description.slice)" }

    /// What its rows are, as JSON Schema 2020-12, with title, purpose, ground and period.
    func schema() throws -> [UInt8] {
        var out = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "title": \(try ArchiveJSON.text(description.title)),
              "description": \(try ArchiveJSON.text(about)),
              "type": "object",
              "additionalProperties": false,
              "properties": {
            """
        for (index, column) in description.columns.enumerated() {
            out += index == 0 ? "\n" : ",\n"
            out += "    \"\(column.name)\": {\"title\": \(try ArchiveJSON.text(column.title)), \(column.schema)}"
        }
        return Array((out + "\n  }\n}\n").utf8)
    }

    /// Category, purposes, ground and period in a line.
    private var about: String {
        [
            Wording.category(description.category).english,
            description.purposes.map { Wording.purpose($0).english }.joined(separator: ", "),
            Wording.basis(description.basis).english, Wording.period(description.clause).english,
        ].joined(separator: "; ")
    }
}
