import Schema

/// Customers pay in advance: commands, some repeated, some of the same payment under another id, some that cannot be.
package struct TopUps: Workload {
    let accounts: Int
    package init(accounts: Int) { self.accounts = accounts }

    package func plan(_ script: inout Script) {
        for account in script.someAccounts(accounts) {
            for _ in 0..<script.random.below(4) { pay(account, &script) }
        }
    }

    private func pay(_ account: AccountID, _ script: inout Script) {
        let id = script.random.uuid()
        let payment = PaymentID(high: id.high, low: id.low)
        let amount = script.random.within(1...40_000_000_000)
        let isDisputed = script.random.chance(perMille: 80)
        let promise = script.lives.payment(by: account)
        let outcomes = isDisputed && promise.isCertain ? [.done, .refused] : promise.outcomes
        guard promise.outcomes.contains(.done) else {
            return command(account, payment, amount, outcomes, &script)
        }
        script.money.pay(payment, by: account, amount, isCertain: promise.isCertain)
        command(account, payment, amount, outcomes, &script)
        if script.random.chance(perMille: 100) { command(account, payment, amount, outcomes, &script) }
        if isDisputed {
            script.money.pay(payment, by: account, amount + 1, isCertain: promise.isCertain)
            command(account, payment, amount + 1, [.done, .refused], &script)
        }
        if script.random.chance(perMille: 50), let euro = Currency(text: "EUR") {
            command(account, payment, amount, [.refused], currency: euro, &script)
        }
    }

    private func command(
        _ account: AccountID, _ payment: PaymentID, _ amount: Int64, _ outcomes: [ReplyOutcome],
        currency: Currency = .dollar, _ script: inout Script
    ) {
        let id = script.eventID()
        let isSilent = script.random.chance(perMille: 100)
        let partition = PartitionNumber(unchecked: Int64(script.random.below(Int(script.partitions))))
        let command = BillingCommand(
            topUp: TopUp(payment: payment, currency: currency, nano: NanoAmount(unchecked: amount)),
            replyTo: isSilent ? nil : ReplyAddress(asker: .troth, partition: partition))
        script.money.ask(id, isQuestion: false, outcomes: outcomes, isSilent: isSilent)
        let record = script.record(account, command.encoded(), id: id)
        for _ in 0..<(script.random.chance(perMille: 200) ? 2 : 1) {
            let isMisplaced = script.random.chance(perMille: 60)
            let partition = isMisplaced ? Int32(script.random.below(Int(script.partitions))) : nil
            script.publish(at: script.moment(), to: Topics.billingCommands, partition: partition, record)
        }
    }
}

/// Customers ask for their balance and their usage, and get an answer.
package struct Questions: Workload {
    let count: Int
    package init(count: Int) { self.count = count }

    package func plan(_ script: inout Script) {
        let accounts = script.someAccounts(max(1, script.accounts.count))
        for _ in 0..<count {
            let account = script.random.pick(accounts)
            let id = script.eventID()
            let partition = PartitionNumber(unchecked: Int64(script.random.below(Int(script.partitions))))
            let reply = ReplyAddress(asker: .troth, partition: partition)
            let moment = script.moment()
            if script.random.chance(perMille: 500) {
                script.money.ask(id, isQuestion: true, outcomes: script.lives.balance(of: account))
                let question = BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: reply)
                script.publish(
                    at: moment, to: Topics.billingCommands, script.record(account, question.encoded(), id: id))
            } else {
                script.money.ask(id, isQuestion: true, outcomes: [.done])
                let from = Instant(unchecked: script.start.value - 31 * Instant.day)
                let question = MeteringCommand(usage: UsageQuestion(from: from, to: script.start), replyTo: reply)
                script.publish(
                    at: moment, to: Topics.meteringCommands, script.record(account, question.encoded(), id: id))
            }
        }
    }
}
