import Schema

/// `troth account close`: closes the account.
package struct AccountClose: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account close", abstract: "close the account: it serves nothing from now on",
        discussion: "Sessions and API keys end, and calls after this moment are refused.",
        example: "troth account close --kafka 127.0.0.1:9092", options: PersonOptions.options)

    private let options: PersonOptions

    package init(_ arguments: Arguments) throws(Failure) { options = try PersonOptions(arguments) }

    package func run() throws(Failure) -> ExitCode {
        var session = try options.session()
        let account = session.account
        _ = try options.ask(.close, session)
        session.end()
        try session.write(options.path)
        let line = "account \(account ?? "-") is closed"
        options.show(line, PersonOptions.Done(account: account, done: line))
        return .done
    }
}
