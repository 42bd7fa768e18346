import Schema

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
