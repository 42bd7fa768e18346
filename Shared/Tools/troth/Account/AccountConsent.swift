import Schema

/// `troth account consent`: accepts the policy, chooses cookies, objects; or shows what was chosen.
package struct AccountConsent: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account consent", abstract: "accept the policy, choose cookies, object; or show what was chosen",
        discussion: "Without an option it shows what was accepted, chosen and objected to, the newest first.",
        example: "troth account consent --policy 2026-06-01 --functional yes --analytics no --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [
            OptionHelp("--policy", "VERSION", "accept this version of the policy"),
            OptionHelp("--functional", "yes|no", "cookies that keep the language; with --analytics"),
            OptionHelp("--analytics", "yes|no", "cookies that count visits; with --functional"),
            OptionHelp("--language", "LANGUAGE", "of mail, en or de, which a functional cookie keeps"),
            OptionHelp("--object", "yes|no", "object to the improvement of quality, or no longer"),
        ])

    private let options: PersonOptions
    private let requests: [PersonRequest]

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        var requests: [PersonRequest] = []
        let like = "the day of its last change, as 2026-06-01"
        if let policy = try arguments.field("--policy", as: PolicyVersion.self, like: like) {
            requests.append(.accept(policy))
        }
        let functional = try PersonOptions.answer("--functional", in: arguments)
        let analytics = try PersonOptions.answer("--analytics", in: arguments)
        let language = try PersonOptions.choice("--language", in: arguments, as: Language.self)
        if let functional, let analytics {
            requests.append(.choose(functional: functional, analytics: analytics, language))
        } else if functional != nil || analytics != nil || language != nil {
            throw .usage("cookies are chosen together: give --functional and --analytics")
        }
        if let object = try PersonOptions.answer("--object", in: arguments) { requests.append(.object(object)) }
        self.requests = requests
    }

    package func run() throws(Failure) -> ExitCode {
        let session = try options.session()
        guard !requests.isEmpty else { return try show(session) }
        let person = session.person(address: options.address)
        let orders = try requests.mapTyped { (request) throws(Failure) in try IdentityOrder(request, by: person) }
        let client = try options.client()
        for order in orders { _ = try client.ask(order) }
        let line = "noted"
        options.show(line, PersonOptions.Done(account: session.account, done: line))
        return .done
    }

    private func show(_ session: SessionFile) throws(Failure) -> ExitCode {
        guard let choices = try options.ask(.choices, session).reply.choices else {
            throw .check("identity answered without choices: its version is not that of this program")
        }
        if options.isJSON {
            Terminal.printJSON(choices)
            return .done
        }
        func word(_ flag: Flag) -> String { flag.value ? "yes" : "no" }
        var rows = [["AT", "WHAT"]]
        rows += choices.accepted.map { ["\($0.at)", "policy \($0.policy.text) accepted"] }
        rows += choices.chosen.map {
            let chosen = "functional \(word($0.functional)), analytics \(word($0.analytics))"
            return ["\($0.at)", "cookies, notice \($0.notice.text): \(chosen)"]
        }
        rows += choices.objections.map {
            ["\($0.at)", "\($0.objects.value ? "objected" : "no longer objects") to the improvement of quality"]
        }
        for line in TableText.lines(rows) { Terminal.print(line) }
        return .done
    }
}
