import Engine
import Runtime
import Schema
import Seal

/// `troth backup restore`: puts a backup in the place of a partition's file, while its service stands.
package struct BackupRestore: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup restore", abstract: "put a backup in the place of a partition's file",
        discussion: """
            The service of the partition must not run. The backup is checked as by backup verify before anything is
            replaced. At its start the service first removes who was erased since the backup was made, then reads on from
            where the backup was. docs/operate.md says what comes back and what does not.
            """,
        example: "troth backup restore metering 3 --backups /mnt/backups --key-file /media/safe/troth-backup-2026.key"
            + " --data /var/lib/troth --replace --reason disk-lost",
        arguments: [BackupOptions.service, OperatorOptions.partition],
        options: [
            BackupOptions.folder, BackupOptions.key, BackupOptions.backup, BackupOptions.data, BackupOptions.trust,
            OptionHelp("--replace", nil, "remove the file that is there, for good; its keys file stays"),
            OperatorOptions.reason,
        ])

    private let arguments: Arguments
    private let service: String
    private let partition: Int32
    private let reason: Remark

    package init(_ arguments: Arguments) throws(Failure) {
        service = try Services.name(arguments.positional[0])
        partition = try OperatorOptions.partition(arguments.positional[1])
        guard let reason = Remark(text: try arguments.required("--reason")) else {
            throw .usage("--reason is not allowed: one line of 200 bytes at most")
        }
        self.reason = reason
        self.arguments = arguments
        _ = try arguments.required("--backups")
        _ = try arguments.required("--key-file")
    }

    package func run() throws(Failure) -> ExitCode {
        let folder = BackupFolder(try arguments.required("--backups"))
        let entry = try BackupOptions.entry(folder, service, partition, named: arguments.text("--backup"))
        let reader = BackupReader(
            trusted: try BackupOptions.trusted(arguments, service), key: try BackupOptions.key(arguments))
        let manifest: BackupManifest
        do {
            manifest = try Restoration(reader, data: OperatorOptions.folder(arguments)).restore(
                entry, of: try BackupOptions.type(service), replacing: arguments.has("--replace"), reason: reason,
                at: ShardClock.now())
        } catch {
            throw BackupOptions.refusal(error)
        }
        if arguments.has("--json") {
            Terminal.printJSON(manifest)
        } else {
            Terminal.print(
                "\(service)/\(partition) is restored from \(manifest.backup): start the service; it removes who was "
                    + "erased since then and reads on from there")
        }
        return .done
    }
}
