import Engine
import Invariants
import Schema

/// `troth audit list`: the entries of the audit chains.
package struct AuditList: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "audit list", abstract: "list what was done for requests, and by operators",
        discussion: """
            It opens rights-worker's stores read-only, on their host. Entries name nobody; those of a request are found by
            its number alone.
            """,
        example: "troth audit list --data /var/lib/troth --request 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c",
        options: [
            OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth"),
            OptionHelp("--request", "ID", "those of a request; without it all"),
        ])

    private let data: String
    private let request: Digest?
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        data = OperatorOptions.folder(arguments)
        isJSON = arguments.has("--json")
        request = try arguments.text("--request").map { (text) throws(Failure) in
            guard let id = RequestID(text: text), let mark = try? AuditRule.mark(of: id) else {
                throw .usage("--request \(text) is no id: write it as the mail has it")
            }
            return mark
        }
    }

    /// An entry and its place.
    struct Row: Encodable {
        let partition: Int32
        let number: Int64
        let entry: AuditEntry
    }

    package func run() throws(Failure) -> ExitCode {
        let rows = try Self.rows(data, of: request)
        if isJSON {
            Terminal.printJSON(rows)
            return .done
        }
        let table = [["FILE", "ENTRY", "AT", "REQUEST", "ACT", "MORE"]] + rows.map(Self.cells)
        for line in TableText.lines(table) { Terminal.print(line) }
        return .done
    }

    /// The entries of a data folder, file by file; `request`: its mark.
    static func rows(_ data: String, of request: Digest?) throws(Failure) -> [Row] {
        try StoreFiles.withAll(in: data, of: ["rights-worker"]) { stores in
            var rows: [Row] = []
            for store in stores {
                for row in try store.rows("SELECT number, entry FROM audit ORDER BY number /* scan: all of it */") {
                    guard case .integer(let number)? = row.first, case .blob(let bytes)? = row.last,
                        let entry = AuditEntry(stored: bytes), request == nil || entry.request == request
                    else { continue }
                    rows.append(Row(partition: store.partition, number: number, entry: entry))
                }
            }
            return rows
        }
    }

    private static func cells(_ row: Row) -> [String] {
        let entry = row.entry
        let more = [
            entry.kind?.rawValue, entry.method?.rawValue, entry.asks?.rawValue, entry.service?.text,
            entry.result?.rawValue, entry.state?.rawValue, entry.rows.map { "\($0.value) rows" },
            entry.kept.flatMap { $0.value > 0 ? "\($0.value) kept" : nil }, entry.moment?.description,
            entry.digest.map { String($0.text.prefix(12)) },
        ]
        return [
            "p-\(row.partition)", "\(row.number)", entry.at.description,
            entry.request.map { String($0.text.prefix(12)) } ?? "-", entry.act.rawValue,
            more.compactMap { $0 }.joined(separator: " "),
        ]
    }
}
