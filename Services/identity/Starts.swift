import Engine
import Schema
import Seal

/// The beginning of an attempt: from the command, in whatever file, to the file of the address. Neither looks for an
/// account: what is done and said is the same for every address.
struct Starts {
    let tx: Transaction
    let limits: IdentityLimits

    /// Takes a registration or a sign-in and passes it on to the file of its address.
    func take(_ start: StartCommand, _ command: Command<IdentityCommand>, at now: Instant) throws -> Answer {
        let asker = try tx.open(start.asker, in: command)
        guard let normal = try? NormalisedAddress(asker.email.text) else { return .refused(.noAddress) }
        let source = SourceAddress(of: asker.address, edge: command.source.text)
        if let room = try mayBegin(source, at: now) { return .refused(.tooMany(until: room)) }
        let id = try startID(of: command)
        try sendStart(
            ClaimStart(
                id: id, purpose: ClaimPurpose(start.purpose), asker: tx.box(asker, id: id.text),
                language: start.language ?? .english, region: start.region, subject: nil,
                mail: Flag(try mayMail(source, at: now)), asked: AskedBy(command)), about: normal, tx)
        return .later
    }

    /// Has a code mailed to the new address of a person.
    func change(
        _ email: Email, of subject: SubjectID, _ language: Language, _ command: Command<IdentityCommand>,
        at now: Instant
    ) throws -> Answer {
        let client = try Asker(command, tx)
        guard let browser = client.browser else { return .refused(.noBrowser) }
        guard let normal = try? NormalisedAddress(email.text) else { return .refused(.noAddress) }
        let mail = try mayMail(client.source, of: subject, at: now)
        try sendChange(
            startID(of: command), Particulars(email: email, browser: browser), normal, of: subject, language,
            mail: mail, AskedBy(command))
        return .later
    }

    /// Has a code mailed to the new address of a person who asked rights-worker for a correction: it comes back with
    /// the request's number in the place of a browser's. False: it is no address, or another one was tried too often.
    func correct(_ email: Email, of account: Account, for request: RightsRequest, at now: Instant) throws -> Bool {
        guard let normal = try? NormalisedAddress(email.text), let id = EventID(text: request.request.text) else {
            return false
        }
        let key = try RateLimits(tx: tx).key("person", account.subject.raw, at: now)
        guard try RateLimits(tx: tx).take([(limits.changesADay, key)], at: now) == nil else { return false }
        try sendChange(
            id, Particulars(email: email, browser: .correction(request.request)), normal, of: account.subject,
            account.language, mail: true, AskedBy(command: id, replyTo: nil, key: nil))
        return true
    }

    private func sendChange(
        _ id: EventID, _ asker: Particulars, _ normal: NormalisedAddress, of subject: SubjectID, _ language: Language,
        mail: Bool, _ asked: AskedBy
    ) throws {
        try AddressFiles(tx: tx).note(claimPartition(of: tx.blindIndex(of: normal), n: tx.partitions), of: subject)
        try sendStart(
            ClaimStart(
                id: id, purpose: .newAddress, asker: tx.box(asker, id: id.text), language: language, region: nil,
                subject: subject, mail: Flag(mail), asked: asked),
            about: normal, tx)
    }

    /// Begins an attempt in the file of its address and has its code mailed. Where a limit is reached, the answer is
    /// the same, nothing is mailed and every code is wrong.
    func begin(_ start: ClaimStart, at now: Instant) throws {
        if start.purpose == .rightsChoice { return try Challenges(tx: tx, limits: limits).choose(start, at: now) }
        let attempts = Attempts(tx: tx)
        if let known = try attempts.find(start: start.id) { return try answer(known, start.asked) }
        // read again, from the topic's beginning: nobody waits for a second mail
        guard try !attempts.hasBegun(start.id) else { return try tx.refuse(.startEnded, to: start.asked) }
        let asker = try tx.open(start.asker, id: start.id.text)
        let normal = try normalised(asker.email)
        let id = tx.newID(AttemptID.self, in: tx.partition)
        let expiresAt = now + Limits.codeLife
        var hash: Digest?
        if start.mail.value, try mayMail(to: normal, isRequest: start.request != nil, at: now) {
            let code = Codes(tx: tx).draw()
            hash = try Codes(tx: tx).hash(code, of: id, for: start.purpose, from: asker.browser)
            try mail(code, to: asker.email, id, start, until: expiresAt)
        } else {
            tx.count("codes_not_mailed")
        }
        let attempt = CodeAttempt(
            id, start, index: try tx.blindIndex(of: normal), code: hash, expiresAt: expiresAt)
        try attempts.begin(attempt, at: now)
        try answer(attempt, start.asked)
    }

