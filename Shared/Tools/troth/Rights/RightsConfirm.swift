import Engine
import Schema

/// `troth rights confirm`: brings the mailed code of a request back, or confirms an erasure a second time.
package struct RightsConfirm: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights confirm", abstract: "bring a request's mailed code back, or confirm an erasure again",
        discussion: """
            The code gives the request its number: everything about it is asked under that. An erasure is confirmed a
            second time with --request, from the session file that asked for it. Who asked by letter says --letter, with
            the attempt of the mail. The code to the new address of a correction comes with the request in --correction,
            and the attempt of its mail.
            """,
        example: "troth rights confirm --code 7K2M-9QXD --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [
            OptionHelp("--code", "CODE", "the code of the mail"),
            OptionHelp("--maildir", "DIR", "development: read the newest code to the session's address from there"),
            OptionHelp("--attempt", "UUID", "whose code it is; without it the session's last one"),
            OptionHelp("--request", "NUMBER", "the request that is confirmed a second time"),
            OptionHelp("--letter", nil, "it was asked for by letter, not with this session file"),
            OptionHelp("--correction", "NUMBER", "the code is that of the new, or the old, address of this correction"),
        ])

    private let options: PersonOptions
    private let code: MailCode?
    private let maildir: String?
    private let attempt: AttemptID?
    private let request: RequestID?
    /// What stands for the browser that asked, where it was not this one.
    private let browser: BrowserID?

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        code = try PersonOptions.personal(
            "--code", in: arguments, as: MailCode.self, like: "eight characters, XXXX-XXXX")
        maildir = arguments.text("--maildir")
        attempt = try arguments.field("--attempt", as: AttemptID.self, like: "a UUID in lowercase")
        request = try arguments.field("--request", as: RequestID.self, like: "a request's number, a UUID in lowercase")
        let correction = try arguments.field(
            "--correction", as: RequestID.self, like: "a request's number, a UUID in lowercase")
        browser = correction.map { .correction($0) } ?? (arguments.has("--letter") ? .letter : nil)
        guard browser == nil || attempt != nil || request != nil && correction == nil else {
            throw .usage("--letter and --correction need --attempt, which is in the mail: give both")
        }
        guard [code != nil, maildir != nil, request != nil].filter({ $0 }).count == 1 else {
            throw .usage(
                "rights confirm needs one of --code, --maildir and --request: see troth rights confirm --help")
        }
    }

    package func run() throws(Failure) -> ExitCode {
        guard var session = try SessionFile.read(options.path) ?? (browser == nil ? nil : SessionFile()) else {
            throw .usage("\(options.path) is no session: begin with troth rights open")
        }
        var person = session.person(address: options.address)
        if let browser { person.browser = browser }
        if let request {
            let reply = try RightsDesk(options).ask(RequestOptions.key(request)) { (command, seal) throws(Failure) in
                command.client = Client(browser: try seal.box(person.browser))
                command.confirm = ConfirmRequest(confirm: Flag(true))
            }
            guard let status = reply.request else { throw Self.otherVersion("rights-worker") }
            if options.isJSON {
                Terminal.printJSON(status)
            } else {
                RequestText.lines(status).forEach { Terminal.print($0) }
            }
            return .done
        }
        guard let attempt = attempt ?? session.attempt.flatMap({ AttemptID(text: $0) }) else {
            throw .usage("no code is awaited in \(options.path): ask for one with troth rights open --email ADDRESS")
        }
        let order = try IdentityOrder(.confirm(attempt, try code(for: session)), by: person)
        let reply = try options.client().ask(order)
        if reply.requestOpened == nil, browser != nil { return show(reply) }
        guard let opened = reply.requestOpened else { throw Self.otherVersion("identity") }
        session.forgetCode()
        try session.write(options.path)
        options.show(OpenedText.line(opened), opened)
        return .done
    }

    /// What a code of a correction has done.
    private func show(_ reply: Reply) -> ExitCode {
        if let next = reply.attempt {
            options.show(
                "the new address is proved: it takes effect in 72 hours, or when the code that is mailed to the old "
                    + "address is confirmed (attempt \(next.attempt.text), until \(next.expiresAt))", next)
        } else {
            let line = "the address is changed"
            options.show(line, PersonOptions.Done(account: nil, done: line))
        }
        return .done
    }

    private func code(for session: SessionFile) throws(Failure) -> MailCode {
        if let code { return code }
        guard let maildir, let asked = session.askedAt, let email = session.codeTo.flatMap({ Email(text: $0) }) else {
            throw .usage("\(options.path) does not know where the code was mailed to: give it with --code")
        }
        return try CodeMailbox.newest(in: maildir, to: email, since: Instant(unchecked: asked))
    }

    private static func otherVersion(_ service: String) -> Failure {
        .check("\(service) answered without a request: its version is not that of this program")
    }
}
