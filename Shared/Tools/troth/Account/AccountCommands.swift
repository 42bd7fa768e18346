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

/// `troth account usage`: what was used, hour by hour.
package struct AccountUsageCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account usage", abstract: "show what an account used, hour by hour",
        example: "troth account usage 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 --kafka 127.0.0.1:9092 --from 2026-11-01",
        arguments: [AccountOptions.argument],
        options: KafkaOptions.options + [
            OptionHelp("--from", "TIME", "from this moment on; without it 30 days ago"),
            OptionHelp("--to", "TIME", "before this moment; without it now"), AccountOptions.id,
        ])

    private let options: AccountOptions
    private let from, to: Instant

    package init(_ arguments: Arguments) throws(Failure) {
        options = try AccountOptions(arguments)
        let now = TimeText.now()
        from = try arguments.instant("--from") ?? now + -30 * Instant.day
        to = try arguments.instant("--to") ?? now
        guard from < to else { throw .usage("--from \(from) is not before --to \(to): turn them round") }
    }

    package func run() throws(Failure) -> ExitCode {
        let question = UsageQuestion(from: from, to: to)
        let reply = try Asker(options.kafka).ask(Topics.meteringCommands, account: options.account, id: options.id) {
            MeteringCommand(usage: question, replyTo: $0)
        }
        guard let usage = reply.usage else {
            throw .check("metering answered without usage: its version is not that of this program")
        }
        if options.isJSON { Terminal.printJSON(usage) } else { show(usage) }
        return .done
    }

    private func show(_ usage: AccountUsage) {
        var rows = [["HOUR", "CALLS", "COST", "REVISION"]]
        rows += usage.hours.map {
            let cost = "\(MoneyText.text($0.nano.value)) \($0.currency)"
            return ["\(Instant(unchecked: $0.hour.value))", "\($0.calls.value)", cost, "\($0.revision.value)"]
        }
        for line in TableText.lines(rows) { Terminal.print(line) }
        Terminal.print("unpriced calls: \(usage.unpriced.value)")
        let transfers = usage.transfers.map { [$0.upstream.text, $0.country?.text ?? "unknown", "\($0.count.value)"] }
        for line in TableText.lines([["UPSTREAM", "COUNTRY", "ATTEMPTS"]] + transfers) { Terminal.print(line) }
    }
}
