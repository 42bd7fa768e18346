import Archive
import Schema

/// `troth rights download`: fetches a person's archive, piece by piece, and checks it.
package struct RightsDownload: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights download", abstract: "fetch the archive of a request with the code of its mail",
        discussion: """
            The archive can be had for seven days and five times, with the session file that asked for it; who asked by
            letter says --letter. Its pieces come boxed to a key of this call alone; the
            file is made new, readable by its owner only, checked when it is whole, and removed where anything fails.
            """,
        example: "troth rights download 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c --code 7K2M-9QXD --to my-data.zip"
            + " --kafka 127.0.0.1:9092",
        arguments: [RequestOptions.argument],
        options: PersonOptions.options + [
            OptionHelp("--code", "CODE", "the code of the mail that says that the archive is ready"),
            OptionHelp("--to", "FILE", "where it is put; a file that is there is left as it is"),
            OptionHelp("--letter", nil, "it was asked for by letter, not with this session file"),
        ])

    private let options: PersonOptions
    private let request: RequestID
    private let code: MailCode
    private let path: String
    private let isLetter: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        request = try arguments.field(at: 0, as: RequestID.self, like: "a request's number, a UUID in lowercase")
        path = try arguments.required("--to")
        isLetter = arguments.has("--letter")
        _ = try arguments.required("--code")
        let code = try PersonOptions.personal(
            "--code", in: arguments, as: MailCode.self, like: "eight characters, XXXX-XXXX")
        guard let code else { throw .usage("--code is missing: it is in the mail that says that the archive is ready") }
        self.code = code
    }

    package func run() throws(Failure) -> ExitCode {
        let desk = try RightsDesk(options)
        let browser = isLetter ? .letter : try options.session().person(address: options.address).browser
        let report = try ArchiveDownload(path: path, request: request).fetch { (number) throws(Failure) in
            let reply = try desk.ask(RequestOptions.key(request)) { (command, seal) throws(Failure) in
                command.client = Client(browser: try seal.box(browser))
                command.download = DownloadArchive(code: try seal.box(code), number: number)
            }
            guard let piece = reply.archive, piece.number == number else {
                throw .check("rights-worker answered without the piece: its version is not that of this program")
            }
            return (try desk.open(piece.content, of: reply).bytes, piece.isLast.value)
        }
        if options.isJSON {
            Terminal.printJSON(report)
        } else {
            Terminal.print("\(path) is whole: request \(report.manifest.request), made \(report.manifest.madeAt)")
            Terminal.print("\(report.slices) slices, \(report.rows) rows, \(report.manifest.entries.count) files")
        }
        return .done
    }
}
