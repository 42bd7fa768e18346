/// What a person asks for, by the law or the clause that gives the right. Policy §4.1, §7–9.
package enum RequestKind: String, NamedField {
    case gdprAccess = "gdpr.access"
    case gdprRectification = "gdpr.rectification"
    case gdprErasure = "gdpr.erasure"
    case gdprRestriction = "gdpr.restriction"
    case gdprPortability = "gdpr.portability"
    case gdprObjection = "gdpr.objection"
    /// Consent is withdrawn. GDPR Art. 7(3).
    case gdprWithdrawal = "gdpr.withdrawal"
    case ccpaKnow = "ccpa.know"
    case ccpaAccess = "ccpa.access"
    case ccpaDelete = "ccpa.delete"
    case ccpaCorrect = "ccpa.correct"
    case ccpaOptOut = "ccpa.optout"
    case ccpaLimit = "ccpa.limit"
    case pdpaAccess = "pdpa.access"
    case pdpaCorrection = "pdpa.correction"
    case accountClosure = "account.closure"
    case accountRestore = "account.restore"
    package static let category = DataCategory.request
    package static let example = RequestKind.gdprAccess

    /// What the services do for it.
    package var act: RightsAct {
        switch self {
        case .gdprAccess, .gdprPortability, .ccpaKnow, .ccpaAccess, .pdpaAccess: .export
        case .gdprRectification, .ccpaCorrect, .pdpaCorrection: .rectify
        case .gdprErasure, .ccpaDelete: .erase
        case .gdprRestriction: .restrict
        case .gdprObjection: .object
        case .gdprWithdrawal: .withdraw
        case .ccpaOptOut: .optOut
        case .ccpaLimit: .limit
        case .accountClosure: .close
        case .accountRestore: .restore
        }
    }

    /// True where a second confirmation is asked for, because it cannot be undone. Policy §8.3.
    package var isConfirmedTwice: Bool { act == .erase }
}

/// By which way a request came.
package enum RequestChannel: String, NamedField {
    case portal
    /// A letter to the configured address. Policy §8.7, §9.6, §11.
    case email = "e-mail"
    case commandLine = "command-line"
    /// An operator opened it for the person.
    case `operator`
    package static let category = DataCategory.request
    package static let example = RequestChannel.portal
}

/// Where a request is. docs/rights.md has the transitions.
package enum RequestState: String, NamedField {
    /// It waits for the person's second confirmation.
    case confirming
    /// It is confirmed and waits for its moment: the address or the session is young. Policy §8.3.
    case resting
    /// The services were asked, and have not all answered.
    case asking
    /// All slices are here: the archive is packed.
    case packing
    /// All is erased but the address that the receipt goes to.
    case forgetting
    /// The receipt is mailed: identity destroys the keys.
    case destroying
    /// A service could not do it: an operator decides.
    case deciding
    case done
    /// An operator refused it, with a reason.
    case refused
    /// The person took it back.
    case withdrawn
    package static let category = DataCategory.request
    package static let example = RequestState.asking

    /// True where nothing more happens.
    package var isFinal: Bool {
        switch self {
        case .done, .refused, .withdrawn: true
        case .confirming, .resting, .asking, .packing, .forgetting, .destroying, .deciding: false
        }
    }
}

/// The name of a service that answers requests.
package struct ParticipantName: Name {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let example = ParticipantName(unchecked: "metering")
}

/// What is known of a request while its asker is being proved, and goes with it from file to file.
package struct RequestFacts: Message {
    package static let type = "troth.rights.facts.v1"
    /// The intake's id: that of its command, hashed.
    package var intake: EventID
    /// The partition of the intake's file.
    package var partition: PartitionNumber
    package var kind: RequestKind
    package var channel: RequestChannel
    /// When our server took it: clocks run from here.
    package var receivedAt: Instant
    /// When the person was asked for a code; absent: nothing was asked for.
    package var askedAt: Instant?
    package var language: Language?
    /// A keyed hash of the address that was named.
    package var address: Digest?
    /// A keyed hash of the browser that asked: the second confirmation comes from the same one.
    package var browser: Digest?
    /// Of a correction: the new address, boxed to identity and bound to the id of what carries it.
    package var email: Boxed<Email>?
    package init(
        intake: EventID, partition: PartitionNumber, kind: RequestKind, channel: RequestChannel, receivedAt: Instant,
        askedAt: Instant? = nil, language: Language? = nil, address: Digest? = nil, browser: Digest? = nil,
        email: Boxed<Email>? = nil
    ) {
        (self.intake, self.partition, self.kind, self.channel) = (intake, partition, kind, channel)
        (self.receivedAt, self.askedAt, self.language) = (receivedAt, askedAt, language)
        (self.address, self.browser, self.email) = (address, browser, email)
    }
}
