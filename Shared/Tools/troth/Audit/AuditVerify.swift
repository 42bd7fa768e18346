import Engine
import Foundation
import Invariants
import Schema
import Store

/// `troth audit verify`: whether the audit chains are what was published of them.
package struct AuditVerify: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "audit verify", abstract: "check the audit chains against the heads that were published",
        discussion: """
            Every entry against its hash, and every head against its signature and the entry that it names. It opens
            rights-worker's stores read-only, on their host. Heads that were kept elsewhere, as files or as the mails to
            the data protection officer, say most: name their folder with --heads. Without it the files that the
            service published itself are read, and must all be there.
            """,
        example: "troth audit verify --data /var/lib/troth --heads /media/safe/heads --trust ./trust",
        options: [
            OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth"),
            OptionHelp("--heads", "DIR", "heads that were kept elsewhere; without it rights-worker/audit in --data"),
            BackupOptions.trust,
        ])

    private let arguments: Arguments

    package init(_ arguments: Arguments) throws(Failure) { self.arguments = arguments }

    package func run() throws(Failure) -> ExitCode {
        let data = OperatorOptions.folder(arguments)
        let kept = arguments.text("--heads")
        let trusted = try BackupOptions.trusted(arguments, "rights-worker")["rights-worker"] ?? []
        let folder = kept ?? "\(data)/rights-worker/audit"
        let isPublished = FileManager.default.fileExists(atPath: folder)
        let files = kept == nil && !isPublished ? nil : try HeadFiles(folder)
        let rows = try Self.check(data, files, areAllThere: kept == nil, trusted)
        return show(rows, files)
    }

    /// What came of one file.
    struct Row: Encodable {
        let partition: Int32
        var entries: Int64 = 0
        var heads = 0
        var lost: [String] = []
        var problems: [String] = []
    }

    /// Checks the chains of a data folder. `areAllThere`: whatever a store says that it has published must be there.
    static func check(
        _ data: String, _ files: HeadFiles?, areAllThere: Bool, _ trusted: [[UInt8]]
    ) throws(Failure) -> [Row] {
        let found = files?.found ?? []
        return try StoreFiles.withAll(in: data, of: ["rights-worker"]) { stores in
            var rows: [Row] = []
            for store in stores {
                var row = Row(partition: store.partition)
                var heads: [AuditHead] = []
                for file in found {
                    guard let said = file.signed.unchecked, said.partition.value == Int64(store.partition) else {
                        continue
                    }
                    if let head = file.signed.checked(by: trusted) {
                        heads.append(head)
                    } else {
                        row.problems.append("\(file.path): rights-worker has not signed this head")
                    }
                }
                if areAllThere { row.problems += try missing(in: store, found) }
                let report = try chain(of: store, heads)
                (row.entries, row.heads, row.lost) = (report.entries, report.heads, report.lost)
                row.problems += report.problems
                rows.append(row)
            }
            return rows
        }
    }

    private static func chain(of store: any WorldFile, _ heads: [AuditHead]) throws -> AuditCheck.Report {
        var check = AuditCheck(heads)
        for row in try store.rows("SELECT number, entry, hash FROM audit ORDER BY number /* scan: all of it */") {
            guard row.count == 3, case .integer(let number) = row[0], case .blob(let entry) = row[1],
                case .blob(let bytes) = row[2], let hash = Digest(bytes: bytes)
            else { throw Failure.check("a row of the audit chain cannot be read") }
            try check.take(number: number, entry: entry, hash: hash)
        }
        return check.report()
    }

    private static func missing(in store: any WorldFile, _ found: [HeadFiles.Found]) throws -> [String] {
        let published = Set(found.map { $0.signed.encoded() })
        let rows = try store.rows(
            "SELECT day, head FROM auditHeads WHERE publishedAt IS NOT NULL ORDER BY day /* scan: all of it */")
        return rows.compactMap { row in
            guard case .integer(let day)? = row.first, case .blob(let head)? = row.last, !published.contains(head)
            else { return nil }
            return "the head of \(SliceText.day(day)) is not among the files: it was removed or replaced"
        }
    }

    private func show(_ rows: [Row], _ files: HeadFiles?) -> ExitCode {
        let (heads, problems) = (rows.map(\.heads).reduce(0, +), rows.flatMap(\.problems))
        let strange = (files?.empty ?? []).map { "\($0): there is no head in it" }
        if arguments.has("--json") {
            Terminal.printJSON(rows)
        } else {
            for row in rows {
                for line in row.problems { Terminal.print("p-\(row.partition): \(line)") }
                for line in row.lost { Terminal.print("p-\(row.partition): \(line)") }
            }
            for line in strange { Terminal.print(line) }
            let entries = rows.map(\.entries).reduce(0, +)
            Terminal.print("\(rows.count) chains, \(entries) entries, \(heads) heads: \(problems.count) problems")
            if heads == 0 {
                Terminal.print("no head was compared: rights-worker publishes them every day at 00:05 UTC")
            }
        }
        return problems.isEmpty && strange.isEmpty ? .done : .checkFailed
    }
}
