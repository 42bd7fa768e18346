import Runtime
import Schema

/// `troth backup list`: what there is, and whether its service has signed it. It opens nothing.
package struct BackupList: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup list", abstract: "list the backups in a folder, and who has signed them",
        example: "troth backup list --backups /mnt/backups --data /var/lib/troth",
        options: [BackupOptions.folder, BackupOptions.data, BackupOptions.trust])

    private let folder: BackupFolder
    private let arguments: Arguments

    package init(_ arguments: Arguments) throws(Failure) {
        folder = BackupFolder(try arguments.required("--backups"))
        self.arguments = arguments
    }

    package func run() throws(Failure) -> ExitCode {
        var rows: [Row] = []
        for service in Services.names {
            let partitions = folder.partitions(of: service)
            guard !partitions.isEmpty else { continue }
            let trusted = try BackupOptions.trusted(arguments, service)
            for entry in partitions.flatMap({ folder.entries(service, $0) }) { rows.append(Row(entry, trusted)) }
        }
        if arguments.has("--json") {
            Terminal.printJSON(rows)
        } else {
            for line in TableText.lines([Row.heads] + rows.map(\.cells)) { Terminal.print(line) }
        }
        return rows.allSatisfy { $0.reason == nil } ? .done : .checkFailed
    }

    /// One backup as it is shown.
    struct Row: Encodable {
        var service: String
        var partition: Int32
        var backup: String
        var madeAt: String
        /// Until when it is kept.
        var until: String
        var bytes: Int64?
        /// Why it is not to be used; absent: its service has signed it.
        var reason: String?

        static let heads = ["FILE", "BACKUP", "MADE", "KEPT UNTIL", "BYTES", "SIGNED"]
        var cells: [String] {
            [
                "\(service)/\(partition)", backup, madeAt, until, bytes.map { "\($0)" } ?? "-",
                reason ?? "by \(service)",
            ]
        }

        init(_ entry: BackupFolder.Entry, _ trusted: [String: [[UInt8]]]) {
            (service, partition, backup) = (entry.service, entry.partition, entry.backup)
            madeAt = entry.madeAt.description
            until = (entry.madeAt + Runtime.Limits.backupKept + Instant.day).description
            do throws(BackupError) {
                let manifest = try BackupManifest.read(entry.manifest, trusted: trusted)
                bytes = manifest.contentBytes
            } catch {
                reason = "\(error)"
            }
        }
    }
}
