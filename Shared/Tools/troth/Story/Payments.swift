package import Schema

/// Prepaid top-ups of many accounts at once, each with its answer.
package struct Payments {
    private let kafka: KafkaOptions
    private let waiting: Waiting

    package init(_ kafka: KafkaOptions, _ waiting: Waiting) { (self.kafka, self.waiting) = (kafka, waiting) }

    /// A payment on an account.
    package struct Payment: Equatable, Sendable {
        package let account: AccountID
        package let topUp: TopUp
    }

    /// A payment for each account, from 5 to 500 dollars, decided by the seed.
    package static func make(_ accounts: [AccountID], seed: UInt64) -> [Payment] {
        var random = SplitMix64(seed: seed, stream: 5)
        return accounts.map { account in
            let id = random.uuid()
            let nano = random.within(5...500) * 1_000_000_000
            return Payment(
                account: account,
                topUp: TopUp(
                    payment: PaymentID(high: id.high, low: id.low), currency: .dollar,
                    nano: NanoAmount(unchecked: nano)))
        }
    }

    /// Sends all to billing and waits for all answers; returns the balances, in the order of the payments. One that
    /// is refused is sent again under another id: billing may not have heard of its account yet.
    package func make(_ payments: [Payment]) throws(Failure) -> [Balance] {
        let desk = try ReplyDesk(kafka)
        var balances = [Balance?](repeating: nil, count: payments.count)
        let deadline = ContinuousClock.now + .seconds(Limits.paymentSeconds)
        while true {
            var open: [EventID: Int] = [:]
            for index in payments.indices where balances[index] == nil {
                let id = RandomID.event()
                open[id] = index
                let command = BillingCommand(topUp: payments[index].topUp, replyTo: desk.address)
                try desk.send(command, to: Topics.billingCommands, key: payments[index].account, id: id)
            }
            try desk.confirmAll()
            var refused: String?
            for (id, reply) in try desk.collect(Set(open.keys)) {
                guard let index = open[id] else { continue }
                if reply.outcome == .refused { refused = reply.reason?.text ?? "without a reason" }
                balances[index] = reply.balance
            }
            let left = balances.count { $0 == nil }
            if left == 0 { return balances.compactMap { $0 } }
            guard ContinuousClock.now < deadline else {
                let reason = refused ?? "no answer"
                throw .check("billing has not booked \(left) of \(payments.count) payments (\(reason)): see its log")
            }
            waiting.progress("  waits: \(left) of \(payments.count) payments, \(refused ?? "no answer")")
            try Waiting.pause(milliseconds: 500)
        }
    }
}
