import Schema

/// What happens to payments besides that they arrive, in any order and often more than once: refunds, some of more than
/// was paid and some before their payment; disputes and how they end; promotional credit, some of which ends; limits.
package struct PaymentEvents: Workload {
    let accounts: Int
    package init(accounts: Int) { self.accounts = accounts }

    package func plan(_ script: inout Script) {
        for account in script.someAccounts(accounts) {
            switch script.random.below(5) {
            case 0: promote(account, &script)
            case 1: limit(account, &script)
            default: break
            }
        }
        let known = script.money.payments
        for payment in known where script.random.chance(perMille: 350) {
            for step in 1...Int64(1 + script.random.below(3)) { refund(payment, step, &script) }
        }
        for payment in known where script.random.chance(perMille: 250) {
            for step in 1...Int64(1 + script.random.below(2)) { dispute(payment, step, &script) }
        }
    }

    private func refund(_ payment: MoneyModel.Payment, _ step: Int64, _ script: inout Script) {
        let nano = script.random.within(1...max(1, payment.amounts[0] * 2 / 3))
        let refund = Refund(
            payment: payment.id, step: PaymentStep(unchecked: step), currency: .dollar,
            nano: NanoAmount(unchecked: nano))
        // what goes beyond the payment is refused, and whether it does depends on what else is there
        tell(
            MoneyModel.Event(payment: payment.id, kind: "refund", step: step, nano: nano), of: payment.account, &script
        ) { BillingCommand(refund: refund, replyTo: $0) }
    }

    private func dispute(_ payment: MoneyModel.Payment, _ step: Int64, _ script: inout Script) {
        let dispute = Dispute(payment: payment.id, step: PaymentStep(unchecked: step))
        tell(
            MoneyModel.Event(payment: payment.id, kind: "dispute", step: step, nano: 0), of: payment.account, &script
        ) { BillingCommand(dispute: dispute, replyTo: $0) }
        guard script.random.chance(perMille: 600) else { return }
        tell(
            MoneyModel.Event(payment: payment.id, kind: "reinstatement", step: step, nano: 0), of: payment.account,
            &script
        ) { BillingCommand(reinstate: dispute, replyTo: $0) }
    }

    private func promote(_ account: AccountID, _ script: inout Script) {
        let id = script.random.uuid()
        let payment = PaymentID(high: id.high, low: id.low)
        let nano = script.random.within(1...2_000_000_000)
        // some has ended when it comes, some ends while the world is at rest
        let hours: Int64? = [-6, -1, 1, 9, nil][script.random.below(5)]
        let expires = hours.map { Instant(unchecked: (script.start.hours + $0) * Instant.hour) }
        let promotion = Promotion(
            payment: payment, currency: .dollar, nano: NanoAmount(unchecked: nano), expires: expires)
        let promise = script.lives.payment(by: account)
        let event = MoneyModel.Event(payment: payment, kind: "promotion", step: 1, nano: nano)
        if promise.outcomes.contains(.done) {
            script.money.tell(event, of: account, isCertain: promise.isCertain)
        }
        send(account, promise.outcomes, &script) { BillingCommand(promotion: promotion, replyTo: $0) }
    }

    private func limit(_ account: AccountID, _ script: inout Script) {
        let nano = script.random.within(1...1_000_000_000)
        let limit = SpendingLimit(
            currency: .dollar, nano: NanoAmount(unchecked: nano), window: script.random.pick(LimitWindow.allCases))
        send(account, script.lives.balance(of: account), &script) { BillingCommand(limit: limit, replyTo: $0) }
    }

    private func tell(
        _ event: MoneyModel.Event, of account: AccountID, _ script: inout Script,
        _ make: (ReplyAddress) -> BillingCommand
    ) {
        let outcomes = script.lives.balance(of: account)
        if outcomes.contains(.done) { script.money.tell(event, of: account, isCertain: outcomes == [.done]) }
        let mayBeBeyond = event.kind == "refund" && outcomes == [.done]
        send(account, mayBeBeyond ? [.done, .refused] : outcomes, &script, make)
    }

    private func send(
        _ account: AccountID, _ outcomes: [ReplyOutcome], _ script: inout Script,
        _ make: (ReplyAddress) -> BillingCommand
    ) {
        for _ in 0..<(script.random.chance(perMille: 200) ? 2 : 1) {
            let id = script.eventID()
            let partition = PartitionNumber(unchecked: Int64(script.random.below(Int(script.partitions))))
            let command = make(ReplyAddress(asker: .troth, partition: partition))
            script.money.ask(id, isQuestion: false, outcomes: outcomes)
            let record = script.record(account, command.encoded(), id: id)
            for _ in 0..<(script.random.chance(perMille: 200) ? 2 : 1) {
                let isMisplaced = script.random.chance(perMille: 60)
                let partition = isMisplaced ? Int32(script.random.below(Int(script.partitions))) : nil
                script.publish(at: script.moment(), to: Topics.billingCommands, partition: partition, record)
            }
        }
    }
}
