import Schema

/// `troth account refund`: a part of a payment went back.
package struct AccountRefund: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account refund", abstract: "book a refund of a payment",
        discussion: "It takes effect once for each --payment and --step, and never for more than was paid. "
            + "What was used of the credit is then owed. One that is booked before its payment waits for it.",
        example: "troth account refund 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 5.00 --kafka 127.0.0.1:9092 "
            + "--payment 3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b",
        arguments: [AccountOptions.argument, ArgumentHelp("AMOUNT", "decimal text, as 5.00")],
        options: KafkaOptions.options + [
            AccountOptions.currency, AccountOptions.id, PaymentOrder.payment, PaymentOrder.step,
        ])

    private let order: PaymentOrder
    private let nano: NanoAmount

    package init(_ arguments: Arguments) throws(Failure) {
        order = try PaymentOrder(arguments)
        nano = try PaymentOrder.amount(arguments.positional[1])
    }

    package func run() throws(Failure) -> ExitCode {
        let refund = Refund(payment: order.payment, step: order.step, currency: order.options.currency, nano: nano)
        return try PaymentOrder.carryOut(order.options) { BillingCommand(refund: refund, replyTo: $0) }
    }
}
