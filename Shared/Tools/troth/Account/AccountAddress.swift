import Schema

/// `troth account address`: asks for another address, or keeps the old one.
package struct AccountAddress: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account address", abstract: "ask for another address, or withdraw that",
        discussion: """
            A code goes to the new address; troth account confirm brings it back. Then the old address is told, and a
            code to it makes the change at once; without it the change takes effect after 72 hours.
            """,
        example: "troth account address --email lovelace@example.org --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [
            OptionHelp("--email", "ADDRESS", "the new address"),
            OptionHelp("--keep", nil, "keep the old address: the change that waits is withdrawn"),
        ])

    private let options: PersonOptions
    private let email: Email?

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        guard arguments.has("--email") != arguments.has("--keep") else {
            throw .usage("account address needs one of --email and --keep: see troth account address --help")
        }
        email = arguments.has("--keep") ? nil : try PersonOptions.email(in: arguments)
    }

    package func run() throws(Failure) -> ExitCode {
        var session = try options.session()
        guard let email else {
            _ = try options.ask(.keepAddress, session)
            session.forgetCode()
            try session.write(options.path)
            let line = "the address stays as it is"
            options.show(line, PersonOptions.Done(account: session.account, done: line))
            return .done
        }
        let now = TimeText.now()
        guard let attempt = try options.ask(.changeAddress(email), session).reply.attempt else {
            throw .check("identity answered without an attempt: its version is not that of this program")
        }
        session.expect(attempt.attempt, to: email.text, asked: now)
        try session.write(options.path)
        options.show(
            "a code is on its way to the new address: bring it back with troth account confirm until "
                + "\(attempt.expiresAt) (attempt \(attempt.attempt.text))", attempt)
        return .done
    }
}
