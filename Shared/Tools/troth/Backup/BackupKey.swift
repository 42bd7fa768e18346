import Glibc
import Schema
import Seal

/// `troth backup key`: makes the key that backups are sealed to. Its private half never lies on a host of ours.
package struct BackupKey: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup key", abstract: "make the key that backups are sealed to, on a machine that is offline",
        discussion: """
            The private half goes into the file, mode 0400: carry it to where it is safe, twice, and to no host of a
            service. The public half is printed: it is the services' backup-key. Without the private half no backup
            opens.
            """,
        example: "troth backup key --out /media/safe/troth-backup-2026.key",
        options: [OptionHelp("--out", "FILE", "where the private half goes; there must be none yet")])

    private let path: String
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        path = try arguments.required("--out")
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let publicKey = try Self.make(path)
        if isJSON {
            Terminal.printJSON(Made(file: path, backupKey: Base64URL.encode(publicKey)))
        } else {
            Terminal.print(Base64URL.encode(publicKey))
        }
        return .done
    }

    /// Makes a key and writes its private half; returns the public one.
    package static func make(_ path: String) throws(Failure) -> [UInt8] {
        let made: (secret: SecretKey, key: X25519Key)
        do throws(SealError) {
            let secret = SecretKey(try SecretBytes(random: 32))
            made = (secret, try X25519Key(secret.bytes))
        } catch {
            throw .check("\(error)")
        }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o400)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            throw .refused("\(path) cannot be made, \(reason): name a file that is not there yet")
        }
        defer { close(file) }
        let written = made.secret.bytes.withBytes { bytes in
            bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        }
        guard written == 32, fsync(file) == 0 else {
            unlink(path)
            throw .check("\(path) cannot be written: free its disk")
        }
        return made.key.publicBytes
    }

    private struct Made: Encodable {
        let file: String
        let backupKey: String
    }
}
