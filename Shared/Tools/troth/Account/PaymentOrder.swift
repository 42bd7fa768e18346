import Schema

/// What the commands about a payment have in common: the payment, the step, and how its state is shown.
struct PaymentOrder: Sendable {
    let options: AccountOptions
    let payment: PaymentID
    let step: PaymentStep

    static let payment = OptionHelp("--payment", "UUID", "the payment's id")
    static let step = OptionHelp("--step", "N", "which of its kind it is for the payment, from 1; without it 1")

    init(_ arguments: Arguments) throws(Failure) {
        options = try AccountOptions(arguments)
        _ = try arguments.required("--payment")
        payment =
            try arguments.field("--payment", as: PaymentID.self, like: "a UUID in lowercase") ?? .example
        step = PaymentStep(unchecked: try arguments.integer("--step", default: 1, in: PaymentStep.range))
    }

    /// An amount of credit, above 0 and at most what a top-up may be.
    static func amount(_ text: String) throws(Failure) -> NanoAmount {
        guard let nano = MoneyText.nano(text), (1...TopUp.nanoMax).contains(nano) else {
            throw .usage("\(text) is no amount: write decimal text, more than 0 and at most 1000.00")
        }
        return NanoAmount(unchecked: nano)
    }

    /// Sends a command and shows what became of its payment.
    static func carryOut(
        _ options: AccountOptions, _ make: (ReplyAddress) -> BillingCommand
    ) throws(Failure) -> ExitCode {
        let reply = try Asker(options.kafka).ask(
            Topics.billingCommands, account: options.account, id: options.id, make)
        guard let state = reply.payment, let balance = reply.balance else {
            throw .check("billing answered without the payment: its version is not that of this program")
        }
        if options.isJSON {
            Terminal.printJSON(Result(account: options.account, payment: state, balance: balance))
        } else {
            Terminal.print(line(state, options.currency))
            Terminal.print(AccountBalance.line(balance))
        }
        return .done
    }

    private struct Result: Encodable {
        let account: AccountID
        let payment: PaymentState
        let balance: Balance
    }

    private static func line(_ state: PaymentState, _ currency: Currency) -> String {
        guard state.paidNano.value > 0 else {
            return "payment \(state.payment) has not arrived: what was said of it waits"
        }
        let text = { (nano: NanoAmount) in MoneyText.text(nano.value) }
        return "payment \(state.payment): \(text(state.paidNano)) \(currency) paid, "
            + "\(text(state.refundedNano)) refunded" + (state.disputed.value ? ", disputed" : "")
    }
}
