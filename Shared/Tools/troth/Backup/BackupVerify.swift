import Engine
import Glibc
import Runtime
import Schema
import Seal

/// `troth backup verify`: restores backups into a scratch folder and checks them there.
package struct BackupVerify: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup verify", abstract: "restore backups into a scratch folder and check them as a whole",
        discussion: """
            For each partition its newest backup: signature, country, sizes, hashes, every piece of the stream; then, as
            a store: its schema, SQLite's quick_check, the rows of each table, and that it holds no key. The scratch
            folder, with what was opened, is removed. Run it where the private half of the key may lie: not on a host of
            a service.
            """,
        example: "troth backup verify --backups /mnt/backups --key-file /media/safe/troth-backup-2026.key"
            + " --trust ./trust",
        options: [
            BackupOptions.folder, BackupOptions.key, BackupOptions.trust, BackupOptions.data,
            OptionHelp("--service", "NAME", "of which; without it all"), BackupOptions.backup,
            OptionHelp("--scratch", "DIR", "where it is restored to; without it the folder for temporary files"),
        ])

    private let arguments: Arguments
    private let folder: BackupFolder

    package init(_ arguments: Arguments) throws(Failure) {
        folder = BackupFolder(try arguments.required("--backups"))
        self.arguments = arguments
        _ = try arguments.required("--key-file")
    }

    package func run() throws(Failure) -> ExitCode {
        let services = try arguments.text("--service").map { text throws(Failure) in [try Services.name(text)] }
        let key = try BackupOptions.key(arguments)
        let scratch = "\(arguments.text("--scratch") ?? "/tmp")/troth-verify-\(getpid())"
        guard mkdir(scratch, 0o700) == 0 else {
            throw .refused("\(scratch) cannot be made: name a folder that can be written with --scratch")
        }
        var rows: [Row] = []
        do throws(Failure) {
            for service in services ?? Services.names {
                let reader = BackupReader(trusted: try trusted(service), key: key)
                for partition in folder.partitions(of: service) {
                    let entry = try BackupOptions.entry(folder, service, partition, named: arguments.text("--backup"))
                    rows.append(try check(entry, try BackupOptions.type(service), reader, scratch))
                }
            }
        } catch {
            try Folder.remove(scratch)
            throw error
        }
        try Folder.remove(scratch)
        return show(rows)
    }

    private func trusted(_ service: String) throws(Failure) -> [String: [[UInt8]]] {
        folder.partitions(of: service).isEmpty ? [:] : try BackupOptions.trusted(arguments, service)
    }

    private func check(
        _ entry: BackupFolder.Entry, _ type: any Service.Type, _ reader: BackupReader, _ scratch: String
    ) throws(Failure) -> Row {
        var row = Row(file: "\(entry.service)/\(entry.partition)", backup: entry.backup)
        let path = "\(scratch)/\(entry.service)-\(entry.partition).sqlite"
        do {
            let manifest = try reader.open(entry, of: type, to: path)
            row.rows = manifest.rows.values.reduce(0, +)
            row.bytes = manifest.contentBytes
        } catch {
            row.reason = "\(error)"
        }
        unlink(path)
        return row
    }

    private func show(_ rows: [Row]) -> ExitCode {
        if arguments.has("--json") {
            Terminal.printJSON(rows)
        } else {
            let cells = rows.map { row in
                [
                    row.file, row.backup,
                    row.reason ?? "ok: \(row.rows ?? 0) rows, \(row.bytes ?? 0) bytes, no key",
                ]
            }
            for line in TableText.lines([["FILE", "BACKUP", "RESULT"]] + cells) { Terminal.print(line) }
            if rows.isEmpty {
                Terminal.complain("there is no backup in \(folder.path): see the services' backup-folder")
            }
        }
        return !rows.isEmpty && rows.allSatisfy { $0.reason == nil } ? .done : .checkFailed
    }

    private struct Row: Encodable {
        var file: String
        var backup: String
        var rows: Int64?
        var bytes: Int64?
        var reason: String?
    }
}
