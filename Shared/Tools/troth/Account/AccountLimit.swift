import Schema

/// `troth account limit`: what an account may spend, and how it stands.
package struct AccountLimit: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account limit", abstract: "show how an account stands, or set what it may spend",
        discussion: "A limit stops the gateway, not the books: what happened is charged. "
            + "Days and months are of UTC, by the time of the calls.",
        example: "troth account limit 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 --kafka 127.0.0.1:9092 "
            + "--amount 50.00 --per month",
        arguments: [AccountOptions.argument],
        options: KafkaOptions.options + [
            AccountOptions.currency, AccountOptions.id,
            OptionHelp("--amount", "AMOUNT", "decimal text, as 50.00; with --per"),
            OptionHelp("--per", "WINDOW", "day or month; with --amount"),
            OptionHelp("--none", nil, "end the limit"),
        ])

    private let options: AccountOptions
    /// Nil: only the standing is asked for.
    private let limit: SpendingLimit?

    package init(_ arguments: Arguments) throws(Failure) {
        options = try AccountOptions(arguments)
        guard arguments.has("--amount") || arguments.has("--per") else {
            limit = arguments.has("--none") ? SpendingLimit(currency: options.currency, nano: nil, window: nil) : nil
            return
        }
        guard !arguments.has("--none") else { throw .usage("--none and --amount are given: give one of them") }
        let (amount, per) = (try arguments.required("--amount"), try arguments.required("--per"))
        guard let nano = MoneyText.nano(amount), nano > 0 else {
            throw .usage("--amount \(amount) is no amount: write decimal text, more than 0")
        }
        guard let window = LimitWindow(rawValue: per) else {
            throw .usage("--per \(per) is not allowed: write day or month")
        }
        limit = SpendingLimit(currency: options.currency, nano: NanoAmount(unchecked: nano), window: window)
    }

    package func run() throws(Failure) -> ExitCode {
        let question = BalanceQuestion(currency: options.currency)
        let reply = try Asker(options.kafka).ask(Topics.billingCommands, account: options.account, id: options.id) {
            guard let limit else { return BillingCommand(standing: question, replyTo: $0) }
            return BillingCommand(limit: limit, replyTo: $0)
        }
        guard let standing = reply.standing else {
            throw .check("billing answered without a standing: its version is not that of this program")
        }
        if options.isJSON { Terminal.printJSON(standing) } else { Terminal.print(Self.line(standing)) }
        return .done
    }

    private static func line(_ standing: Standing) -> String {
        let available = "\(MoneyText.text(standing.availableNano.value)) \(standing.currency)"
        let limit = standing.limitNano.map { nano in
            ", limit \(MoneyText.text(nano.value)) a \(standing.window?.rawValue ?? "")"
        }
        return "\(standing.account)  \(standing.standing.rawValue)  \(available) available\(limit ?? ", no limit")"
            + "  as of \(standing.asOf)"
    }
}
