import Schema

/// `troth intake`: opens the requests of letters to the address for privacy.
package struct IntakeCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "intake", abstract: "open the privacy requests of letters in a Maildir",
        discussion: """
            Each letter is read by a process of its own, with 256 MB, 2 s of processor and no file. One that plainly asks
            for one right opens a request, received when the file was written, for the address in From: whose that is shows
            in the mailed code. It goes to cur/, and is deleted after --keep-days. Any other goes to person/, for somebody
            to read: move it to cur/ when it is dealt with. Machines' answers go to cur/. Nothing is answered from here.
            """,
        example: "troth intake --maildir /var/mail/privacy --once --kafka 127.0.0.1:9092",
        options: KafkaOptions.options + [
            OptionHelp("--maildir", "DIR", "the Maildir of the address for privacy"),
            OptionHelp("--once", nil, "look once; without it every 10 s until SIGTERM"),
            OptionHelp("--keep-days", "N", "how long letters that were dealt with are kept, 1 to 30; without it 30"),
            OptionHelp("--trust-file", "FILE", "whose signature rights-worker's key must carry"),
            OptionHelp("--data", "DIR", "a deployment on this machine: its trust file is used"),
        ])

    private let kafka: KafkaOptions
    private let trust: TrustFile?
    private let maildir: String
    private let keepDays: Int64
    private let isOnce: Bool
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        maildir = try arguments.required("--maildir")
        keepDays = try arguments.integer("--keep-days", default: 30, in: 1...30)
        isOnce = arguments.has("--once")
        isJSON = arguments.has("--json")
        if let path = arguments.text("--trust-file") {
            trust = try TrustFile(path)
        } else if let data = arguments.text("--data") {
            guard let found = try TrustFile.find(inData: data) else {
                throw .usage("\(data)/secrets has no trust file: name the folder that troth init made as --data")
            }
            trust = found
        } else {
            trust = nil
        }
    }

    package func run() throws(Failure) -> ExitCode {
        if trust == nil {
            Terminal.complain(
                "rights-worker's key is taken as Kafka gives it: --trust-file or --data has its signature checked")
        }
        Interruption.listen()
        let round = try LetterRound(
            maildir, program: try Programs.path("troth"), post: LetterPost(kafka, trust: trust), keepDays: keepDays)
        if isOnce {
            show(try round.run())
            return .done
        }
        while !Interruption.isAsked {
            do throws(Failure) {
                let report = try round.run()
                if report.isNews { show(report) }
            } catch .unreachable(let text) {
                Terminal.complain("troth: \(text): the letters wait")
            }
            for _ in 0..<Limits.intakeSeconds * 10 where !Interruption.isAsked { try? Waiting.pause(milliseconds: 100) }
        }
        return .done
    }

    private func show(_ report: IntakeReport) {
        if isJSON { Terminal.printJSON(report) } else { Terminal.print(report.line) }
        if report.strange > 0 {
            Terminal.complain(
                "\(maildir)/new has \(report.strange) entries that are no files, and they are left there: see who "
                    + "delivers to it")
        }
        if report.later > Limits.letterQueue {
            Terminal.complain(
                "\(maildir)/new has \(report.later) letters for later: see whether somebody floods the address")
        }
    }
}
