import Schema

/// `troth account sign-in`: asks for a code to sign in.
package struct AccountSignIn: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account sign-in", abstract: "ask for a code that signs in to an account",
        discussion: "A session ends after 30 days, or after 7 without use.",
        example: "troth account sign-in --email ada@example.org --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [
            OptionHelp("--email", "ADDRESS", "the account's address"),
            OptionHelp("--language", "LANGUAGE", "of mail, en or de; without it en"),
        ])

    private let entrance: Entrance

    package init(_ arguments: Arguments) throws(Failure) {
        entrance = Entrance(
            options: try PersonOptions(arguments), purpose: .signIn, email: try PersonOptions.email(in: arguments),
            language: try PersonOptions.choice("--language", in: arguments, as: Language.self), region: nil)
    }

    package func run() throws(Failure) -> ExitCode { try entrance.run() }
}
