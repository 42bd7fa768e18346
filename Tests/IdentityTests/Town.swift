import Engine
import IdentityService
import Schema
import Seal
import Support
import Testing

/// Identity's files, with what they send each other on its way, and everything that they ever wrote.
final class Town {
    let stands: [TestStand<Identity>]
    private(set) var sent: [Outgoing] = []
    private(set) var replies: [Reply] = []
    /// Messages on their way, in order for each sender, topic and partition.
    private var lanes: [[(from: Int, message: Outgoing)]] = []
    private var laneOf: [String: Int] = [:]
    private var commands = 0
    let requests: [TestRequests]
    /// Bounces that were heard of.
    var bounces = 0
    /// False: nobody says the time.
    var brokerAnswers = true
    private var seed: UInt64

    init(files: Int32 = 3, limits: IdentityLimits = .standard, seed: UInt64 = 1) throws {
        self.seed = seed
        requests = try (0..<files).map { try TestRequests(partition: $0) }
        stands = try (0..<files).map { file in
            try TestStand(
                Identity(currency: .dollar, limits: limits), partition: file, partitions: files,
                secrets: TestSecrets.all(seed: seed &* 1_000 &+ UInt64(file)), at: .example)
        }
        for index in stands.indices {
            stands[index].start(partitions: files)
            collect(index)
            _ = stands[index].wait(0)
            collect(index)
        }
        deliverAll()
    }

    var files: Int32 { Int32(stands.count) }
    var now: Instant { stands[0].now }

    /// Lets time pass, and delivers what comes of it.
    func wait(_ microseconds: Int64) {
        pass(microseconds)
        deliverAll()
    }

    /// Lets time pass; what comes of it is on its way.
    func pass(_ microseconds: Int64) {
        for index in stands.indices {
            stands[index].wait(microseconds)
            collect(index)
        }
    }

    /// A command that is written: what it seals is bound to it.
    struct Letter {
        let id: String
        let key: AccountID
        let source: String
        let publicKey: PublicKey
        private let type: String
        private let topic: String
        private let random: UInt64

        init(id: String, key: AccountID, source: String, publicKey: PublicKey, type: String, topic: String) {
            (self.id, self.key, self.source, self.publicKey) = (id, key, source, publicKey)
            (self.type, self.topic, random) = (type, topic, 7)
        }

        func box<P: Personal>(_ value: P) throws -> Boxed<P> {
            let context = BoxContext(
                owner: "identity", topic: topic, type: type, source: source, id: id, recordKey: Array(key.text.utf8),
                fieldID: P.sealID)
            return Boxed(
                unchecked: try SealedBox.seal(
                    value.bytes, to: publicKey.bytes, context: context, ephemeral: SecretBytes(random: 32)))
        }
    }

    /// Writes a command and gives it to the file of its key, without delivering what comes of it.
    func post(
        _ key: AccountID, id: String? = nil, source: String = "portal/1",
        _ write: (Letter) throws -> IdentityCommand
    ) throws -> EventID {
        commands += 1
        let id = id ?? "c-\(commands)"
        let publicKey = try #require(newestIntakeKey)
        let letter = Letter(
            id: id, key: key, source: source, publicKey: publicKey, type: IdentityCommand.type,
            topic: Topics.identityCommands.name.text)
        let file = Int(partition(of: key, n: files))
        stands[file].give(0, .command(try write(letter), of: key, id: id, source: source))
        collect(file)
        return try #require(EventID(text: id))
    }

    /// Writes a command, delivers everything and returns its answer.
    func ask(
        _ key: AccountID, id: String? = nil, source: String = "portal/1", _ write: (Letter) throws -> IdentityCommand
    ) throws -> Reply {
        let id = try post(key, id: id, source: source, write)
        deliverAll()
        return try #require(replies.last { $0.command == id })
    }

    /// Gives a file a record of one of its inputs.
    func give(_ file: Int, _ input: Int, _ record: TestRecord) {
        stands[file].give(input, record)
        collect(file)
        deliverAll()
    }

    /// Reports an access.
    func report(_ event: (Letter) throws -> AccessEvent, of account: AccountID) throws {
        commands += 1
        let letter = Letter(
            id: "a-\(commands)", key: account, source: "gateway/1", publicKey: try #require(newestIntakeKey),
            type: AccessEvent.type, topic: Topics.identityAccessLog.name.text)
        let file = Int(partition(of: account, n: files))
        stands[file].give(2, .command(try event(letter), of: account, id: letter.id, source: letter.source))
        collect(file)
        deliverAll()
    }

