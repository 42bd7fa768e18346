import Schema

/// `troth rights prove`: an operator opens a request for a person whose address is lost.
package struct RightsProve: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights prove", abstract: "open a request for a person whose address is lost, with the reason",
        discussion: """
            Only where the person has shown by other matching data whose account it is: identity signs it as proved by an
            operator. What was looked at for it is to be deleted afterwards (11 CCR 7060(d)).
            """,
        example: "troth rights prove 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 --kind gdpr.access"
            + " --reason three-payments-named --kafka 127.0.0.1:9092",
        arguments: [ArgumentHelp("ACCOUNT", "the account's UUID, 36 lowercase characters")],
        options: KafkaOptions.options + [
            OptionHelp("--kind", "KIND", "what is asked for"),
            OptionHelp("--reason", "TEXT", "why it is that person, without naming anybody"),
            OptionHelp("--received", "T", "when the person's letter came; without it now"),
        ])

    private let kafka: KafkaOptions
    private let account: AccountID
    private let prove: ProveRequest
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        account = try arguments.field(at: 0, as: AccountID.self, like: "an account's UUID in lowercase")
        _ = try arguments.required("--kind")
        guard let kind = try PersonOptions.choice("--kind", in: arguments, as: RequestKind.self) else {
            throw .usage("rights prove needs --kind: see troth rights prove --help")
        }
        prove = ProveRequest(
            kind: kind, reason: try RequestOptions.reason(arguments), receivedAt: try arguments.instant("--received"))
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let reply = try Asker(kafka).ask(Topics.rightsCommands, account: account, id: RandomID.event()) { address in
            var command = RightsCommand(replyTo: address)
            command.prove = prove
            return command
        }
        guard let opened = reply.requestOpened else {
            throw .check("identity answered without a request: its version is not that of this program")
        }
        if isJSON { Terminal.printJSON(opened) } else { Terminal.print(OpenedText.line(opened)) }
        return .done
    }
}
