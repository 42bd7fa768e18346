import Engine
import IdentityService
import Policy
import RightsWorkerService
import Schema
import Seal
import Support
import Testing

/// The files of rights-worker and of identity, with what they send each other. What the other services answer, a test
/// says.
final class Town {
    static let calendars = ["EU-DE", "US-CA", "SG"].map {
        RightsCalendar(region: $0, zone: "UTC", week: .mondayToFriday, holidays: []) { _ in 0 }
    }
    let workers: [TestStand<RightsWorker>]
    let identities: [TestStand<Identity>]
    /// Everything that was ever sent.
    private(set) var sent: [Outgoing] = []
    private(set) var replies: [Reply] = []
    private var queue: [(from: Sender, message: Outgoing)] = []
    private var numbers: [String: Int64] = [:]
    private var commands = 0
    /// Who does the works of rights-worker; nil: it does not come to an end.
    var perform: (TaskID, [UInt8]) -> WorkResult? = { _, _ in nil }
    private var jobs: [(file: Int, task: TaskID, job: [UInt8])] = []
    /// What stays on its way: it is neither acknowledged nor read.
    var isHeld: (Outgoing) -> Bool = { _ in false }

    private enum Sender {
        case worker(Int)
        case identity(Int)
    }

    /// `folder`: rights-worker's files lie in it, not in memory.
    init(files: Int32 = 2, in folder: String? = nil) throws {
        workers = try (0..<files).map { file in
            try TestStand(
                RightsWorker(
                    calendars: Self.calendars,
                    controller: Controller(name: "Example GmbH", contact: "privacy@example.org")), partition: file,
                partitions: files,
                secrets: TestSecrets.all(seed: 100 + UInt64(file), service: "rights-worker"), at: .example,
                path: folder.map { "\($0)/rights-worker/p-0\(file).sqlite" })
        }
        identities = try (0..<files).map { file in
            try TestStand(
                Identity(currency: .dollar), partition: file, partitions: files,
                secrets: TestSecrets.all(seed: 200 + UInt64(file)), at: .example)
        }
        for file in 0..<Int(files) {
            workers[file].start(partitions: files)
            collect(.worker(file))
            identities[file].start(partitions: files)
            collect(.identity(file))
        }
        wait(0)
    }

    var files: Int32 { Int32(workers.count) }
    var now: Instant { workers[0].now }

    /// Lets time pass, and delivers what comes of it.
    func wait(_ microseconds: Int64) {
        for file in workers.indices {
            workers[file].wait(microseconds)
            collect(.worker(file))
            identities[file].wait(microseconds)
            collect(.identity(file))
        }
        deliverAll()
    }

    /// Delivers what is on its way, but for what is held, and has done what is to be done.
    func deliverAll() {
        repeat { deliverMessages() } while work()
    }

    /// Does the next job. False: there is none.
    private func work() -> Bool {
        guard !jobs.isEmpty else { return false }
        let next = jobs.removeFirst()
        guard let result = perform(next.task, next.job) else { return true }
        workers[next.file].step(.performed([TaskOutcome(task: next.task, result: result)]))
        collect(.worker(next.file))
        return true
    }

    /// The process of rights-worker dies and comes up again, with all its files; jobs under way are lost.
    func crashWorkers() throws {
        jobs = []
        for file in workers.indices {
            try workers[file].crash()
            workers[file].start(partitions: files)
            collect(.worker(file))
        }
        deliverAll()
    }

    private func deliverMessages() {
        while let next = queue.firstIndex(where: { !isHeld($0.message) }) {
            let (from, message) = queue.remove(at: next)
            switch from {
            case .worker(let file): workers[file].deliver([message])
            case .identity(let file): identities[file].deliver([message])
            }
            collect(from)
            let file = Int(message.partition)
            for input in inputs(of: workers[0].service, message.topic) {
                workers[file].give(input, TestRecord(message))
                collect(.worker(file))
            }
            for input in inputs(of: identities[0].service, message.topic) {
                identities[file].give(input, TestRecord(message))
                collect(.identity(file))
            }
        }
    }

    private func inputs<S: Service>(of service: S, _ topic: TopicName) -> [Int] {
        service.inputs.indices.filter { service.inputs[$0].topic.name == topic }
    }

    private func collect(_ sender: Sender) {
        let actions: [Action]
        switch sender {
        case .worker(let file):
            actions = workers[file].actions
            for case .perform(let task, let job) in actions { jobs.append((file, task, job)) }
        case .identity(let file): actions = identities[file].actions
        }
        for message in actions.sent {
            sent.append(message)
            if message.topic == Topics.trothReplies.name, let reply = try? message.message(Reply.self) {
                replies.append(reply)
            }
            queue.append((sender, message))
        }
        guard actions.contains(.askTime) else { return }
        switch sender {
        case .worker(let file): workers[file].step(.brokerTime(now))
        case .identity(let file): identities[file].step(.brokerTime(now))
        }
        collect(sender)
    }

    /// What was sent on a topic.
    func messages<M: Message>(_ topic: Topic<M>) -> [M] {
        sent.filter { $0.topic == topic.name }.compactMap { try? $0.message(M.self) }
    }

    /// The acts that rights-worker has asked for, in their order.
    var acts: [RightsAct] { messages(Topics.rightsRequests).map(\.act) }

    /// The notices that rights-worker has mailed.
    var notices: [NoticeKind] { messages(Topics.notifierMessagesRightsWorker).compactMap(\.notice?.kind) }

    /// A record that a service wrote: over its link, with its signature.
    func tell<M: Message>(_ message: M, on topic: Topic<M>, partition: Int32, key: String? = nil) throws {
        let record = try linked(message, on: topic, partition: partition, key: key)
        for input in inputs(of: workers[0].service, topic.name) {
            workers[Int(partition)].give(input, record)
            collect(.worker(Int(partition)))
        }
        deliverAll()
    }

