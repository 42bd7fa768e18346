package import Schema

/// What data is kept for. Policy §2.1–2.4; there is no fifth.
package enum Purpose: String, Sendable, CaseIterable {
    case service, payment, notification, quality

    /// As a person reads it.
    package var title: String {
        switch self {
        case .service: "to provide and maintain the service (policy 2.1)"
        case .payment: "to process payments and refunds (policy 2.2)"
        case .notification: "to notify about the service (policy 2.3)"
        case .quality: "to improve the quality of the service (policy 2.4)"
        }
    }

    /// The ground of this purpose, whatever that of the data is; nil: there is none of its own. What a person may
    /// object to rests on legitimate interests. Policy §8.5; GDPR Art. 21(1).
    package var basis: LegalBasis? { self == .quality ? .legitimateInterests : nil }
}

/// The ground of processing. GDPR Art. 6(1).
package enum LegalBasis: String, Sendable, CaseIterable {
    case contract, legalObligation, legitimateInterests, consent

    /// As a person reads it.
    package var title: String {
        switch self {
        case .contract: "the contract with you (GDPR Art. 6(1)(b))"
        case .legalObligation: "a legal obligation (GDPR Art. 6(1)(c))"
        case .legitimateInterests: "legitimate interests (GDPR Art. 6(1)(f))"
        case .consent: "your consent (GDPR Art. 6(1)(a))"
        }
    }
}

extension DataCategory {
    /// What data of the category is kept for, unless a slice says otherwise.
    package var purposes: [Purpose] {
        switch self {
        case .account: [.service, .notification]
        case .usage: [.service, .quality]
        case .payment: [.payment]
        case .technical, .consent, .request, .none: [.service]
        }
    }

    /// On which ground, unless a slice says otherwise.
    package var basis: LegalBasis {
        switch self {
        case .account, .usage, .none: .contract
        case .payment, .technical: .legitimateInterests
        case .consent: .consent
        case .request: .legalObligation
        }
    }

    /// The clause that says for how long, unless a slice says otherwise.
    package var clause: String {
        switch self {
        case .account, .none: "4.1"
        case .usage: "4.2"
        case .payment: "4.4"
        case .technical: "4.5"
        case .consent: "5.2"
        case .request: "8.7"
        }
    }
}
