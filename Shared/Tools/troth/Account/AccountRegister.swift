import Schema

/// `troth account register`: asks for a code to open an account with an address.
package struct AccountRegister: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account register", abstract: "ask for a code that opens an account with an address",
        discussion: """
            The answer is the same whether or not the address has an account. The code is mailed; troth account confirm
            with the same --session-file brings it back within 10 minutes.
            """,
        example: "troth account register --email ada@example.org --region EEA --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [
            OptionHelp("--email", "ADDRESS", "the address"),
            OptionHelp("--language", "LANGUAGE", "of mail, en or de; without it en"),
            OptionHelp("--region", "REGION", "where the person is: EEA, outside or unknown"),
        ])

    private let entrance: Entrance

    package init(_ arguments: Arguments) throws(Failure) {
        entrance = Entrance(
            options: try PersonOptions(arguments), purpose: .register, email: try PersonOptions.email(in: arguments),
            language: try PersonOptions.choice("--language", in: arguments, as: Language.self),
            region: try PersonOptions.choice("--region", in: arguments, as: SubjectRegion.self))
    }

    package func run() throws(Failure) -> ExitCode { try entrance.run() }
}

/// Asks for a code to an address.
struct Entrance: Sendable {
    let options: PersonOptions
    let purpose: StartPurpose
    let email: Email
    let language: Language?
    let region: SubjectRegion?

    func run() throws(Failure) -> ExitCode {
        var session = try options.session()
        let now = TimeText.now()
        let reply = try options.ask(.start(purpose, email, language, region), session).reply
        guard let attempt = reply.attempt else {
            throw .check("identity answered without an attempt: its version is not that of this program")
        }
        session.expect(attempt.attempt, to: email.text, asked: now)
        try session.write(options.path)
        options.show(
            "a code is on its way, if mail reaches the address: bring it back with troth account confirm until "
                + "\(attempt.expiresAt) (attempt \(attempt.attempt.text))", attempt)
        return .done
    }
}
