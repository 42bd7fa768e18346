import Schema

/// `troth api-key new`: makes an API key and shows it, once.
package struct APIKeyNew: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "api-key new", abstract: "make an API key; it is shown this once",
        example: "troth api-key new --label laptop --kafka 127.0.0.1:9092",
        options: PersonOptions.options + [OptionHelp("--label", "TEXT", "what to call it, up to 100 bytes")])

    private let options: PersonOptions
    private let label: KeyLabel?

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        label = try PersonOptions.personal("--label", in: arguments, as: KeyLabel.self, like: "1 to 100 bytes of text")
    }

    private struct New: Encodable {
        let key: APIKeyID
        let prefix: KeyPrefix
        let secret: String
    }

    package func run() throws(Failure) -> ExitCode {
        let (reply, client) = try options.ask(.newKey(label), try options.session())
        guard let made = reply.apiKey else {
            throw .check("identity answered without an API key: its version is not that of this program")
        }
        let secret = try client.open(made.secret, of: reply).text
        if options.isJSON {
            Terminal.printJSON(New(key: made.key, prefix: made.prefix, secret: secret))
        } else {
            Terminal.complain("API key \(made.key.text), shown now and never again:")
            Terminal.print(secret)
        }
        return .done
    }
}
