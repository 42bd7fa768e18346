/// Who else acts on the cluster: clients that are no service. The raw value is the CN of its certificate.
package enum Edge: String, CaseIterable, Sendable {
    /// Forwards calls to upstreams and says what was used.
    case gateway
    /// Reads letters to the address for privacy.
    case mailIntake = "mail-intake"
    /// Watches topics and groups; reads no record.
    case monitor
    /// The command line in an operator's hands.
    case `operator`
    /// Says what a payment provider received.
    case payments
    /// The website.
    case portal
    /// Makes topics and permissions, from a host of its own.
    case provision
}

extension AnyTopic {
    /// The edges that write it; besides, the services that give it, and of a topic that outsiders write its reader,
    /// which sends on what lies in a wrong partition.
    package var outsideWriters: [Edge] {
        switch name.text {
        case "billing.commands": [.operator, .payments, .portal]
        case "identity.access-log": [.gateway, .portal]
        case "identity.commands", "metering.commands": [.operator, .portal]
        case "metering.config", "notifier.commands", "retention.commands": [.operator]
        case "metering.usage": [.gateway]
        case "rights.commands": [.mailIntake, .operator, .portal]
        default: []
        }
    }

    /// The edges that read it. What is kept by person is read by its service alone, in clear by nobody.
    package var outsideReaders: [Edge] {
        switch (kind, name.text) {
        case (.deadLetters, _): [.operator]
        case (.replies, "replies.\(AskerName.troth.text)"): [.operator]
        case (.replies, let name): Edge.allCases.filter { name == "replies.\($0.rawValue)" }
        case (_, "identity.accounts"), (_, "identity.api-keys"), (_, "billing.standing"): [.gateway]
        case (_, "intake-keys.identity"): [.gateway, .operator, .portal]
        case (_, "intake-keys.rights-worker"): [.mailIntake, .operator, .portal]
        case (_, "metering.config"): [.gateway, .operator]
        default: []
        }
    }
}
