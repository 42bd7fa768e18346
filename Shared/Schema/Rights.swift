/// A request of a person for a right. Its records lie in the person's partition. Policy §7–9.
package struct RequestID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.request
    package static let example = RequestID(high: 0x3c5e_7a9b_1d2f_4e60, low: 0x8b7d_6c5a_4f3e_2d1c)
}

/// What every service is asked to do for one person.
package enum RightsAct: String, NamedField {
    /// Give a copy of all that is held. Policy §7.3, §8.1, §8.4, §9.1, §9.2.
    case export
    /// Remove all that need not be kept; the notifier keeps where the receipt goes. Policy §8.3, §9.3.
    case erase
    /// The receipt is on its way: the notifier removes the rest once it was mailed.
    case forget
    /// The receipt is mailed: identity destroys the person's keys, and removes the rest.
    case destroy
    /// Correct the address. Policy §8.2.
    case rectify
    /// Hold processing that is not needed for the service. GDPR Art. 18.
    case restrict
    /// Stop the improvement of quality. Policy §2.4, §8.5.
    case object
    /// Withdraw every consent. Policy §8.6.
    case withdraw
    /// Neither sell nor share. Policy §9.4.
    case optOut = "opt-out"
    /// Limit the use of sensitive data. CCPA §1798.121.
    case limit
    /// Close the account. Policy §4.1, §7.2.
    case close
    /// Open a closed account again, within 30 days. Policy §4.1.
    case restore
    package static let category = DataCategory.request
    package static let example = RightsAct.erase

    /// True for what cannot be undone, or shows what is held: it needs identity's proof besides the request. Policy
    /// §8.7; SECURITY.md: Proofs.
    package var needsProof: Bool {
        switch self {
        case .export, .erase, .forget, .destroy, .rectify, .close, .restore: true
        case .restrict, .object, .withdraw, .optOut, .limit: false
        }
    }

    /// The services that must answer it.
    package var answeredBy: [String] {
        switch self {
        case .export, .erase: Topics.participants
        case .forget: ["notifier"]
        case .rectify: ["identity", "notifier"]
        case .destroy, .restrict, .object, .withdraw, .optOut, .limit, .close, .restore: ["identity"]
        }
    }
}

extension RightsAct {
    /// True where a service must answer it.
    package func isAnswered(by service: String) -> Bool { answeredBy.contains(service) }
}

/// How a person has proved to be the account's.
package enum ProofMethod: String, NamedField {
    /// By a code mailed to the address on file.
    case code
    case session
    case apiKey = "api-key"
    /// The address is lost: an operator decided, with a reason.
    case `operator`
    package static let category = DataCategory.request
    package static let example = ProofMethod.code
}

/// What identity signs: this person, for this, at that time. It counts for 24 hours. SECURITY.md: Proofs.
package struct IdentityProof: Codable, Equatable, Sendable {
    package var request: RequestID
    package var subject: SubjectID
    /// What it allows; `erase` allows `forget` and `destroy`, too.
    package var act: RightsAct
    package var method: ProofMethod
    package var at: Instant
    /// Of an erasure: not before this moment, for the address or the session is young. Policy §8.3.
    package var notBefore: Instant?
    package var signature: SignatureBytes
    package init(
        request: RequestID, subject: SubjectID, act: RightsAct, method: ProofMethod, at: Instant,
        notBefore: Instant? = nil, signature: SignatureBytes
    ) {
        (self.request, self.subject, self.act) = (request, subject, act)
        (self.method, self.at, self.notBefore, self.signature) = (method, at, notBefore, signature)
    }
    /// How long it counts, in microseconds.
    package static let life = 24 * Instant.hour
}

/// A signature with its key's id: SECURITY.md, Keys. 73 bytes.
package struct SignatureBytes: BytesField {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    package static let lengths = 73...73
    package static let category = DataCategory.none
    package static let example = SignatureBytes(unchecked: [1] + Array(repeating: 3, count: 72))
}
