import Schema
import Store

extension Remark {
    fileprivate static let usedID =
        Remark(text: "this ce_id was used for another account: use a new one") ?? .example
    fileprivate static let badBox =
        Remark(text: "a sealed field does not open: seal it to the newest intake key, for this topic, id and key")
        ?? .example
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
    /// Whose commands they are: an erasure forgets them, and what they were answered.
    static let peopleTable = """
        CREATE TABLE commandPeople (
            account TEXT NOT NULL,                                                        -- AccountID
            source  TEXT NOT NULL,
            id      TEXT NOT NULL,
            PRIMARY KEY (account, source, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX commandPeopleByCommand ON commandPeople (source, id)
        """
    /// Those of commands from before there was the table: only answers name an account.
    static let peopleOfBefore = """
        INSERT INTO commandPeople (account, source, id)
        SELECT coalesce(CAST(reply AS TEXT) ->> '$.balance.account', CAST(reply AS TEXT) ->> '$.standing.account',
            CAST(reply AS TEXT) ->> '$.session.account') AS account, source, id
        FROM commands WHERE account IS NOT NULL
        """
    let tx: Transaction

    /// Reads a command. Errors: no identity, a reply address that is none.
    static func receive<M: CommandMessage>(
        _ record: RecordView, _ account: AccountID?, _ topic: Topic<M>, partitions: Int32
    ) throws(Refusal) -> Command<M> {
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
        return Command(
            message: message, account: account, source: source, id: id, topic: topic.name, owner: topic.owner,
            offset: record.offset)
    }

    /// Answers a command: the first time by carrying it out, later with the first answer. A question leaves no row, and
    /// neither does what another file answers. A box that does not open is a dead letter, and a refusal.
    func answer<M>(_ command: Command<M>, at now: Instant, by carryOut: () throws -> Answer) throws {
        if !command.message.isQuestion, let first = try firstAnswer(command.source, command.id) {
            // another account's answer is not shown, and what was not done is not called done
            let isOurs = first.account.map { $0 == command.account } ?? true
            return try tx.answer(
                isOurs ? first : Reply(command: command.id, refused: .usedID), to: command.message.replyTo)
        }
        var reply: Reply
        do {
            switch try tx.store.savepoint(carryOut) {
            case .done(let content): reply = Reply(command: command.id, content)
            case .refused(let reason): reply = Reply(command: command.id, refused: reason)
            case .later: return
            }
        } catch let refusal as Refusal {
            tx.effects.refused.append(
                .init(topic: command.topic, partition: tx.partition, offset: command.offset, call: nil, refusal))
            reply = Reply(command: command.id, refused: .badBox)
        }
        if !command.message.isQuestion {
            try tx.change(
                .one,
                """
                INSERT INTO commands (source, id, at, reply)
                VALUES (\(command.source.text), \(command.id.text), \(now.value), \(reply.encoded()))
                """)
            let person = reply.account ?? reply.session?.account ?? command.account
            // of who was erased nothing is kept
            guard try !tx.isErased(person) else { return try tx.answer(reply, to: command.message.replyTo) }
            try tx.change(
                .one,
                """
                INSERT INTO commandPeople (account, source, id)
                VALUES (\(person.text), \(command.source.text), \(command.id.text))
                """)
        }
        try tx.answer(reply, to: command.message.replyTo)
    }

    private func firstAnswer(_ source: SourceName, _ id: EventID) throws -> Reply? {
        let bytes: [UInt8]? = try tx.first(
            value: "SELECT reply FROM commands WHERE source = \(source.text) AND id = \(id.text)")
        return try bytes?.withUnsafeBytes { try Reply.decode($0, contentType: .json, from: .service) }
    }

    /// Forgets what a person commanded.
    func forget(_ subject: SubjectID) throws {
        try tx.change(
            .any,
            """
            DELETE FROM commands WHERE (source, id) IN
                (SELECT source, id FROM commandPeople WHERE account = \(subject.text))
            """)
        try tx.change(.any, "DELETE FROM commandPeople WHERE account = \(subject.text)")
    }

    /// Forgets commands that nobody repeats any more.
    static func forget(at now: Instant, _ tx: Transaction) throws {
        let edge = now.value - Limits.commandsKept
        guard edge > 0 else { return }
        try tx.change(
            .any,
            """
            DELETE FROM commandPeople WHERE (source, id) IN
                (SELECT source, id FROM commands WHERE at < \(edge) ORDER BY at LIMIT \(Int64(Limits.forgetRowsMax)))
            """)
        try tx.change(
            .any,
            """
            DELETE FROM commands WHERE (source, id) IN
                (SELECT source, id FROM commands WHERE at < \(edge) ORDER BY at LIMIT \(Int64(Limits.forgetRowsMax)))
            """)
    }
}
