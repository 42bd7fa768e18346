import Engine
import Schema
import Seal

/// How a request comes in: kept, and passed on to identity, which answers. Nothing of the answer hangs on whether there
/// is an account. ARCHITECTURE: a rights request.
struct Opening {
    let tx: Transaction

    /// Takes a request of a person.
    func take(_ open: OpenRequest, _ command: Command<RightsCommand>, at now: Instant) throws -> Answer {
        let browser: BrowserID? = try command.message.client?.browser.map { try tx.open($0, in: command) }
        let asker: Particulars? = try open.asker.map { try tx.open($0, in: command) }
        let session: SessionToken? = try command.message.session.map { try tx.open($0, in: command) }
        let apiKey: APIKeySecret? = try command.message.apiKey.map { try tx.open($0, in: command) }
        let email: Email? = try open.email.map { try tx.open($0, in: command) }
        guard asker != nil || session != nil || apiKey != nil else {
            return try choose(open, browser, command, at: now)
        }
        for address in [asker?.email, email].compactMap({ $0 }) {
            guard (try? NormalisedAddress(address.text)) != nil else { return .refused(.noAddress) }
        }
        let intake = try Intakes(tx: tx).take(
            id(of: command), open.kind, open.channel, receivedAt: received(open.receivedAt, at: now), asker, at: now)
        let key = try IdentityKeys(tx: tx).current(at: now)
        var facts = try facts(open.kind, open.channel, intake, command)
        facts.language = open.language
        facts.address = try asker.map { try addressMark($0.email) }
        facts.browser = try (asker?.browser ?? browser).map { try OptOuts.mark($0, tx) }
        facts.email = try email.map { try box($0, key, facts) }
        if asker != nil, open.kind.act.needsProof { facts.askedAt = intake.at }
        var challenge = ChallengeAsker(
            facts: facts, subject: asker == nil ? SubjectID(command.account) : nil, asked: asked(command))
        challenge.asker = try asker.map { try box($0, key, facts) }
        challenge.session = try session.map { try box($0, key, facts) }
        challenge.apiKey = try apiKey.map { try box($0, key, facts) }
        try tx.send(RightsChallenge(open: challenge), to: Topics.rightsChallenges)
        return .later
    }

    /// Takes a request that an operator opens for a person.
    func take(_ prove: ProveRequest, _ command: Command<RightsCommand>, at now: Instant) throws -> Answer {
        let email: Email? = try prove.email.map { try tx.open($0, in: command) }
        let intake = try Intakes(tx: tx).take(
            id(of: command), prove.kind, .operator, receivedAt: received(prove.receivedAt, at: now), nil, at: now)
        let key = try IdentityKeys(tx: tx).current(at: now)
        var facts = try facts(prove.kind, .operator, intake, command)
        facts.email = try email.map { try box($0, key, facts) }
        var challenge = ChallengeAsker(facts: facts, subject: SubjectID(command.account), asked: asked(command))
        challenge.reason = prove.reason
        try AuditChain(tx: tx).add(.proveByOperator, of: nil, prove.kind)
        try tx.send(RightsChallenge(open: challenge), to: Topics.rightsChallenges)
        return .later
    }

    /// A browser chooses for itself: nobody else is needed, and nobody is asked anything. Policy §8.7, §9.4.
    private func choose(
        _ open: OpenRequest, _ browser: BrowserID?, _ command: Command<RightsCommand>, at now: Instant
    ) throws -> Answer {
        guard let browser, try browser.recordKey() == command.account else { return .refused(.otherKey) }
        try OptOuts(tx: tx).add(browser, open.kind.act, gpc: open.gpc?.value ?? false, at: now)
        return .done()
    }

    private func facts(
        _ kind: RequestKind, _ channel: RequestChannel, _ intake: Intakes.Intake, _ command: Command<RightsCommand>
    ) throws -> RequestFacts {
        RequestFacts(
            intake: try id(of: command), partition: PartitionNumber(unchecked: Int64(tx.partition)), kind: kind,
            channel: channel, receivedAt: intake.receivedAt)
    }

    private func box<P: Personal>(_ value: P, _ key: PublicKey, _ facts: RequestFacts) throws -> Boxed<P> {
        try tx.box(value, to: key, of: "identity", on: Topics.rightsChallenges, id: facts.intake.text)
    }

    private func asked(_ command: Command<RightsCommand>) -> AskedBy {
        AskedBy(command: command.id, replyTo: command.message.replyTo, key: command.message.askerKey)
    }

    /// The intake of a command: a repeated one has the same.
    private func id(of command: Command<RightsCommand>) throws -> EventID {
        let digest = try tx.digest(Array("\(command.source.text) \(command.id.text)".utf8))
        guard let id = EventID(text: digest.text) else { throw Refusal(.wrongValue) }
        return id
    }

    /// A letter counts from when our server had it, not from what it says of itself.
    private func received(_ said: Instant?, at now: Instant) -> Instant {
        max(min(said ?? now, now), now + -Limits.letterAge)
    }

    /// What an address is known by in the record of its request. 11 CCR §7101.
    private func addressMark(_ email: Email) throws -> Digest {
        guard let normal = try? NormalisedAddress(email.text) else { throw Refusal(.wrongValue) }
        return try tx.hmac(.request, Array("address".utf8), normal.bytes)
    }
}
