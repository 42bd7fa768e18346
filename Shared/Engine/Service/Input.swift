package import Schema

/// A topic and the function that takes it.
package struct Input: Sendable {
    /// The topic.
    package let topic: any AnyTopic
    /// In which order a file drains its inputs.
    package let priority: Priority
    /// Decodes what is new in some records and hands it to the service.
    let take: @Sendable (inout Intake, Instant, Transaction) throws -> Void

    /// Keys before control before bulk.
    package enum Priority: Int, Sendable, CaseIterable {
        case keys, control, bulk
    }

    /// True for keys, for what everybody must know and for the state of things: a file reads it to its end before its
    /// first batch.
    package var isReadFirst: Bool { topic.kind == .everybody || topic.kind == .state || priority == .keys }

    /// Messages that are handled a batch at a time.
    package static func stream<M: Message>(
        _ topic: Topic<M>, _ priority: Priority,
        _ handler: @escaping @Sendable (Batch<M>, Instant, Transaction) throws -> Void
    ) -> Input {
        Input(topic: topic, priority: priority) { intake, now, tx in
            var batch = Batch<M>(topic: topic.name, partition: intake.partition)
            intake.each(at: now) { record, account throws(Refusal) in
                let message = try M.decode(record.value, contentType: try record.contentType(), from: topic.trust)
                if tx.forward(message, of: record, on: topic) { return }
                batch.entries.append(.init(account: account, offset: record.offset, message: message))
            }
            if !batch.entries.isEmpty { try handler(batch, now, tx) }
        }
    }

    /// Messages of several parts, of which some may be refused and the rest taken.
    @_specialize(where M == Usage)
    package static func stream<M: MessageOfParts>(
        _ topic: Topic<M>, _ priority: Priority,
        _ handler: @escaping @Sendable (Batch<M>, Instant, Transaction) throws -> Void
    ) -> Input {
        Input(topic: topic, priority: priority) { intake, now, tx in
            var batch = Batch<M>(topic: topic.name, partition: intake.partition)
            batch.entries.reserveCapacity(intake.count)
            var refused: [(index: Int, refusal: Refusal)] = []
            intake.each(at: now) { record, account throws(Refusal) in
                let message = try M.decodeParts(
                    record.value, contentType: try record.contentType(), from: topic.trust, refused: &refused)
                if !message.isEmpty, !tx.forward(message, of: record, on: topic) {
                    batch.entries.append(.init(account: account, offset: record.offset, message: message))
                }
                for part in refused { tx.refuse(batch, offset: record.offset, call: part.index, part.refusal) }
                refused.removeAll(keepingCapacity: true)
            }
            if !batch.entries.isEmpty { try handler(batch, now, tx) }
        }
    }

    /// Commands and questions, each answered from the transaction that carries it out.
    package static func commands<M: CommandMessage>(
        _ topic: Topic<M>, _ handler: @escaping @Sendable (Command<M>, Instant, Transaction) throws -> Answer
    ) -> Input {
        Input(topic: topic, priority: .control) { intake, now, tx in
            var commands: [Command<M>] = []
            intake.each(at: now) { record, account throws(Refusal) in
                let command = try Commands.receive(record, account, topic, partitions: tx.partitions)
                if !tx.forward(command.message, of: record, on: topic) { commands.append(command) }
            }
            for command in commands {
                try Commands(tx: tx).answer(command, at: now) { try handler(command, now, tx) }
            }
        }
    }
}
