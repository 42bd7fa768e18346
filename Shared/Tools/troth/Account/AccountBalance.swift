import Schema

/// `troth account balance`: what is left.
package struct AccountBalance: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account balance", abstract: "show what an account has left",
        example: "troth account balance 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 --kafka 127.0.0.1:9092",
        arguments: [AccountOptions.argument],
        options: KafkaOptions.options + [AccountOptions.currency, AccountOptions.id])

    private let options: AccountOptions

    package init(_ arguments: Arguments) throws(Failure) { options = try AccountOptions(arguments) }

    package func run() throws(Failure) -> ExitCode {
        let question = BalanceQuestion(currency: options.currency)
        let reply = try Asker(options.kafka).ask(Topics.billingCommands, account: options.account, id: options.id) {
            BillingCommand(balance: question, replyTo: $0)
        }
        guard let balance = reply.balance else {
            throw .check("billing answered without a balance: its version is not that of this program")
        }
        if options.isJSON { Terminal.printJSON(balance) } else { Terminal.print(Self.line(balance)) }
        return .done
    }

    static func line(_ balance: Balance) -> String {
        "\(balance.account)  \(MoneyText.text(balance.balanceNano.value)) \(balance.currency)  as of \(balance.asOf)"
    }
}
