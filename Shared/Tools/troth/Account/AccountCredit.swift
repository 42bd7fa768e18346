import Schema

/// `troth account credit`: promotional credit.
package struct AccountCredit: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account credit", abstract: "give an account promotional credit",
        discussion: "It is used before bought credit, for calls from before it ends. "
            + "It takes effect once for each --payment.",
        example: "troth account credit 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 5.00 --kafka 127.0.0.1:9092 "
            + "--expires 2027-01-01",
        arguments: [AccountOptions.argument, ArgumentHelp("AMOUNT", "decimal text, as 5.00; 1,000 at most")],
        options: KafkaOptions.options + [
            AccountOptions.currency, AccountOptions.id,
            OptionHelp("--expires", "TIME", "a whole hour of UTC; without it the credit does not end"),
            OptionHelp("--payment", "UUID", "the credit's id; without it a random one, which is printed"),
        ])

    private let options: AccountOptions
    private let promotion: Promotion

    package init(_ arguments: Arguments) throws(Failure) {
        options = try AccountOptions(arguments)
        let expires = try arguments.instant("--expires")
        if let expires, expires.value % Instant.hour != 0 {
            throw .usage("--expires \(expires) is no whole hour: write 2027-01-01 or 2027-01-01T08:00:00Z")
        }
        let random = RandomID.uuid()
        promotion = Promotion(
            payment: try arguments.field("--payment", as: PaymentID.self, like: "a UUID in lowercase")
                ?? PaymentID(high: random.high, low: random.low),
            currency: options.currency, nano: try PaymentOrder.amount(arguments.positional[1]), expires: expires)
    }

    package func run() throws(Failure) -> ExitCode {
        // told before it is sent: whoever gets no answer can try again without giving twice
        Terminal.complain("payment \(promotion.payment)")
        return try PaymentOrder.carryOut(options) { BillingCommand(promotion: promotion, replyTo: $0) }
    }
}
