import Schema

/// `troth api-key revoke`: ends an API key.
package struct APIKeyRevoke: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "api-key revoke", abstract: "end an API key",
        example: "troth api-key revoke 7d9e2b4c-1f3a-4d5e-b6c7-d8e9f0a1b2c3 --kafka 127.0.0.1:9092",
        arguments: [ArgumentHelp("ID", "the key's UUID, as troth api-key list shows it")],
        options: PersonOptions.options)

    private let options: PersonOptions
    private let key: APIKeyID

    package init(_ arguments: Arguments) throws(Failure) {
        options = try PersonOptions(arguments)
        key = try arguments.field(at: 0, as: APIKeyID.self, like: "the key's UUID in lowercase")
    }

    package func run() throws(Failure) -> ExitCode {
        let session = try options.session()
        _ = try options.ask(.revokeKey(key), session)
        let line = "API key \(key.text) is revoked"
        options.show(line, PersonOptions.Done(account: session.account, done: line))
        return .done
    }
}
