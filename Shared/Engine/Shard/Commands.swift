import Schema
import Store

extension Remark {
    fileprivate static let usedID =
        Remark(text: "this ce_id was used for another account: use a new one") ?? .example
}

/// The commands that were carried out, and their answers: a repeated one gets its first answer.
struct Commands {
    static let table = """
        CREATE TABLE commands (
            source TEXT NOT NULL,                                                         -- ce_source
            id     TEXT NOT NULL,                                                         -- ce_id
            at     INTEGER NOT NULL,                                                      -- Instant
            reply  BLOB NOT NULL,
            PRIMARY KEY (source, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX commandsByTime ON commands (at)
        """
    let tx: Transaction

    /// A command as it came.
    struct Received<M: CommandMessage> {
        let source: SourceName
        let id: EventID
        let account: AccountID
        let message: M
    }

    /// Reads a command. Errors: no identity, a reply address that is none.
    static func receive<M: CommandMessage>(
        _ record: RecordView, _ account: AccountID?, _ topic: Topic<M>, partitions: Int32
    ) throws(Refusal) -> Received<M> {
        guard let account else { throw Refusal(.badKey, fields: FieldName.list("key")) }
        guard let source = record.source, let id = record.eventID else {
            throw Refusal(.missingIdentity, fields: FieldName.list("ce_id", "ce_source"))
        }
        let message = try M.decode(record.value, contentType: try record.contentType(), from: topic.trust)
        if let reply = message.replyTo {
            let known = Topics.all.contains { $0.name == Topics.replies(to: reply.asker).name }
            guard known, reply.partition.value < Int64(partitions) else {
                throw Refusal(.wrongValue, fields: FieldName.list("replyTo"))
            }
        }
        return Received(source: source, id: id, account: account, message: message)
    }

    /// Answers a command: the first time by carrying it out, later with the first answer. A question leaves no row.
    func answer<M>(_ command: Received<M>, at now: Instant, by carryOut: () throws -> Answer) throws {
        if !command.message.isQuestion, let first = try firstAnswer(command.source, command.id) {
            // another account's answer is not shown, and what was not done is not called done
            let isOurs = first.balance.map { $0.account == command.account } ?? true
            return try send(
                isOurs ? first : Reply(command: command.id, outcome: .refused, reason: .usedID), to: command)
        }
        let reply =
            switch try carryOut() {
            case .done(let balance, let usage):
                Reply(command: command.id, outcome: .done, balance: balance, usage: usage)
            case .refused(let reason): Reply(command: command.id, outcome: .refused, reason: reason)
            }
        if !command.message.isQuestion {
            try tx.change(
                .one,
                """
                INSERT INTO commands (source, id, at, reply)
                VALUES (\(command.source.text), \(command.id.text), \(now.value), \(reply.encoded()))
                """)
        }
        try send(reply, to: command)
    }

    private func firstAnswer(_ source: SourceName, _ id: EventID) throws -> Reply? {
        let bytes: [UInt8]? = try tx.first(
            value: "SELECT reply FROM commands WHERE source = \(source.text) AND id = \(id.text)")
        return try bytes?.withUnsafeBytes { try Reply.decode($0, contentType: .json, from: .service) }
    }

    private func send<M>(_ reply: Reply, to command: Received<M>) throws(StoreError) {
        guard let address = command.message.replyTo else { return }
        try tx.effects.outbox.append(
            Draft(
                reply, to: Topics.replies(to: address.asker), partition: Int32(address.partition.value),
                key: Array(command.id.text.utf8)))
    }

    /// Forgets commands that nobody repeats any more.
    static func forget(at now: Instant, _ tx: Transaction) throws {
        let edge = now.value - Limits.commandsKept
        guard edge > 0 else { return }
        try tx.change(
            .any,
            """
            DELETE FROM commands WHERE (source, id) IN
                (SELECT source, id FROM commands WHERE at < \(edge) ORDER BY at LIMIT \(Int64(Limits.forgetRowsMax)))
            """)
    }
}
