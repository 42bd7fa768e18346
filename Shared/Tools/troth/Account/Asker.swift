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
        let desk = try ReplyDesk(options)
        try desk.send(make(desk.address), to: topic, key: account, id: id)
        try desk.confirmAll()
        guard let reply = try desk.collect([id])[id] else { throw try desk.silence(of: topic, key: account) }
        guard reply.outcome == .done else {
            throw .refused("refused: \(reply.reason?.text ?? "without a reason")")
        }
        return reply
    }
}
