import Schema

/// `troth account confirm`: brings a mailed code back.
package struct AccountConfirm: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account confirm", abstract: "bring a mailed code back: it signs in, or changes the address",
        discussion: """
            A code works once, for 10 minutes, in the session that asked for it; after five wrong ones the attempt is
            locked. The code to a new address has the old one asked: its code is confirmed in the same way.
            """,
        example: "troth account confirm --code 7K2M-9QXD --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [
            OptionHelp("--code", "CODE", "the code of the mail"),
            OptionHelp("--maildir", "DIR", "development: read the newest code to the session's address from there"),
            OptionHelp("--attempt", "UUID", "whose code it is; without it the session's last one"),
        ])

    private let options: PersonOptions
    private let code: MailCode?
    private let maildir: String?
    private let attempt: AttemptID?

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        code = try PersonOptions.personal(
            "--code", in: arguments, as: MailCode.self, like: "eight characters, XXXX-XXXX")
        maildir = arguments.text("--maildir")
        attempt = try arguments.field("--attempt", as: AttemptID.self, like: "a UUID in lowercase")
        guard (code == nil) != (maildir == nil) else {
            throw .usage("account confirm needs one of --code and --maildir: see troth account confirm --help")
        }
    }

    private struct Confirmed: Encodable {
        let done: String
        let account: String?
        let attempt: AttemptID?
        let expiresAt: Instant?
        let isNew: Flag?
    }

    package func run() throws(Failure) -> ExitCode {
        guard var session = try SessionFile.read(options.path) else {
            throw .usage("\(options.path) is no session: begin with troth account register or sign-in")
        }
        guard let attempt = attempt ?? session.attempt.flatMap({ AttemptID(text: $0) }) else {
            throw .usage("no code is awaited in \(options.path): ask for one with troth account register or sign-in")
        }
        let now = TimeText.now()
        let (reply, client) = try options.ask(.confirm(attempt, try code(for: session)), session)
        if let started = try client.session(of: reply) {
            session.begin(started)
            try session.write(options.path)
            let isNew = reply.session?.isNew.value ?? false
            let line =
                isNew ? "account \(started.account.text) is open" : "signed in to account \(started.account.text)"
            let until = reply.session.map { ": the session ends at \($0.expiresAt), or after 7 days without use" } ?? ""
            show(line + until, reply, session)
        } else if let next = reply.attempt {
            session.askOld(next.attempt, asked: now)
            try session.write(options.path)
            let line =
                "the new address is proved: it takes effect in 72 hours, or when the code that is mailed to the old "
            show(line + "address is confirmed (attempt \(next.attempt.text), until \(next.expiresAt))", reply, session)
        } else {
            session.change()
            try session.write(options.path)
            show("the address is changed", reply, session)
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

    private func show(_ line: String, _ reply: Reply, _ session: SessionFile) {
        options.show(
            line,
            Confirmed(
                done: line, account: session.account, attempt: reply.attempt?.attempt,
                expiresAt: reply.attempt?.expiresAt ?? reply.session?.expiresAt, isNew: reply.session?.isNew))
    }
}
