import Kafka
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

    /// Sends them all to billing and waits for all answers; returns the balances, in the order of the payments.
    package func make(_ payments: [Payment]) throws(Failure) -> [Balance] {
        let replies = Topics.trothReplies.name
        let reader = try kafka.reader()
        try kafka.attempt { () throws(KafkaError) in
            _ = try reader.start(topic: replies.text, partitions: [0], from: .end)
        }
        let address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))
        let producer = try Deliveries(kafka)
        var open: [EventID: Int] = [:]
        for (index, payment) in payments.enumerated() {
            let id = RandomID.event()
            open[id] = index
            try producer.send(
                topic: Topics.billingCommands.name, key: Array(payment.account.text.utf8),
                value: BillingCommand(topUp: payment.topUp, replyTo: address).encoded(),
                headers: CloudEvent.headers(
                    id: id, source: "troth", type: BillingCommand.type, time: TimeText.now(), contentType: .json))
        }
        try producer.confirmAll()
        var balances = [Balance?](repeating: nil, count: payments.count)
        var refused: String?
        try waiting.until(seconds: Limits.paymentSeconds, or: "billing did not answer all payments") {
            () throws(Failure) in
            try kafka.attempt { () throws(KafkaError) in
                _ = try reader.poll(milliseconds: 100) { message in
                    guard let value = message.value,
                        let reply = try? Reply.decode(value, contentType: .json, from: .service),
                        let index = open.removeValue(forKey: reply.command)
                    else { return }
                    if reply.outcome == .refused { refused = reply.reason?.text ?? "without a reason" }
                    balances[index] = reply.balance
                }
            }
            if let refused { throw .refused("billing refused a payment: \(refused)") }
            return open.isEmpty ? nil : "\(open.count) of \(payments.count) payments are not answered"
        }
        return balances.compactMap { $0 }
    }
}
