import Invariants
import Schema
import Store
import Testing

/// One person in one partition, as the files of identity, notifier, metering and billing and the topics have it; every
/// law of people holds. The tables are the least that the laws read.
final class SmallTown {
    enum Place: String, CaseIterable {
        case identity, notifier, metering, billing
        case identityKeys = "identity-keys"
        case notifierKeys = "notifier-keys"
        var service: String { String(rawValue.prefix { $0 != "-" }) }
        var isKeys: Bool { rawValue.hasSuffix("-keys") }
    }

    /// A topic as a list.
    struct TestTopic: WorldTopic {
        let name: TopicName
        var records: [WorldRecord]
        func each(_ body: (WorldRecord) throws -> Void) throws { try records.forEach(body) }
    }

    static let subject = "x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021'"
    static let email = "anna.schmidt@example.org"
    let stores: [Place: Store]
    /// The records of each topic: key, command id, value.
    var records: [(topic: TopicName, key: String, id: String, value: [UInt8])] = []
    var mails: [WorldMail]

    init(_ name: String) throws {
        var stores: [Place: Store] = [:]
        for place in Place.allCases {
            let migration = Migration(number: 1, sql: Self.tables[place] ?? Self.keys)
            let store = try Store.create("memory:\(name)-\(place.rawValue)", migrations: [migration])
            try store.execute(Self.rows[place] ?? Self.keyRows)
            stores[place] = store
        }
        self.stores = stores
        mails = [WorldMail(notice: .example, messageID: "Message-ID: <\(NoticeID.example.text)@example.org>")]
        let state = AccountState(
            account: .example, version: Revision(unchecked: 1), state: .open, opened: Instant(unchecked: 1),
            closed: nil, region: .unknown, currency: .dollar)
        let notice = Notice(
            id: .example, subject: .example, kind: .accountOpened, at: Instant(unchecked: 2 * Instant.day))
        records = [
            (Topics.identityAccounts.name, AccountID.example.text, "", state.encoded()),
            (Topics.notifierMessagesIdentity.name, "", "", NotifierMessage(notice: notice).encoded()),
        ]
        confirm("c-1", .done)
    }

    /// A command that confirms the one attempt, and its answer.
    func confirm(_ id: String, _ outcome: ReplyOutcome) {
        var command = IdentityCommand(replyTo: nil, askerKey: .example)
        command.confirm = ConfirmCommand(proof: .example)
        let event = EventID(text: id) ?? .example
        let reply = outcome == .done ? Reply(command: event) : Reply(command: event, refused: .example)
        records.append((Topics.identityCommands.name, AttemptID.example.text, id, command.encoded()))
        records.append((Topics.trothReplies.name, id, "", reply.encoded()))
    }

    /// The world.
    func world() throws -> World {
        var world = World(files: try files { !$0.isKeys })
        world.keys = try files(\.isKeys)
        world.topics = Topics.all.map { topic in
            TestTopic(
                name: topic.name,
                records: records.enumerated().filter { $0.element.topic == topic.name }.map { offset, record in
                    WorldRecord(
                        partition: 0, offset: Int64(offset), key: Array(record.key.utf8), value: record.value,
                        headers: [(name: "ce_id", value: Array(record.id.utf8))],
                        timestamp: Instant(unchecked: Int64(offset)))
                })
        }
        world.mails = mails
        world.needles = Needles([Array(Self.email.utf8)])
        return world
    }

    private func files(_ wanted: (Place) -> Bool) throws -> [any WorldFile] {
        try Place.allCases.filter(wanted).map {
            TestFile(service: $0.service, partition: 0, store: try #require(stores[$0]))
        }
    }

    private static let keys = """
        CREATE TABLE keyRecords (record BLOB, version INTEGER, subject BLOB);
        CREATE TABLE dataKeys (record BLOB, category TEXT, key BLOB, wrapped BLOB)
        """
    private static let keyRows = """
        INSERT INTO keyRecords VALUES (x'01', 1, \(subject));
        INSERT INTO dataKeys VALUES (x'01', 'account', x'02', x'03')
        """
    private static let owned = ["acceptances", "cookieChoices", "objections", "technicalLog"]
    private static let tables: [Place: String] = [
        .identity: """
        CREATE TABLE accounts (subject BLOB, state TEXT, version INTEGER, currency TEXT);
        CREATE TABLE claims (addressIndex BLOB, subject BLOB, attempt BLOB);
        CREATE TABLE addresses (attempt BLOB, subject BLOB, state TEXT, email BLOB);
        CREATE TABLE sessions (attempt BLOB, subject BLOB, endedAt INTEGER);
        CREATE TABLE apiKeys (subject BLOB, state TEXT);
        CREATE TABLE closedPeople (subject BLOB);
        \(owned.map { "CREATE TABLE \($0) (subject BLOB);" }.joined())
        """,
        .notifier: """
        CREATE TABLE tasks (work TEXT, id INTEGER);
        CREATE TABLE file (now INTEGER);
        CREATE TABLE timers (name TEXT, due INTEGER);
        CREATE TABLE deliveries (id INTEGER, notice BLOB, state TEXT, nextTry INTEGER);
        CREATE TABLE officerMails (notice BLOB, state TEXT)
        """,
        .metering: "CREATE TABLE accounts (account BLOB, version INTEGER, state TEXT, currency TEXT)",
        .billing: "CREATE TABLE accounts (account BLOB, version INTEGER, state TEXT, currency TEXT)",
    ]
    private static let rows: [Place: String] = [
        .identity: """
        INSERT INTO accounts VALUES (\(subject), 'open', 1, 'USD');
        INSERT INTO claims VALUES (x'01', \(subject), x'1a2b3c4d5e6f4a0b8c9daebfc0d1e2f3');
        INSERT INTO addresses VALUES (x'1a2b3c4d5e6f4a0b8c9daebfc0d1e2f3', \(subject), 'current', x'04');
        INSERT INTO sessions VALUES (x'1a2b3c4d5e6f4a0b8c9daebfc0d1e2f3', \(subject), NULL);
        INSERT INTO apiKeys VALUES (\(subject), 'active')
        """,
        .notifier: """
        INSERT INTO file VALUES (1);
        INSERT INTO deliveries VALUES (1, x'6b1f0a9cd3e44725b81729c6e5d4f3a2', 'sent', NULL)
        """,
        .metering: "INSERT INTO accounts VALUES (\(subject), 1, 'open', 'USD')",
        .billing: "INSERT INTO accounts VALUES (\(subject), 1, 'open', 'USD')",
    ]
}