    /// Gives a person's file what rights-worker asks for, without delivering what comes of it.
    func post(
        _ act: RightsAct, of account: AccountID, _ number: UInt64 = 1,
        _ change: (inout RightsRequest) throws -> Void = { _ in }
    ) throws {
        let file = Int(partition(of: account, n: files))
        var request = try requests[file].request(act, of: account, TestRequests.id(number), at: now)
        try change(&request)
        let input = try #require(stands[file].input(of: Topics.rightsRequests))
        stands[file].give(input, try requests[file].record(request))
        collect(file)
    }

    /// What rights-worker asks for a person, and what came of it when everything is delivered.
    @discardableResult
    func ask(
        _ act: RightsAct, of account: AccountID, _ number: UInt64 = 1,
        _ change: (inout RightsRequest) throws -> Void = { _ in }
    ) throws -> RightsOutcome {
        let before = outcomes.count
        try post(act, of: account, number, change)
        deliverAll()
        for _ in 0..<100 where outcomes.count == before { wait(Instant.second) }
        return try #require(
            outcomes[before...].last, "\(stands.map { $0.shard.report.stall?.detail ?? $0.shard.report.state })")
    }

    /// What identity has said that it did for requests.
    var outcomes: [RightsOutcome] { messages(Topics.rightsOutcomes(of: "identity")).flatMap(\.outcomes) }

    /// What an export of a person shows, a line of JSON a row, by slice.
    func export(_ account: AccountID, _ number: UInt64 = 1) throws -> [String: [String]] {
        let start = sent.count
        try ask(.export, of: account, number)
        return try requests[0].rows(Array(sent[start...]), from: "identity", of: account)
    }

    /// Delivers what is on its way and may go, in the order of the lanes, or as `choose` picks among those with any.
    func deliverAll(choosing choose: (Int) -> Int = { _ in 0 }, where mayGo: (Outgoing) -> Bool = { _ in true }) {
        while true {
            let ready = lanes.indices.filter { lanes[$0].first.map { mayGo($0.message) } ?? false }
            guard !ready.isEmpty else { return }
            let (from, message) = lanes[ready[choose(ready.count)]].removeFirst()
            stands[from].deliver([message])
            collect(from)
            let inputs = stands[0].service.inputs
            for input in inputs.indices where inputs[input].topic.name == message.topic {
                let file = Int(message.partition)
                stands[file].give(input, TestRecord(message))
                collect(file)
            }
        }
    }

    private func collect(_ file: Int) {
        for message in stands[file].actions.sent {
            sent.append(message)
            if let reply = try? message.message(Reply.self), message.topic == Topics.trothReplies.name {
                replies.append(reply)
            }
            let name = "\(file) \(message.topic.text) \(message.partition)"
            let lane = laneOf[name] ?? lanes.count
            if lane == lanes.count {
                lanes.append([])
                laneOf[name] = lane
            }
            lanes[lane].append((file, message))
        }
        // the broker's clock says what ours says
        if brokerAnswers, stands[file].actions.contains(.askTime) {
            stands[file].step(.brokerTime(now))
            collect(file)
        }
    }

    private var newestIntakeKey: PublicKey? {
        messages(Topics.identityIntakeKeys).max { $0.madeAt < $1.madeAt }?.publicKey
    }

    /// What was sent on a topic.
    func messages<M: Message>(_ topic: Topic<M>) -> [M] {
        sent.filter { $0.topic == topic.name }.compactMap { try? $0.message(M.self) }
    }

    /// The codes that were mailed: to whom, what for, and which.
    func mailedCodes() throws -> [(attempt: AttemptID, purpose: ClaimPurpose, email: String, code: String)] {
        try messages(Topics.notifierMessagesIdentity).compactMap(\.code).map { mail in
            let kek = try TestSecrets.key("kek/account")
            let key = SecretKey(try WrappedKey.unwrap(mail.key.bytes, subject: mail.attempt.raw, kek: kek.bytes))
            func text(_ bytes: [UInt8]) throws -> String {
                String(
                    decoding: try SealedField.open(bytes, subject: mail.attempt.raw, dataKey: key.bytes), as: UTF8.self)
            }
            return (mail.attempt, mail.purpose, try text(mail.address.bytes), try text(mail.code.bytes))
        }
    }

    /// The code that was mailed for an attempt.
    func code(of attempt: AttemptID) throws -> String {
        try #require(mailedCodes().last { $0.attempt == attempt }?.code)
    }

    /// The notices that were sent.
    var notices: [NoticeKind] { messages(Topics.notifierMessagesIdentity).compactMap(\.notice?.kind) }

    /// One column of a query, over all files.
    func texts(_ sql: String) throws -> [String] { try stands.flatMap { try $0.texts(sql) } }

    /// A number that is nobody's yet.
    func freshID() -> AccountID {
        seed &+= 1
        return AccountID(high: seed &* 0x9e37_79b9_7f4a_7c15, low: seed)
    }
}
