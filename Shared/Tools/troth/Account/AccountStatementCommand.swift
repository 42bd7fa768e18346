import Schema

/// `troth account statement`: what came and went.
package struct AccountStatementCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "account statement", abstract: "show what came to an account and went",
        discussion: "Payments, refunds, disputes and promotions are lines of their own; usage is one line a day of its "
            + "posting. At most 93 days and 1,000 lines.",
        example:
            "troth account statement 5f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021 --kafka 127.0.0.1:9092 --from 2026-11-01",
        arguments: [AccountOptions.argument],
        options: KafkaOptions.options + [
            AccountOptions.currency, AccountOptions.id,
            OptionHelp("--from", "TIME", "from this moment on; without it 30 days ago"),
            OptionHelp("--to", "TIME", "before this moment; without it now"),
        ])

    private let options: AccountOptions
    private let from, to: Instant

    package init(_ arguments: Arguments) throws(Failure) {
        options = try AccountOptions(arguments)
        let now = TimeText.now()
        from = try arguments.instant("--from") ?? now + -30 * Instant.day
        // what was posted just now, by a clock that is a little ahead, is in it
        to = try arguments.instant("--to") ?? now + Instant.minute
        guard from < to else { throw .usage("--from \(from) is not before --to \(to): turn them round") }
    }

    package func run() throws(Failure) -> ExitCode {
        let question = StatementQuestion(currency: options.currency, from: from, to: to)
        let reply = try Asker(options.kafka).ask(Topics.billingCommands, account: options.account, id: options.id) {
            BillingCommand(statement: question, replyTo: $0)
        }
        guard let statement = reply.statement else {
            throw .check("billing answered without a statement: its version is not that of this program")
        }
        if options.isJSON { Terminal.printJSON(statement) } else { show(statement) }
        return .done
    }

    private func show(_ statement: AccountStatement) {
        let money = { (nano: NanoAmount) in "\(MoneyText.text(nano.value)) \(statement.currency)" }
        var rows = [["TIME", "WHAT", "AMOUNT", "PAYMENT"]]
        rows.append(["\(statement.from)", "opening", money(statement.openingNano), ""])
        rows += statement.lines.map { ["\($0.at)", $0.kind.rawValue, money($0.nano), $0.payment?.text ?? ""] }
        rows.append(["\(statement.to)", "closing", money(statement.closingNano), ""])
        for line in TableText.lines(rows) { Terminal.print(line) }
    }
}
