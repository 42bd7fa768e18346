import Schema

/// What a user asks after a story: an account's balance and usage, and what was refused.
struct Look {
    let kafka: KafkaOptions
    let account: AccountID
    let isTalking: Bool

    /// Asks, shows the answers, and adds rows.
    func add(to evidence: inout Evidence) throws(Failure) {
        let balance = try Asker(kafka).ask(Topics.billingCommands, account: account, id: RandomID.event()) {
            BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: $0)
        }.balance
        let now = TimeText.now()
        let usage = try Asker(kafka).ask(Topics.meteringCommands, account: account, id: RandomID.event()) {
            MeteringCommand(usage: UsageQuestion(from: now + -30 * Instant.day, to: now), replyTo: $0)
        }.usage
        let calls = usage?.hours.reduce(0) { $0 + $1.calls.value } ?? 0
        let cost = usage?.hours.reduce(0) { $0 + $1.nano.value } ?? 0
        evidence.add(
            "an account asked for its balance",
            balance.map { "\(MoneyText.text($0.balanceNano.value)) USD left" } ?? "-",
            balance != nil)
        evidence.add(
            "and for its usage",
            "\(calls) calls in \(usage?.hours.count ?? 0) hours, \(MoneyText.text(cost)) USD, "
                + "\(usage?.transfers.count ?? 0) upstreams and countries", calls > 0)
        let pile = try DeadLetterPile(kafka, "metering", last: 0)
        let reasons = pile.byReason.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        evidence.add("refused records have dead letters", "\(pile.count): \(reasons)", pile.count > 0)
        guard isTalking else { return }
        if let balance { Terminal.print(AccountBalance.line(balance)) }
        for transfer in usage?.transfers ?? [] {
            let country = transfer.country?.text ?? "-"
            Terminal.print("  \(transfer.count.value) attempts to \(transfer.upstream) in \(country)")
        }
    }
}
