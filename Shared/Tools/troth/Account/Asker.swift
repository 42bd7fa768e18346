import Kafka
package import Schema

/// Sends a command to a service and waits for its answer on `replies.troth`.
package struct Asker {
    private let options: KafkaOptions

    package init(_ options: KafkaOptions) { self.options = options }

    /// Sends the command that `make` writes for a reply address, keyed by account. A refusal is thrown with its reason;
    /// where no answer comes, it is said which service and partition owe it.
    package func ask<Command: CommandMessage>(
        _ topic: Topic<Command>, account: AccountID, id: EventID, _ make: (ReplyAddress) -> Command
    ) throws(Failure) -> Reply {
        let admin = try options.admin()
        let n = try options.partitions(of: topic.name, admin: admin)
        let replies = Topics.trothReplies.name
        let count = try options.partitions(of: replies, admin: admin)
        let replyPartition = Int32.random(in: 0..<count)
        let reader = try options.reader()
        try options.attempt { () throws(KafkaError) in
            _ = try reader.start(topic: replies.text, partitions: [replyPartition], from: .end)
        }
        let address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: Int64(replyPartition)))
        let partition = partition(of: account, n: n)
        try send(make(address), to: topic, partition, account, id)
        if let reply = try wait(reader, for: id) { return try accepted(reply) }
        let service = topic.name.text.split(separator: ".").first.map(String.init) ?? topic.name.text
        throw .unreachable(
            "\(service) did not answer in \(Limits.answerSeconds) s (partition \(partition) of \(topic.name)): see whether "
                + "\(service) runs, then troth partition status and /health of the instance that holds it")
    }

    private func send<Command: CommandMessage>(
        _ command: Command, to topic: Topic<Command>, _ partition: Int32, _ account: AccountID, _ id: EventID
    ) throws(Failure) {
        let producer = try Deliveries(options)
        try producer.send(
            topic: topic.name, partition: partition, key: Array(account.text.utf8), value: command.encoded(),
            headers: CloudEvent.headers(
                id: id, source: "troth", type: Command.type, time: TimeText.now(), contentType: .json))
        try producer.confirmAll()
    }

    private func wait(_ reader: TopicReader, for id: EventID) throws(Failure) -> Reply? {
        let deadline = ContinuousClock.now + .seconds(Limits.answerSeconds)
        var answer: Reply?
        while answer == nil, ContinuousClock.now < deadline {
            try options.attempt { () throws(KafkaError) in
                _ = try reader.poll(milliseconds: 200) { message in
                    guard let value = message.value,
                        let reply = try? Reply.decode(value, contentType: .json, from: .service), reply.command == id
                    else { return }
                    answer = answer ?? reply
                }
            }
        }
        return answer
    }

    private func accepted(_ reply: Reply) throws(Failure) -> Reply {
        guard reply.outcome == .done else {
            throw .refused("refused: \(reply.reason?.text ?? "without a reason")")
        }
        return reply
    }
}
