import Engine
import Schema

/// `troth rights open`: asks for a right.
package struct RightsOpen: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights open", abstract: "ask for a right: access, erasure, correction, objection and the others",
        discussion: """
            With --email a code is mailed there, whether or not the address has an account; troth rights confirm brings
            it back. Without it the session says who asks. An opt-out with --gpc is the browser's own and needs nobody.
            Kinds: \(RequestKind.allCases.map(\.rawValue).joined(separator: " "))
            """,
        example: "troth rights open --kind gdpr.access --email ada@example.org --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [
            OptionHelp("--kind", "KIND", "what is asked for"),
            OptionHelp("--email", "ADDRESS", "the address of the account; without it the session, or an API key"),
            OptionHelp("--api-key-file", "FILE", "a file with an API key of the account in --account"),
            OptionHelp("--account", "UUID", "with --api-key-file: whose it is"),
            OptionHelp("--new-email", "ADDRESS", "of a correction: the right address"),
            OptionHelp("--language", "LANGUAGE", "of mail, en or de"),
            OptionHelp("--gpc", nil, "of an opt-out: the browser's signal asks for it"),
        ])

    private let options: PersonOptions
    private let kind: RequestKind
    private let email: Email?
    private let newEmail: Email?
    private let language: Language?
    private let isSignal: Bool
    private let apiKey: (account: AccountID, secret: APIKeySecret)?

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        _ = try arguments.required("--kind")
        guard let kind = try PersonOptions.choice("--kind", in: arguments, as: RequestKind.self) else {
            throw .usage("rights open needs --kind: see troth rights open --help")
        }
        self.kind = kind
        email = try PersonOptions.personal("--email", in: arguments, as: Email.self, like: "an address of e-mail")
        newEmail = try PersonOptions.personal(
            "--new-email", in: arguments, as: Email.self, like: "an address of e-mail")
        language = try PersonOptions.choice("--language", in: arguments, as: Language.self)
        isSignal = arguments.has("--gpc")
        let account = try arguments.field("--account", as: AccountID.self, like: "an account's UUID in lowercase")
        apiKey = try Self.apiKey(arguments.text("--api-key-file"), account)
        guard !isSignal || [.optOut, .limit].contains(kind.act) else {
            throw .usage("--gpc is for ccpa.optout and ccpa.limit: leave it out")
        }
        guard newEmail == nil || kind.act == .rectify else {
            throw .usage("--new-email is for a correction: leave it out, or ask for gdpr.rectification")
        }
        guard [email != nil, apiKey != nil, isSignal].filter({ $0 }).count <= 1 else {
            throw .usage("rights open takes one of --email, --api-key-file and --gpc: see troth rights open --help")
        }
    }

    private static func apiKey(
        _ path: String?, _ account: AccountID?
    ) throws(Failure) -> (account: AccountID, secret: APIKeySecret)? {
        guard let path else { return nil }
        let text = try TextFile.read(path).split(separator: "\n").first.map(String.init) ?? ""
        guard let secret = APIKeySecret(text: text), let account else {
            throw .usage("--api-key-file needs --account, and a file whose first line is the key: give both")
        }
        return (account, secret)
    }

    package func run() throws(Failure) -> ExitCode {
        var session = try options.session()
        let person = session.person(address: options.address)
        let now = TimeText.now()
        let reply = try RightsDesk(options).ask(try key(person)) { (command, seal) throws(Failure) in
            try fill(&command, person, seal)
        }
        if let attempt = reply.attempt {
            session.expect(attempt.attempt, to: email?.text, asked: now)
            try session.write(options.path)
            options.show(
                "a code is on its way, if mail reaches the address: bring it back with troth rights confirm --code until "
                    + "\(attempt.expiresAt) (attempt \(attempt.attempt.text))", attempt)
        } else if let opened = reply.requestOpened {
            options.show(OpenedText.line(opened), opened)
        } else {
            try session.write(options.path)
            let line = "it takes effect at once, for this browser and for the account of the address if there is one"
            options.show(line, PersonOptions.Done(account: nil, done: line))
        }
        return .done
    }

    /// The record key: an account, the browser's, or an id of its own.
    private func key(_ person: Person) throws(Failure) -> AccountID {
        if let apiKey { return apiKey.account }
        if isSignal {
            guard let key = try? person.browser.recordKey() else {
                throw .check("the browser's id cannot be hashed: see that OpenSSL works")
            }
            return key
        }
        if email != nil {
            let own = RandomID.uuid()
            return AccountID(high: own.high, low: own.low)
        }
        guard let session = person.session else {
            throw .usage("nobody is signed in: give --email ADDRESS, or begin with troth account sign-in")
        }
        return session.account
    }

    private func fill(_ command: inout RightsCommand, _ person: Person, _ seal: CommandSeal) throws(Failure) {
        var open = OpenRequest(kind: kind, channel: .commandLine, language: language)
        open.gpc = isSignal ? Flag(true) : nil
        open.email = try newEmail.map { (address) throws(Failure) in try seal.box(address) }
        if let email {
            open.asker = try seal.box(
                Particulars(email: email, browser: person.browser, address: person.address, agent: person.agent))
        } else {
            command.client = Client(browser: try seal.box(person.browser))
        }
        if let apiKey {
            command.apiKey = try seal.box(apiKey.secret)
        } else if email == nil, !isSignal, let session = person.session {
            command.session = try seal.box(session.token)
        }
        command.open = open
    }
}

/// What is said of a request that has its number.
enum OpenedText {
    static func line(_ opened: RequestOpened) -> String {
        var line = "request \(opened.request.text) (\(opened.kind.rawValue)) is open"
        if opened.isToConfirm.value {
            line += ": it cannot be undone, so confirm it with troth rights confirm --request \(opened.request.text)"
        }
        if let moment = opened.notBefore { line += "; it is carried out at \(moment), not before" }
        return line
    }
}
