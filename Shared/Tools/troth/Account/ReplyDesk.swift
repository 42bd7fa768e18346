import Kafka
package import Schema

/// Sends commands and takes what is answered on one partition of `replies.troth`: many askers over one producer and one
/// reader. For one thread.
package final class ReplyDesk {
    /// Where answers come to.
    package let address: ReplyAddress
    private let options: KafkaOptions
    private let admin: Admin
    private let producer: Deliveries
    private let reader: TopicReader
    private var partitions: [TopicName: Int32] = [:]

    /// Begins to read answers: what is answered from now on is seen. `endures`: it goes on while brokers are killed.
    package init(_ options: KafkaOptions, endures: Bool = false) throws(Failure) {
        self.options = options
        admin = try options.admin()
        producer = try Deliveries(options, endures: endures)
        reader = try options.reader()
        let topic = Topics.trothReplies.name
        let chosen = Int32.random(in: 0..<(try options.partitions(of: topic, admin: admin)))
        address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: Int64(chosen)))
        let reader = reader
        try options.attempt { () throws(KafkaError) in
            _ = try reader.start(topic: topic.text, partitions: [chosen], from: .end)
        }
    }

    /// The partition of a topic that a record key belongs to.
    package func partition(of key: AccountID, in topic: TopicName) throws(Failure) -> Int32 {
        if let n = partitions[topic] { return Schema.partition(of: key, n: n) }
        let n = try options.partitions(of: topic, admin: admin)
        partitions[topic] = n
        return Schema.partition(of: key, n: n)
    }

    /// A made-up key of each partition of a topic, for questions that concern nobody.
    package func keys(in topic: TopicName) throws(Failure) -> [AccountID] {
        let n = try options.partitions(of: topic, admin: admin)
        partitions[topic] = n
        return (0..<n).map { partition in
            while true {  // one in n fits
                let halves = RandomID.uuid()
                let id = AccountID(high: halves.high, low: halves.low)
                if Schema.partition(of: id, n: n) == partition { return id }
            }
        }
    }

    /// Gives a command to the producer, keyed by an account or what stands for one.
    package func send<Command: CommandMessage>(
        _ command: Command, to topic: Topic<Command>, key: AccountID, id: EventID, source: String = "troth"
    ) throws(Failure) {
        try producer.send(
            topic: topic.name, partition: try partition(of: key, in: topic.name), key: Array(key.text.utf8),
            value: command.encoded(),
            headers: CloudEvent.headers(
                id: id, source: source, type: Command.type, time: TimeText.now(), contentType: .json))
        producer.poll(milliseconds: 0)
    }

    /// Waits until Kafka has all commands.
    package func confirmAll() throws(Failure) { try producer.confirmAll() }

    /// The answers that are there, waiting up to so long for the first; others' among them.
    package func replies(milliseconds: Int32) throws(Failure) -> [Reply] {
        var replies: [Reply] = []
        let reader = reader
        try options.attempt { () throws(KafkaError) in
            _ = try reader.poll(milliseconds: milliseconds) { message in
                guard let value = message.value,
                    let reply = try? Reply.decode(value, contentType: .json, from: .service)
                else { return }
                replies.append(reply)
            }
        }
        return replies
    }

    /// Collects the answers to commands, each once. It ends with the last one, or when none came for `seconds`.
    package func collect(
        _ ids: Set<EventID>, seconds: Int = Limits.answerSeconds
    ) throws(Failure) -> [EventID: Reply] {
        var (open, found) = (ids, [EventID: Reply]())
        var last = ContinuousClock.now
        while !open.isEmpty, ContinuousClock.now - last < .seconds(seconds), !Interruption.isAsked {
            for reply in try replies(milliseconds: 100) where open.remove(reply.command) != nil {
                found[reply.command] = reply
                last = .now
            }
        }
        return found
    }

    /// Why there is no answer: which service and partition owe it, and what to look at.
    package func silence(of topic: any AnyTopic, key: AccountID) throws(Failure) -> Failure {
        let (name, service) = (topic.name, topic.owner)
        return .unreachable(
            "\(service) did not answer in \(Limits.answerSeconds) s (partition \(try partition(of: key, in: name)) of "
                + "\(name)): see whether \(service) runs, then troth partition status and /health of the instance that "
                + "holds it")
    }
}
