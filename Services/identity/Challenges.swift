package import Engine
package import Schema

/// Who asks for a right: known by an address that a code proves, by a session, by an API key, or by an operator's word.
/// Policy §8.7.
struct Challenges {
    let tx: Transaction
    let limits: IdentityLimits

    /// Takes a challenge of rights-worker.
    func take(_ challenge: ChallengeAsker, at now: Instant) throws {
        let (id, act, proofs) = (challenge.facts.intake.text, challenge.facts.kind.act, RightsProofs(tx: tx))
        if let asker = challenge.asker {
            return try start(challenge, try tx.open(asker, on: Topics.rightsChallenges, id: id), at: now)
        }
        guard let subject = challenge.subject else { throw Refusal(.missingField) }
        var requester = RightsProofs.Requester(subject, challenge.facts, challenge.asked)
        requester.facts.email = try reboxed(challenge.facts, as: requester.facts.intake.text)
        if let session = challenge.session {
            let token: SessionToken = try tx.open(session, on: Topics.rightsChallenges, id: id)
            guard let since = try Sessions(tx: tx).start(of: token, subject, at: now) else {
                return try tx.refuse(.sessionEnded, to: challenge.asked)
            }
            // a browser that was left open shows nobody everything that is held
            guard act != .export || now - since <= Limits.exportSession else {
                return try tx.refuse(.sessionOld, to: challenge.asked)
            }
            (requester.method, requester.youngUntil) = (.session, since + Limits.addressWait)
        } else if let apiKey = challenge.apiKey {
            let secret: APIKeySecret = try tx.open(apiKey, on: Topics.rightsChallenges, id: id)
            guard let since = try APIKeys(tx: tx).madeAt(secret, of: subject) else {
                return try tx.refuse(.wrongKey, to: challenge.asked)
            }
            (requester.method, requester.youngUntil) = (.apiKey, since + Limits.addressWait)
        } else {
            (requester.method, requester.reason) = (.operator, challenge.reason)
        }
        if act.needsProof, requester.method != .operator {
            let key = try RateLimits(tx: tx).key("person", subject.raw, at: now)
            let room = try RateLimits(tx: tx).take([(limits.requestsAPerson, key)], at: now)
            if let room { return try tx.refuse(.tooMany(until: room), to: challenge.asked) }
        }
        try proofs.begin(requester, at: now)
    }

    /// Passes a challenge on to the file of its address. What needs no proof is limited by nothing: a choice is never
    /// refused for its number. Neither this file nor that one says whether there is an account.
    private func start(_ challenge: ChallengeAsker, _ asker: Particulars, at now: Instant) throws {
        guard let id = EventID(text: "rights.\(challenge.facts.intake.text)") else { throw Refusal(.wrongValue) }
        let (starts, act) = (Starts(tx: tx, limits: limits), challenge.facts.kind.act)
        let normal = try starts.normalised(asker.email)
        var mayMail = false
        if act.needsProof {
            // letters come from everybody by one way, which counts them by address; nobody's may shut out another's
            let source =
                challenge.facts.channel == .email
                ? nil : SourceAddress(of: asker.address, edge: challenge.facts.channel.rawValue)
            if let room = try starts.mayBegin(source, at: now) {
                return try tx.refuse(.tooMany(until: room), to: challenge.asked)
            }
            mayMail = try source.map { try starts.mayMail($0, at: now) } ?? true
        }
        var facts = challenge.facts
        facts.email = try reboxed(facts, as: facts.intake.text)
        let purpose: ClaimPurpose = act == .erase ? .rightsErasure : act.needsProof ? .rights : .rightsChoice
        try sendStart(
            ClaimStart(
                id: id, purpose: purpose, asker: tx.box(asker, id: id.text), language: facts.language ?? .english,
                region: nil, subject: nil, mail: Flag(mayMail), asked: challenge.asked, request: facts),
            about: normal, tx)
    }

    /// In the file of an address: finds whose choice it is. The answer is the same where it is nobody's.
    func choose(_ start: ClaimStart, at now: Instant) throws {
        let asker = try tx.open(start.asker, id: start.id.text)
        let index = try tx.blindIndex(of: try Starts(tx: tx, limits: limits).normalised(asker.email))
        try tx.reply(.nothing, to: start.asked)
        guard let owner = try Claims(tx: tx).find(index) else { return tx.count("choices_of_nobody") }
        let proved = ClaimProved(
            attempt: tx.newID(AttemptID.self), start: start.id, purpose: start.purpose, subject: owner,
            asker: start.asker, language: start.language, region: nil,
            asked: AskedBy(command: start.asked.command, replyTo: nil, key: nil), request: start.request)
        try tx.send(
            Claim(proved: proved), to: Topics.identityClaims, partition: partition(of: owner.account, n: tx.partitions),
            key: nil)
    }

    /// Mails the code of an archive to its person, sealed with the person's key.
    func mail(_ archive: ArchiveCode, at now: Instant) throws {
        guard try Accounts(tx: tx).find(archive.subject) != nil else { return tx.count("archives_of_nobody") }
        let code: MailCode = try tx.open(archive.code, on: Topics.rightsChallenges, id: archive.request.text)
        let notice = RequestNotice(
            request: archive.request, kind: archive.kind, until: archive.until,
            code: try tx.seal(code, for: archive.subject))
        try Notices(tx: tx).send(.archiveReady, to: archive.subject, at: now, request: notice)
    }

    /// The new address of a correction, under identity's own key.
    private func reboxed(_ facts: RequestFacts, as id: String) throws -> Boxed<Email>? {
        try facts.email.map { email in
            let opened: Email = try tx.open(email, on: Topics.rightsChallenges, id: facts.intake.text)
            return try tx.box(opened, id: id)
        }
    }
}

extension Identity {
    /// Finds out who asks for a right. Policy §8.7.
    package func challenge(_ challenges: Batch<RightsChallenge>, at now: Instant, in tx: Transaction) throws {
        let own = Challenges(tx: tx, limits: limits)
        for entry in challenges.entries {
            do {
                if let open = entry.message.open { try own.take(open, at: now) }
                if let archive = entry.message.archive { try own.mail(archive, at: now) }
            } catch let refusal as Refusal {
                tx.refuse(challenges, offset: entry.offset, call: nil, refusal)
            }
        }
    }
}
