import Engine
import Schema

/// A code that comes back, in the file of its address. Wrong, expired, used, locked, unknown and foreign ones are told
/// the same; a right one works once, and decides whose address it is.
struct Confirmations {
    let tx: Transaction
    let limits: IdentityLimits

    /// Takes a code.
    func take(_ confirm: ConfirmCommand, _ command: Command<IdentityCommand>, at now: Instant) throws -> Answer {
        let given = try tx.open(confirm.proof, in: command)
        let attempts = Attempts(tx: tx)
        let id = AttemptID(high: command.account.high, low: command.account.low)
        let attempt = try attempts.find(id)
        // the work is the same for an attempt that is unknown, and for one without a code
        let hash = try Codes(tx: tx).hash(
            Codes.read(given.code.text), of: id, for: attempt?.purpose ?? .register, from: given.browser)
        let isRight = tx.isSame(hash.bytes, attempt?.code?.bytes ?? Array(repeating: 0, count: 32))
        guard let attempt else { return try wrong(at: now) }
        let proof = try proof(of: command)
        if let earlier = attempt.proof {
            // its answer may have been lost: the same command, with the same key, is answered again
            guard isRight, earlier == proof, let owner = attempt.owner else { return try wrong(at: now) }
            return try pass(attempt, to: owner, AskedBy(command))
        }
        guard attempt.tries < Limits.triesMax, attempt.expiresAt > now, attempt.code != nil, isRight else {
            try attempts.fail(id)
            return try wrong(at: now)
        }
        return try use(attempt, by: proof, AskedBy(command), at: now)
    }

    /// Refuses a wrong code. More of them than mistakes are make an alarm: somebody may be guessing.
    private func wrong(at now: Instant) throws -> Answer {
        tx.count("codes_wrong")
        if try RateLimits(tx: tx).overflows(limits.wrongCodes, at: now) {
            tx.raise(
                Self.guessing, "", remedy: "see which portal sends so many wrong codes, and from where it has them")
        }
        return .refused(.wrongCode)
    }

    /// The alarm ends when the wrong codes do.
    func calm(at now: Instant) throws {
        if try RateLimits(tx: tx).isEmpty(limits.wrongCodes, at: now) { tx.clear(Self.guessing, "") }
    }

    private static let guessing: AlarmName = "codes-guessed"

    /// A right code: whose address is it?
    private func use(_ attempt: CodeAttempt, by proof: Digest, _ asked: AskedBy, at now: Instant) throws -> Answer {
        let claims = Claims(tx: tx)
        let claimed = try claims.find(attempt.index)
        var owner: SubjectID?
        var remark = Remark.wrongCode
        switch attempt.purpose {
        case .register:
            let subject = claimed ?? tx.newID(SubjectID.self)
            if claimed == nil { _ = try claims.take(attempt.index, for: subject, by: attempt.id, at: now) }
            owner = subject
        case .signIn, .rights, .rightsErasure, .rightsChoice: (owner, remark) = (claimed, .noAccount)
        case .newAddress:
            remark = .inUse
            if let subject = attempt.subject, try claims.take(attempt.index, for: subject, by: attempt.id, at: now) {
                owner = subject
            }
        case .oldAddress: owner = claimed == attempt.subject ? claimed : nil
        }
        try Attempts(tx: tx).use(attempt.id, by: proof, for: owner)
        guard let owner else { return .refused(remark) }
        return try pass(attempt, to: owner, asked)
    }

    private func pass(_ attempt: CodeAttempt, to owner: SubjectID, _ asked: AskedBy) throws -> Answer {
        let claim = Claim(proved: attempt.proved(for: owner, asked))
        try tx.send(
            claim, to: Topics.identityClaims, partition: partition(of: owner.account, n: tx.partitions), key: nil)
        return .later
    }

    /// Which command brought the code: its identity, and the key that secrets of the answer go to.
    private func proof(of command: Command<IdentityCommand>) throws -> Digest {
        let identity = Array("\(command.source.text) \(command.id.text) ".utf8)
        return try tx.digest(identity + (command.message.askerKey?.bytes ?? []))
    }
}
