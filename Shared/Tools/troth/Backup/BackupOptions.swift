import Engine
import Runtime
import Schema
import Seal

/// What the commands of backups have in common.
enum BackupOptions {
    static let folder = OptionHelp("--backups", "DIR", "the folder of the backups, as the services' backup-folder")
    static let trust = OptionHelp(
        "--trust", "FILE", "the public signing keys; without it secrets/SERVICE/trust in the folder of --data")
    static let key = OptionHelp("--key-file", "FILE", "the private half of the backup key, readable by its owner only")
    static let backup = OptionHelp("--backup", "NAME", "which one, as troth backup list shows; without it the newest")
    static let service = ArgumentHelp("SERVICE", "identity, metering, billing, notifier or retention-worker")
    static let data = OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth")

    /// The public keys of who signs.
    static func trusted(_ arguments: Arguments, _ service: String) throws(Failure) -> [String: [[UInt8]]] {
        let path = arguments.text("--trust") ?? "\(OperatorOptions.folder(arguments))/secrets/\(service)/trust"
        do {
            return try SecretFiles.trusted(path)
        } catch let error as SealError {
            throw .refused("\(error)")
        } catch {
            throw .refused("\(path) cannot be read: name the file of the public signing keys with --trust")
        }
    }

    /// The private half of the backup key.
    static func key(_ arguments: Arguments) throws(Failure) -> X25519Key {
        let path = try arguments.required("--key-file")
        do throws(SealError) {
            let bytes = try SecretBytes(file: path)
            guard bytes.count == 32 else { throw .secretFile(path: path, reason: "has not 32 bytes") }
            return try X25519Key(bytes)
        } catch {
            throw .refused("\(error)")
        }
    }

    /// The backup of a partition that is asked for.
    static func entry(
        _ folder: BackupFolder, _ service: String, _ partition: Int32, named name: String?
    ) throws(Failure) -> BackupFolder.Entry {
        let all = folder.entries(service, partition)
        guard let entry = name.map({ name in all.first { $0.backup == name } }) ?? all.last else {
            throw .refused(
                "there is no \(name.map { "backup \($0)" } ?? "backup") of \(service) \(partition) in \(folder.path): "
                    + "see troth backup list")
        }
        return entry
    }

    /// The service of a name that was checked.
    static func type(_ service: String) throws(Failure) -> any Service.Type {
        guard let type = Services.all.first(where: { $0.name.text == service }) else {
            throw .usage("\(service) is no service")
        }
        return type
    }

    /// What failed, as a refusal that says it.
    static func refusal(_ error: any Error) -> Failure { (error as? Failure) ?? .refused("\(error)") }
}
