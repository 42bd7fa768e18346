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

    /// The first answer to a command; nil: none yet.
    func answer(to command: String) -> Reply? {
        guard let bytes = answers[command] else { return nil }
        return try? bytes.withUnsafeBytes { try Reply.decode($0, contentType: .json, from: .service) }
    }

    /// An actor publishes a record, as an outsider does.
    func publish<M: Message>(_ record: BusRecord, to topic: Topic<M>, partition: Int32? = nil) {
        let right = record.key.map { key in key.withUnsafeBytes { Schema.partition(of: $0, n: scenario.partitions) } }
        let place = bus.append(
            record, topic: Bus.index(of: topic.name) ?? 0, partition: partition ?? right ?? 0, at: now)
        activeAt = now
        trace.note(now) { "publish \(place)" }
        trace.add(place)
    }

    /// Keeps what actors look for of a record that has arrived: answers, and what they seal to.
    func heed(_ record: BusRecord, in topic: Int) {
        guard !actors.isEmpty else { return }
        if topic == Simulation.replies, let key = record.key, let value = record.value {
            let id = String(decoding: key, as: UTF8.self)
            if answers[id] == nil { answers[id] = value }
            tell(.answer(id))
        } else if topic == Simulation.intakeKeys, let value = record.value,
            let key = try? value.withUnsafeBytes({ try IntakeKey.decode($0, contentType: .json, from: .service) })
        {
            intake[key.key] = key
        }
    }

    private static let replies = Bus.index(of: Topics.trothReplies.name)
    private static let intakeKeys = Bus.index(of: Topics.identityIntakeKeys.name)

    /// What an outsider seals to: the newest key that everybody has had a minute to hear of, or else the oldest.
    var intakeKey: PublicKey? {
        let living = intake.values.filter { $0.wrapped != nil }.sorted {
            ($0.madeAt, $0.key.text) < ($1.madeAt, $1.key.text)
        }
        return (living.last { $0.madeAt + Instant.minute <= now } ?? living.first)?.publicKey
    }
}
