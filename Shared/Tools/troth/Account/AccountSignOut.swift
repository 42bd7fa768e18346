import Schema

/// `troth account sign-out`: ends the session, or all of the account.
package struct AccountSignOut: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account sign-out", abstract: "end this session, or all sessions of the account",
        example: "troth account sign-out --everywhere --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [OptionHelp("--everywhere", nil, "all sessions, in every browser")])

    private let options: PersonOptions
    private let isEverywhere: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        isEverywhere = arguments.has("--everywhere")
    }

    package func run() throws(Failure) -> ExitCode {
        var session = try options.session()
        let account = session.account
        _ = try options.ask(.signOut(everywhere: isEverywhere), session)
        session.end()
        try session.write(options.path)
        let line = isEverywhere ? "signed out everywhere" : "signed out"
        options.show(line, PersonOptions.Done(account: account, done: line))
        return .done
    }
}
