import Archive
import Schema

/// `troth rights check-archive`: whether an archive is as it was made. It asks nobody.
package struct RightsCheckArchive: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights check-archive", abstract: "check an archive that a person was given",
        discussion: """
            Signature, lengths, hashes and rows; that it can be unpacked without harm: no names that lead elsewhere, no
            links, nothing twice, no bomb; that its directory tells what its headers tell. Without --key the key that
            the archive names is believed: compare it with the one that the service publishes.
            """,
        example: "troth rights check-archive my-data.zip",
        arguments: [ArgumentHelp("FILE", "the archive")],
        options: [
            OptionHelp("--request", "ID", "the request that it must be of; without it any"),
            OptionHelp("--key", "KEY", "the public key that must have signed it, base64url"),
            OptionHelp("--extract", "DIR", "unpack it into a folder that is not there yet"),
        ])

    private let path: String
    private let folder: String?
    private let request: RequestID?
    private let trusted: [[UInt8]]?
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        (path, folder) = (arguments.positional[0], arguments.text("--extract"))
        isJSON = arguments.has("--json")
        request = try arguments.text("--request").map { (text) throws(Failure) in
            guard let id = RequestID(text: text) else {
                throw .usage("--request \(text) is no id: write it as the mail has it")
            }
            return id
        }
        trusted = try arguments.text("--key").map { (text) throws(Failure) in
            guard let key = Base64URL.decode(text), key.count == 32 else {
                throw .usage("--key \(text) is no public key: write 32 bytes in base64url")
            }
            return [key]
        }
    }

    package func run() throws(Failure) -> ExitCode {
        let report: ArchiveCheck.Report
        do {
            if let folder {
                report = try ArchiveReader.extract(path, of: request, trusted: trusted, to: folder)
            } else {
                report = try ArchiveCheck.check(path, of: request, trusted: trusted)
            }
        } catch {
            throw .check("\(path): \(error)")
        }
        if isJSON {
            Terminal.printJSON(report)
            return .done
        }
        let manifest = report.manifest
        Terminal.print("\(path) is whole: request \(manifest.request), made \(manifest.madeAt) by \(manifest.madeBy)")
        Terminal.print("signed by \(manifest.publicKey)\(trusted == nil ? ", as it says itself" : "")")
        Terminal.print("\(report.slices) slices, \(report.rows) rows, \(manifest.entries.count) files")
        return .done
    }
}
