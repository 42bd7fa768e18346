import Schema
import Seal

/// Somebody with a mailbox and a browser, who does one deed after the other. He sees his answers and his mail, and
/// nothing else.
final class Person: Actor {
    let number: Int
    var deeds: [Deed]
    var random: SeededRandom
    /// What he types; the same mailbox whatever its case.
    var email: Email
    /// Where he moves to.
    let nextEmail: Email
    let browser: BrowserID
    let address: IPAddress?
    let agent: UserAgent
    let key: X25519Key
    /// Another person has the same address.
    let hasTwin: Bool
    var session: (account: AccountID, token: SessionToken)?
    var apiKeys: [APIKeyID] = []
    var apiSecret: APIKeySecret?
    var step = Step.idle
    /// Codes that were given, so that each is given once an attempt.
    var tried: Set<String> = []
    /// Wrong codes that were given for the present attempt.
    var wrongs = 0
    /// When the code was asked for: mail of before is about something else.
    var askedAt = Instant(unchecked: 0)
    var lastProof: (attempt: AttemptID, code: String)?
    /// Attempts of the present deed.
    var starts = 0
    /// The account that he has asked to close: from then on it may be, whether he hears of it or not.
    var closing: AccountID?
    /// The account was closed by him.
    var hasClosed = false
    /// He has confirmed an erasure, and does not know that it is done.
    var isLeaving = false
    /// Of who lives in a town: he has registered; the day before which he does nothing; until when a closed account can
    /// be restored.
    var isHere = false
    var awayUntil = 0
    var restorableUntil: Int?
    /// He has signed out, and his session is of no use any more.
    var hasLeft = false
    /// Until when he follows his present request.
    var followedUntil = Instant(unchecked: 0)
    /// The request was not known yet when he told of it: he tells again.
    var isUnheard = false
    /// What there was on him when he asked for a copy, the code that it is fetched with, and what he has of it.
    var held: Holdings?
    var archiveCode: MailCode?
    var fetched: [UInt8] = []
    /// The attempt that proved the address he moves to, once it is; nil: he stays.
    var move: AttemptID?
    var actsAt: Instant?

    /// Where he is.
    enum Step {
        case idle
        case asked(Order)
        /// Waits for a code at an address, for an attempt.
        case awaits(AttemptID, Deed, at: Email, until: Instant, isConsent: Bool)
        /// Waits for what comes of a request.
        case follows(RequestID, Deed)
    }

    var isDone: Bool { if case .idle = step { deeds.isEmpty } else { false } }

    init(_ number: Int, email: String, hasTwin: Bool, deeds: [Deed], _ seed: inout SeededRandom, at start: Instant)
        throws
    {
        (self.number, self.hasTwin, self.deeds) = (number, hasTwin, deeds)
        random = SeededRandom(seed: seed.next(), stream: UInt64(number))
        self.email = Email(unchecked: email)
        nextEmail = Email(unchecked: "moved-\(number).person@mail.example.net")
        browser = BrowserID(unchecked: "browser-\(String(seed.next(), radix: 36))-of-\(number)")
        address = seed.chance(perMille: 850) ? IPAddress(unchecked: "203.0.113.\(100 + number)") : nil
        agent = UserAgent(unchecked: "Mozilla/5.0 (person \(number) of \(String(seed.next(), radix: 36)))")
        key = try X25519Key(seed.secret())
        actsAt = start + seed.within(0...20 * Instant.second)
    }

    /// What must be nowhere in clear.
    var secrets: [String] {
        [email.text, nextEmail.text, browser.text, agent.text] + (address.map { [$0.text] } ?? [])
    }

    func waits(for news: News) -> Bool {
        switch (step, news) {
        case (.asked(let order), .answer(let id)): order.id.text == id
        case (.awaits(_, _, let place, _, _), .mail(let to)): MailRoute.box(of: place.text) == to
        case (.follows, .mail(let to)): [email, nextEmail].contains { MailRoute.box(of: $0.text) == to }
        default: false
        }
    }

    func act(in world: Simulation) {
        actsAt = nil
        do {
            switch step {
            case .idle: try begin(in: world)
            case .asked(let order): try hear(order, in: world)
            case .awaits(let attempt, let deed, let place, let until, let isConsent):
                try look(attempt, deed, at: place, until: until, isConsent, in: world)
            case .follows(let request, let deed): try look(after: request, deed, in: world)
            }
        } catch {
            world.fail("person \(number): \(error)", law: "SimulatorWorks")
        }
    }

    /// Nothing is left of what was: he may come again on a day.
    func startAnew(after day: Int) {
        (isHere, isLeaving, hasClosed, hasLeft) = (false, false, false, false)
        (session, closing, move, lastProof) = (nil, nil, nil, nil)
        (apiKeys, apiSecret, restorableUntil, awayUntil) = ([], nil, nil, day)
    }

    /// Goes on with the next deed after a while.
    func rest(in world: Simulation) {
        (step, starts) = (.idle, 0)
        if !deeds.isEmpty { actsAt = world.now + random.within(10_000...3 * Instant.second) }
    }

    private func begin(in world: Simulation) throws {
        // the services have not begun yet
        guard world.intakeKey(of: "identity") != nil, world.intakeKey(of: "rights-worker") != nil else {
            actsAt = world.now + Instant.second
            return
        }
        guard let deed = deeds.first else { return }
        deeds.removeFirst()
        try order(deed, in: world)
    }

    /// Publishes a command, sometimes twice, sometimes in the wrong partition.
    func give(
        _ command: [UInt8], _ letter: Letter, _ deed: Deed, _ stage: Order.Stage, _ expects: Expectation,
        in world: Simulation
    ) {
        let record = letter.record(command)
        for _ in 0..<(random.chance(perMille: 150) ? 2 : 1) {
            let isMisplaced = random.chance(perMille: 50)
            world.publish(
                record, to: letter.topic,
                partition: isMisplaced ? Int32(random.below(Int(world.scenario.partitions))) : nil)
        }
        step = .asked(
            Order(
                id: letter.id, deed: deed, stage: stage, expects: expects, topic: letter.topic, record: record,
                since: world.now))
        actsAt = world.now + Limits.answerAwaited
    }

    /// A command's letter, under the account or an id of its own.
    func letter(
        _ key: AccountID? = nil, to topic: any AnyTopic = Topics.identityCommands, in world: Simulation
    ) -> Letter {
        let own = random.uuid()
        let id = "p\(number)-\(String(random.next(), radix: 16))"
        return Letter(
            topic: topic, intake: world.intakeKey(of: topic.owner) ?? .example, id: EventID(text: id) ?? .example,
            key: key ?? AccountID(high: own.high, low: own.low))
    }

    /// No answer yet: the command is published again; now and then nobody answers, and he gives up.
    private func hear(_ order: Order, in world: Simulation) throws {
        if let reply = world.answer(to: order.id.text) { return try take(reply, to: order, in: world) }
        guard world.now - order.since >= Limits.answerAwaited else {
            actsAt = order.since + Limits.answerAwaited
            return
        }
        guard order.repeats < Limits.repeatsMax else { return rest(in: world) }
        var again = order
        again.repeats += 1
        world.publish(order.record, to: order.topic)
        step = .asked(again)
        actsAt = world.now + Limits.answerAwaited
    }
}
