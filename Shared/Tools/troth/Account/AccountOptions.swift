import Schema

/// What the commands about one account take.
struct AccountOptions: Sendable {
    let kafka: KafkaOptions
    let account: AccountID
    let currency: Currency
    let id: EventID
    let isJSON: Bool

    static let argument = ArgumentHelp("ACCOUNT", "the account's UUID, 36 lowercase characters")
    static let id = OptionHelp(
        "--id", "ID", "the command's own id; without it a random one, a repeated one is answered alike")
    static let currency = OptionHelp("--currency", "CODE", "ISO 4217; without it USD")

    init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        account = try arguments.field(at: 0, as: AccountID.self, like: "an account's UUID in lowercase")
        currency =
            try arguments.field("--currency", as: Currency.self, like: "three capital letters, as USD") ?? .dollar
        id =
            try arguments.field("--id", as: EventID.self, like: "1 to 64 of letters, digits and ._:-")
            ?? RandomID.event()
        isJSON = arguments.has("--json")
    }
}