    private func mail(
        _ code: String, to email: Email, _ attempt: AttemptID, _ start: ClaimStart, until expiresAt: Instant
    ) throws {
        let key = try tx.oneTimeKey(for: attempt, .account)
        let mail = CodeMail(
            id: tx.newID(NoticeID.self), attempt: attempt, purpose: start.purpose, key: key.wrapped,
            address: try key.seal(email), code: try key.seal(MailCode(unchecked: Codes.shown(code))),
            language: start.language, expiresAt: expiresAt)
        try tx.send(NotifierMessage(code: mail), to: Topics.notifierMessagesIdentity)
        tx.count("codes_mailed")
    }

    private func answer(_ attempt: CodeAttempt, _ asked: AskedBy) throws {
        try tx.reply(.attempt(AttemptStarted(attempt: attempt.id, expiresAt: attempt.expiresAt)), to: asked)
    }

    /// True where an address may have another code, counted without what follows a plus. `isRequest`: for a right.
    private func mayMail(to address: NormalisedAddress, isRequest: Bool, at now: Instant) throws -> Bool {
        let buckets = RateLimits(tx: tx)
        let key = try buckets.key("address", address.rateKey, at: now)
        var taken = [(limits.codesAnHour, key), (limits.codesADay, key), (share(limits.codesInAll), RateLimits.all)]
        if isRequest { taken.append((limits.requestsADay, key)) }
        return try buckets.take(taken, at: now) == nil
    }

    /// Nil where another attempt may begin, from a source that is told; else when there is room again.
    func mayBegin(_ source: SourceAddress?, at now: Instant) throws -> Instant? {
        let buckets = RateLimits(tx: tx)
        var taken = [(share(limits.startsInAll), RateLimits.all)]
        if let source { taken.append((share(limits.startsASource), try buckets.key("source", source.bytes, at: now))) }
        return try buckets.take(taken, at: now)
    }

    /// True where a source may have another code mailed; `subject`: to a new address of that person.
    func mayMail(_ source: SourceAddress, of subject: SubjectID? = nil, at now: Instant) throws -> Bool {
        let buckets = RateLimits(tx: tx)
        var taken = [(share(limits.codesASource), try buckets.key("source", source.bytes, at: now))]
        if let subject { taken.append((limits.changesADay, try buckets.key("person", subject.raw, at: now))) }
        return try buckets.take(taken, at: now) == nil
    }

    func share(_ limit: Limit) -> Limit { limit.shared(among: tx.partitions) }

    /// The id of the start that a command asks for: a repeated command asks for the same.
    private func startID(of command: Command<IdentityCommand>) throws -> EventID {
        let digest = try tx.digest(Array("\(command.source.text) \(command.id.text)".utf8))
        guard let id = EventID(text: Base64URL.encode(digest.bytes)) else { throw Refusal(.wrongValue) }
        return id
    }

    /// An address that was normalised before it was boxed.
    func normalised(_ email: Email) throws -> NormalisedAddress {
        guard let normal = try? NormalisedAddress(email.text) else { throw Refusal(.wrongValue) }
        return normal
    }
}

/// Sends a start to the file of its address.
func sendStart(_ start: ClaimStart, about address: NormalisedAddress, _ tx: Transaction) throws {
    let partition = claimPartition(of: try tx.blindIndex(of: address), n: tx.partitions)
    try tx.send(Claim(start: start), to: Topics.identityClaims, partition: partition, key: nil)
}

/// Who sits before a command, opened.
struct Asker {
    let browser: BrowserID?
    let address: IPAddress?
    let agent: UserAgent?
    /// What limits count it by: where it tells no address, the edge.
    let source: SourceAddress

    init(_ command: Command<IdentityCommand>, _ tx: Transaction) throws {
        let client = command.message.client
        browser = try client?.browser.map { try tx.open($0, in: command) }
        address = try client?.address.map { try tx.open($0, in: command) }
        agent = try client?.agent.map { try tx.open($0, in: command) }
        source = SourceAddress(of: address, edge: command.source.text)
    }
}

/// The partition of an address: of its blind index as text, as if that were a record's key.
func claimPartition(of index: AddressIndex, n: Int32) -> Int32 {
    Array(Base64URL.encode(index.bytes).utf8).withUnsafeBytes { partition(of: $0, n: n) }
}

extension AskedBy {
    /// Who asks by a command.
    init(_ command: Command<IdentityCommand>) {
        self.init(command: command.id, replyTo: command.message.replyTo, key: command.message.askerKey)
    }
}

extension ClaimPurpose {
    init(_ purpose: StartPurpose) {
        switch purpose {
        case .register: self = .register
        case .signIn: self = .signIn
        }
    }
}
