import Schema

/// `troth account restore`: opens a closed account again, within 30 days of its closing. It is the request
/// `account.restore`, which a mailed code proves: a closed account has no session. Policy §4.1, §7.2.
package struct AccountRestore: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account restore", abstract: "open a closed account again, within 30 days",
        discussion: """
            With --email a code is mailed to the account's address; with --code, or --maildir, it is brought back. That
            opens a request, which troth rights status follows: when it is done, sign in as ever. Sessions and API keys
            that ended with the account stay ended.
            """,
        example: "troth account restore --email ada@example.org --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [
            OptionHelp("--email", "ADDRESS", "the address of the account"),
            OptionHelp("--code", "CODE", "the code of the mail"),
            OptionHelp("--maildir", "DIR", "development: read the newest code to the session's address from there"),
            OptionHelp("--attempt", "UUID", "whose code it is; without it the session's last one"),
        ])

    private let step: any ParsableCommand

    package init(_ arguments: Arguments) throws(Failure) {
        if arguments.has("--email") {
            guard !arguments.has("--code"), !arguments.has("--maildir") else {
                throw .usage("account restore takes --email, or the code that came: see troth account restore --help")
            }
            step = try RightsOpen(arguments.adding("--kind", RequestKind.accountRestore.rawValue))
        } else {
            step = try RightsConfirm(arguments)
        }
    }

    package func run() throws(Failure) -> ExitCode { try step.run() }
}
