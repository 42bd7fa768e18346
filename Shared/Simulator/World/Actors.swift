package import Schema

/// Somebody who acts on what he sees: answers, and mail in his mailbox.
package protocol Actor: AnyObject {
    /// When he acts next; nil: not before he hears something, or never again.
    var actsAt: Instant? { get set }
    /// True where he has nothing left to do.
    var isDone: Bool { get }
    /// True where what there is now is what he waits for.
    func waits(for news: News) -> Bool
    /// He acts, now.
    func act(in world: Simulation)
}

/// What an actor can hear of.
package enum News: Equatable, Sendable {
    /// The answer to a command, by its id.
    case answer(String)
    /// A mail in a mailbox.
    case mail(to: String)
}

extension Simulation {
    /// Tells everybody who waits for it; each takes a while to see it.
    func tell(_ news: News) {
        for actor in actors where actor.waits(for: news) { actor.actsAt = now + random.within(1_000...300_000) }
    }

    /// A text that must be nowhere in clear from now on.
    func hide(_ text: String) {
        if needles.count < Limits.needlesMax { needles.insert(text) }
    }

    /// The first answer to a command; nil: none yet.
    func answer(to command: String) -> Reply? {
        guard let bytes = answers[command] else { return nil }
        return try? bytes.withUnsafeBytes { try Reply.decode($0, contentType: .json, from: .service) }
    }

    /// An actor publishes a record, as an outsider does.
    func publish(_ record: BusRecord, to topic: any AnyTopic, partition: Int32? = nil) {
        let right = record.key.map { key in key.withUnsafeBytes { Schema.partition(of: $0, n: scenario.partitions) } }
        let place = bus.append(
            record, topic: Bus.index(of: topic.name) ?? 0, partition: partition ?? right ?? 0, at: now)
        activeAt = now
        trace.note(now) { "publish \(place)" }
        trace.add(place)
    }

    /// Keeps what actors look for of a record that has arrived: answers, what they seal to; and for the judges, whose a
    /// request is, and who is to be erased.
    func heed(_ record: BusRecord, in topic: Int) {
        guard !actors.isEmpty, let value = record.value else { return }
        func read<M: Message>(_ type: M.Type) -> M? {
            try? value.withUnsafeBytes { try M.decode($0, contentType: .json, from: .service) }
        }
        switch Topics.all[topic].name {
        case Topics.trothReplies.name:
            let id = String(decoding: record.key ?? [], as: UTF8.self)
            if answers[id] == nil { answers[id] = value }
            tell(.answer(id))
        case Topics.identityIntakeKeys.name, Topics.rightsWorkerIntakeKeys.name:
            if let key = read(IntakeKey.self) { intake[Topics.all[topic].owner, default: [:]][key.key] = key }
        case Topics.rightsProofs.name:
            if let proof = read(ProvedRequest.self)?.request { owners[proof.request] = proof.subject }
        case Topics.rightsRequests.name:
            if let request = read(RightsRequest.self), request.act == .erase { leave(request.subject.account) }
        default: break
        }
    }

    /// An account is to be erased: from now on nothing is promised of it, and its address may become another's.
    private func leave(_ account: AccountID) {
        leaving.insert(account)
        for (box, home) in homes where home == account { moved.insert(box) }
    }

    /// Who was erased, as rights-worker has it: the rows of their requests name them no more.
    var erased: Set<SubjectID> {
        let sql = "SELECT request FROM requests WHERE state = 'done' AND answeredAt IS NOT NULL AND person IS NULL"
        let done = files.filter { $0.service == "rights-worker" }.flatMap { (try? $0.rows(sql)) ?? [] }
        return Set(done.compactMap { owners[$0[0].identifier()] }.filter { leaving.contains($0.account) })
    }

    /// What an outsider seals to who writes to a service: the newest key that everybody has had a minute to hear of, or
    /// else the oldest.
    func intakeKey(of service: String) -> PublicKey? {
        let living = (intake[service] ?? [:]).values.filter { $0.wrapped != nil }.sorted {
            ($0.madeAt, $0.key.text) < ($1.madeAt, $1.key.text)
        }
        return (living.last { $0.madeAt + Instant.minute <= now } ?? living.first)?.publicKey
    }
}
