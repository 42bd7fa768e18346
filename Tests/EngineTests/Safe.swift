import Engine
import Schema
import Seal
import Store
import Support

/// The smallest service that holds keys: it keeps an address for each person, and mails them.
struct Safe: Service {
    static let name: ServiceName = "identity"
    static var owns: [any Noun.Type] { [Kept.self] }
    static let gives: [any AnyTopic] = [
        Topics.identityKeys, Topics.identityIntakeKeys, Topics.identityDeadLetters, Topics.trothReplies,
    ]
    static let migrations = [Migration(number: 1_000, sql: Kept.table)]
    static let keyCategories: [KeyCategory] = [.account, .technical]
    static let intakeKeys: Topic<IntakeKey>? = Topics.identityIntakeKeys

    /// Who asks.
    static let ada = Particulars(
        email: Email(unchecked: "ada@example.org"), browser: BrowserID(unchecked: "browser-1"))

    /// Inputs by their place: the last three are the engine's.
    enum Place {
        static let commands = 0
        static let claims = 1
        static let suppressions = 2
        static let keys = 3
        static let intakeKeys = 4
    }

    var anchor: Input { .commands(Topics.identityCommands, answer) }
    var takes: [Input] { [.stream(Topics.identityClaims, .bulk, read)] }
    var timers: [Timer] { [] }
    var works: [Work] { [Work("mail", prepare: prepare, finish: finish)] }

    /// `start` keeps the address under new keys and mails it; `close` destroys the keys; `keys` asks for the address.
    func answer(_ command: Command<IdentityCommand>, at now: Instant, in tx: Transaction) throws -> Answer {
        let subject = SubjectID(command.account)
        if let start = command.message.start {
            let email = try tx.open(start.asker, in: command).email
            try tx.makeKeys(for: subject, at: now)
            try Kept(tx: tx).keep(try tx.seal(email, for: subject), of: subject)
            try tx.queue("mail", 1, at: now)
        } else if command.message.close != nil {
            guard tx.clockIsProven(at: now) else { return .later }
            try tx.destroyKeys(of: subject, [.account], at: now)
        }
        return .done()
    }

    /// Reads the address of somebody.
    func read(_ claims: Batch<Claim>, at now: Instant, in tx: Transaction) throws {
        for subject in claims.entries.compactMap(\.message.release?.subject) {
            let probe = try tx.seal(Email(unchecked: "ada@example.org"), for: subject)
            if try tx.open(probe, of: subject) == nil { tx.count("destroyed") }
            tx.count("read")
        }
    }

    private func prepare(_ id: Int64, at now: Instant, in tx: Transaction) throws -> [UInt8]? {
        guard let (subject, sealed) = try Kept(tx: tx).first() else { return nil }
        return try tx.open(sealed, of: subject)?.bytes
    }

    private func finish(_ id: Int64, _ result: WorkResult, at now: Instant, in tx: Transaction) throws {
        switch result {
        case .done, .gave: tx.count("mailed")
        case .failed: try tx.queue("mail", id, at: now + Instant.minute)
        }
    }
}

/// Addresses, sealed.
struct Kept: Noun {
    static let name = "kept"
    static let category = DataCategory.account
    static let table = "CREATE TABLE kept (subject BLOB NOT NULL PRIMARY KEY, address BLOB NOT NULL) STRICT"
    let tx: Transaction

    func keep(_ address: Sealed<Email>, of subject: SubjectID) throws {
        try tx.change(.one, "INSERT INTO kept (subject, address) VALUES (\(subject), \(address))")
    }

    func first() throws -> (SubjectID, Sealed<Email>)? {
        var found: (SubjectID, Sealed<Email>)?
        try tx.each("/* scan: a row */ SELECT subject, address FROM kept LIMIT 1") { row throws(StoreError) in
            found = (try row.value(0), try row.value(1))
        }
        return found
    }
}

/// A safe that has made its first intake key and read it.
struct OpenSafe {
    let stand: TestStand<Safe>
    let key: IntakeKey

    init(secrets: Secrets? = nil, at now: Instant = .example) throws {
        stand = try TestStand(Safe(), secrets: secrets, at: now)
        stand.start()
        let made = stand.wait(0).sent.first { $0.topic == Topics.identityIntakeKeys.name }
        guard let made else { throw Missing() }
        stand.deliver([made])
        key = try made.message(IntakeKey.self)
        stand.give(Safe.Place.intakeKeys, TestRecord(made))
    }

    struct Missing: Error {}

    /// A `start` with its address in a box to the intake key, or to another.
    func start(id: String = "s-1", key publicKey: PublicKey? = nil, boundTo other: String? = nil) throws -> TestRecord {
        let context = BoxContext(
            owner: "identity", topic: Topics.identityCommands.name.text, type: IdentityCommand.type, source: "cli/1",
            id: other ?? id, recordKey: Array(AccountID.example.text.utf8), fieldID: Particulars.sealID, index: 0)
        let box = try SealedBox.seal(
            Safe.ada.bytes, to: (publicKey ?? key.publicKey).bytes, context: context,
            ephemeral: SecretBytes(random: 32))
        var command = IdentityCommand(
            replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0)),
            client: nil)
        command.start = StartCommand(purpose: .register, asker: Boxed(unchecked: box))
        return .command(command, of: .example, id: id)
    }

    func close(id: String) -> TestRecord {
        var command = IdentityCommand(
            replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0)), session: .example)
        command.close = CloseCommand(close: Flag(true))
        return .command(command, of: .example, id: id)
    }

    /// Something that needs the key of a person.
    func claim(_ sequence: Int64, about subject: SubjectID = .example) -> TestRecord {
        let release = ClaimRelease(id: .example, subject: subject, attempt: .example, index: .example)
        return .linked(Claim(release: release), "identity/7/1f0c7a1e-8d6b-4c2f-9a3e-1b7d4c5f6021/\(sequence)")
    }

    /// The record of new keys that the last event sent.
    var sentKeys: Outgoing? { stand.actions.sent.first { $0.topic == Topics.identityKeys.name } }

    func counter(_ name: CounterName) -> Int64 { stand.shard.report.counters[name] ?? 0 }
}