    /// Rights-worker challenges identity, over a link of its own.
    func challenge(_ challenge: RightsChallenge, partition: Int32) throws {
        let record = try linked(challenge, on: Topics.rightsChallenges, partition: partition)
        for input in inputs(of: identities[0].service, Topics.rightsChallenges.name) {
            identities[Int(partition)].give(input, record)
            collect(.identity(Int(partition)))
        }
        deliverAll()
    }

    private func linked<M: Message>(
        _ message: M, on topic: Topic<M>, partition: Int32, key: String? = nil
    ) throws -> TestRecord {
        let source = "troth/\(topic.owner)/\(partition)"
        let lane = "\(topic.name) \(partition)"
        numbers[lane, default: 0] += 1
        let link = "\(topic.owner)/\(partition)/\(Incarnation(high: 1, low: 1))/\(numbers[lane] ?? 0)"
        var headers = [
            ("ce_source", source), ("ce_id", "test:1:\(numbers[lane] ?? 0)"), ("ce_type", M.type),
            ("ce_time", now.description), ("content-type", M.contentType.rawValue), ("troth-link", link),
        ]
        if topic.isSigned {
            let fields = SignedFields(
                topic: topic.name.text, partition: UInt32(partition), key: Array((key ?? "").utf8), type: M.type,
                source: source, id: headers[1].1, time: now.value / Instant.second * Instant.second,
                link: Array(link.utf8), value: message.encoded())
            let signature = try Signature.sign(fields, with: TestSecrets.signing(topic.owner))
            headers.append(("troth-sig", Base64URL.encode(signature)))
        }
        return TestRecord(key: key, message.encoded(), headers: headers.map { (name: $0.0, value: $0.1) })
    }

    /// A service answers an act of a request.
    func answer(
        _ request: RequestID, _ act: RightsAct, by service: String, _ result: RightsResult = .done,
        slices: [SliceOutcome] = [], until: Instant? = nil
    ) throws {
        let outcome = RightsOutcome(request: request, act: act, result: result, at: now, slices: slices, until: until)
        try tell(
            RightsOutcomes(outcomes: [outcome]), on: Topics.rightsOutcomes(of: service),
            partition: partition(of: AccountID(high: request.high, low: request.low), n: files))
    }

    /// Every service that must, answers an act.
    func answerAll(_ request: RequestID, _ act: RightsAct, slices: [SliceOutcome] = []) throws {
        for service in act.answeredBy { try answer(request, act, by: service, slices: slices) }
    }

    /// Gives a command to the file of its key and delivers what comes of it; the answer, where there is one.
    @discardableResult
    func ask<M: CommandMessage>(
        _ topic: Topic<M>, _ key: AccountID, id: String? = nil, _ write: (Letter) throws -> M
    ) throws -> Reply? {
        commands += 1
        let id = id ?? "c-\(commands)"
        let keys: [IntakeKey] =
            topic.owner == "identity" ? messages(Topics.identityIntakeKeys) : messages(Topics.rightsWorkerIntakeKeys)
        let letter = Letter(
            id: id, key: key, publicKey: try #require(keys.last).publicKey, type: M.type, topic: topic.name.text,
            owner: topic.owner)
        let file = Int(partition(of: key, n: files))
        let record = TestRecord.command(try write(letter), of: key, id: id, source: "portal/1")
        if topic.owner == "identity" {
            identities[file].give(0, record)
            collect(.identity(file))
        } else {
            workers[file].give(0, record)
            collect(.worker(file))
        }
        deliverAll()
        return replies.last { $0.command.text == id }
    }

    /// The codes that were mailed, newest last.
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

    /// The code of an archive, as its person reads it; nil: none was mailed.
    func archiveCode(of request: RequestID) throws -> String? {
        let notices = messages(Topics.notifierMessagesIdentity).compactMap(\.notice)
        let notice = notices.last { $0.kind == .archiveReady && $0.request?.request == request }
        guard let notice, let code = notice.request?.code else { return nil }
        let record = try #require(messages(Topics.identityKeys).last { $0.subject == notice.subject })
        let wrapped = try #require(record.keys.first { $0.category == .account }?.wrapped)
        let kek = try TestSecrets.key("kek/account")
        let key = SecretKey(try WrappedKey.unwrap(wrapped.bytes, subject: notice.subject.raw, kek: kek.bytes))
        let bytes = try SealedField.open(code.bytes, subject: notice.subject.raw, dataKey: key.bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A record that everybody reads, in every file.
    func load(_ config: Config) {
        for file in workers.indices {
            for input in inputs(of: workers[0].service, Topics.meteringConfig.name) {
                workers[file].give(input, .config(config))
                collect(.worker(file))
            }
        }
    }

    /// Alarms that are raised, as `name subject`.
    func alarms() throws -> [String] {
        try workers.flatMap { try $0.texts("SELECT name || ' ' || subject AS answer FROM alarms ORDER BY name") }
    }
}

/// A command that is written: what it seals is bound to it.
struct Letter {
    let id: String
    let key: AccountID
    let publicKey: PublicKey
    let type: String
    let topic: String
    let owner: String

    func box<P: Personal>(_ value: P) throws -> Boxed<P> {
        let context = BoxContext(
            owner: owner, topic: topic, type: type, source: "portal/1", id: id, recordKey: Array(key.text.utf8),
            fieldID: P.sealID)
        return Boxed(
            unchecked: try SealedBox.seal(
                value.bytes, to: publicKey.bytes, context: context, ephemeral: SecretBytes(random: 32)))
    }
}
