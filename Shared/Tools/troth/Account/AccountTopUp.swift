import Schema

/// `troth account top-up`: prepaid credit.
package struct AccountTopUp: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account top-up", abstract: "put a payment on an account as credit",
        discussion: "A payment takes effect once: the same --payment again changes nothing.",
        example: "troth account top-up 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 20.00 --kafka 127.0.0.1:9092",
        arguments: [AccountOptions.argument, ArgumentHelp("AMOUNT", "decimal text, as 20.00; 1,000 at most")],
        options: KafkaOptions.options + [
            AccountOptions.currency, AccountOptions.id,
            OptionHelp("--payment", "UUID", "the payment's id; without it a random one, which is printed"),
        ])

    private let options: AccountOptions
    private let nano: Int64
    private let payment: PaymentID

    package init(_ arguments: Arguments) throws(Failure) {
        options = try AccountOptions(arguments)
        guard let nano = MoneyText.nano(arguments.positional[1]), (1...TopUp.nanoMax).contains(nano) else {
            throw .usage("\(arguments.positional[1]) is no amount: write decimal text, more than 0 and at most 1000.00")
        }
        self.nano = nano
        let random = RandomID.uuid()
        payment =
            try arguments.field("--payment", as: PaymentID.self, like: "a UUID in lowercase")
            ?? PaymentID(high: random.high, low: random.low)
    }

    private struct Result: Encodable {
        let account: AccountID
        let payment: PaymentID
        let currency: Currency
        let nano: NanoAmount
        let balance: Balance?
    }

    package func run() throws(Failure) -> ExitCode {
        let topUp = TopUp(payment: payment, currency: options.currency, nano: NanoAmount(unchecked: nano))
        // told before it is sent: whoever gets no answer can try again without paying twice
        Terminal.complain("payment \(payment)")
        let reply = try Asker(options.kafka).ask(Topics.billingCommands, account: options.account, id: options.id) {
            BillingCommand(topUp: topUp, replyTo: $0)
        }
        if options.isJSON {
            Terminal.printJSON(
                Result(
                    account: options.account, payment: payment, currency: options.currency, nano: topUp.nano,
                    balance: reply.balance))
        } else {
            Terminal.print("\(MoneyText.text(nano)) \(options.currency) on \(options.account), payment \(payment)")
            if let balance = reply.balance { Terminal.print(AccountBalance.line(balance)) }
        }
        return .done
    }
}
