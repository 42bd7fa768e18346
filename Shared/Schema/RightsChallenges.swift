/// On `rights.challenges`, to identity's file of the same partition. Exactly one. What identifies is boxed to
/// identity's newest intake key, bound to the intake's id, or to the request's.
package struct RightsChallenge: Message {
    package static let type = "troth.rights.challenge.v1"
    /// Who is this? Prove it, where the request needs it.
    package var open: ChallengeAsker?
    /// Mail the person the code that an archive is fetched with.
    package var archive: ArchiveCode?
    package init(open: ChallengeAsker) { self.open = open }
    package init(archive: ArchiveCode) { self.archive = archive }
}

/// Who asks for something, by exactly one of: the address, a session, an API key, an operator's reason.
package struct ChallengeAsker: Codable, Equatable, Sendable {
    package var facts: RequestFacts
    package var asker: Boxed<Particulars>?
    package var session: Boxed<SessionToken>?
    package var apiKey: Boxed<APIKeySecret>?
    package var reason: Remark?
    /// Whose session or API key it is, or whom the operator means.
    package var subject: SubjectID?
    package var asked: AskedBy
    package init(facts: RequestFacts, subject: SubjectID?, asked: AskedBy) {
        (self.facts, self.subject, self.asked) = (facts, subject, asked)
    }
}

/// The code of an archive.
package struct ArchiveCode: Codable, Equatable, Sendable {
    package var request: RequestID
    package var kind: RequestKind
    package var subject: SubjectID
    package var code: Boxed<MailCode>
    /// The archive can be had until then.
    package var until: Instant
    package init(request: RequestID, kind: RequestKind, subject: SubjectID, code: Boxed<MailCode>, until: Instant) {
        (self.request, self.kind, self.subject) = (request, kind, subject)
        (self.code, self.until) = (code, until)
    }
}

/// On `rights.proofs`, signed by identity. Exactly one.
package struct ProvedRequest: Message {
    package static let type = "troth.rights.proof.v1"
    /// To the person's file: a request begins.
    package var request: RequestProof?
    /// To the intake's file: it is over.
    package var intake: IntakeEnd?
    package init(request: RequestProof) { self.request = request }
    package init(intake: IntakeEnd) { self.intake = intake }
}

/// A request whose person is known, and proved where that is needed.
package struct RequestProof: Message {
    package static let type = "troth.rights.request-proof.v1"
    /// Its number: everything about it is keyed by it.
    package var request: RequestID
    package var subject: SubjectID
    package var facts: RequestFacts
    /// Absent where none is needed: Policy §8.7.
    package var proof: IdentityProof?
    package var region: SubjectRegion
    /// What an operator said instead of a code.
    package var reason: Remark?
    package init(
        request: RequestID, subject: SubjectID, facts: RequestFacts, proof: IdentityProof?, region: SubjectRegion,
        reason: Remark? = nil
    ) {
        (self.request, self.subject, self.facts) = (request, subject, facts)
        (self.proof, self.region, self.reason) = (proof, region, reason)
    }
}

/// What an intake held is not needed any more.
package struct IntakeEnd: Codable, Equatable, Sendable {
    package var intake: EventID
    package init(intake: EventID) { self.intake = intake }
}

extension RightsChallenge: Ruled {
    package static var exactlyOne: [String] { ["open", "archive"] }
}

extension ChallengeAsker: Ruled {
    package static var exactlyOne: [String] { ["asker", "session", "apiKey", "reason"] }
}

extension ProvedRequest: Ruled {
    package static var exactlyOne: [String] { ["request", "intake"] }
}
