import Schema

/// `troth account dispute`: the payer's bank took a payment back, or gave it again.
package struct AccountDispute: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account dispute", abstract: "book a dispute over a payment, or its end",
        discussion: "A dispute takes what is left of the payment; one that is won gives it back.",
        example: "troth account dispute 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 --kafka 127.0.0.1:9092 "
            + "--payment 3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b",
        arguments: [AccountOptions.argument],
        options: KafkaOptions.options + [
            AccountOptions.currency, AccountOptions.id, PaymentOrder.payment, PaymentOrder.step,
            OptionHelp("--won", nil, "the dispute of that step was won: the payment is here again"),
        ])

    private let order: PaymentOrder
    private let isWon: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        order = try PaymentOrder(arguments)
        isWon = arguments.has("--won")
    }

    package func run() throws(Failure) -> ExitCode {
        let dispute = Dispute(payment: order.payment, step: order.step)
        return try PaymentOrder.carryOut(order.options) {
            isWon ? BillingCommand(reinstate: dispute, replyTo: $0) : BillingCommand(dispute: dispute, replyTo: $0)
        }
    }
}
