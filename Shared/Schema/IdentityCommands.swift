/// To identity: exactly one of its commands. One that has no account yet is keyed by an id of its own, `confirm` by its
/// attempt, every other by the account.
package struct IdentityCommand: CommandMessage {
    package static let type = "troth.identity.command.v1"
    package var replyTo: ReplyAddress?
    /// Secrets of the answer are boxed to this key.
    package var askerKey: PublicKey?
    /// Who sits before it, where the command does not say so itself.
    package var client: Client?
    /// What shows that the asker is signed in; every command but `start` and `confirm` needs it.
    package var session: Boxed<SessionToken>?

    package var start: StartCommand?
    package var confirm: ConfirmCommand?
    package var signOut: SignOutCommand?
    package var changeAddress: ChangeAddressCommand?
    package var keepAddress: KeepAddressCommand?
    package var accept: AcceptCommand?
    package var choose: ChooseCommand?
    package var object: ObjectCommand?
    package var close: CloseCommand?
    package var newKey: NewKeyCommand?
    package var revokeKey: RevokeKeyCommand?
    /// The API keys of the account. A question.
    package var keys: KeysQuestion?
    /// What was accepted, chosen and objected to. A question.
    package var choices: ChoicesQuestion?

    /// A command without content: one of its commands is set next.
    package init(
        replyTo: ReplyAddress?, askerKey: PublicKey? = nil, client: Client? = nil, session: Boxed<SessionToken>? = nil
    ) {
        (self.replyTo, self.askerKey, self.client, self.session) = (replyTo, askerKey, client, session)
    }
    package var isQuestion: Bool { keys != nil || choices != nil }

    /// What has no session yet brings its own proof; secrets are answered to a key only.
    package func check() throws(Refusal) {
        if start == nil, confirm == nil {
            guard session != nil else { throw Refusal(.missingField, field: "session") }
        }
        if confirm != nil || newKey != nil || keys != nil {
            guard askerKey != nil else { throw Refusal(.missingField, field: "askerKey") }
        }
    }
}

/// The browser, connection and program of an asker. Policy §1.
package struct Client: Codable, Equatable, Sendable {
    package var browser: Boxed<BrowserID>?
    package var address: Boxed<IPAddress>?
    package var agent: Boxed<UserAgent>?
    package init(browser: Boxed<BrowserID>?, address: Boxed<IPAddress>? = nil, agent: Boxed<UserAgent>? = nil) {
        (self.browser, self.address, self.agent) = (browser, address, agent)
    }
}

/// Registers an address, or signs in with it: a code is mailed to it, whether or not it has an account.
package struct StartCommand: Codable, Equatable, Sendable {
    package var purpose: StartPurpose
    /// The address, the browser, and what else is known of the asker.
    package var asker: Boxed<Particulars>
    /// The language of the mail.
    package var language: Language?
    /// Where the person says to be; with a registration.
    package var region: SubjectRegion?
    package init(
        purpose: StartPurpose, asker: Boxed<Particulars>, language: Language? = nil, region: SubjectRegion? = nil
    ) {
        (self.purpose, self.asker, self.language, self.region) = (purpose, asker, language, region)
    }
}

/// What a code is for. It works for nothing else.
package enum StartPurpose: String, NamedField {
    case register
    case signIn = "sign-in"
    package static let example = StartPurpose.register
}

/// Gives the mailed code back, from the browser that asked.
package struct ConfirmCommand: Codable, Equatable, Sendable {
    package var proof: Boxed<CodeProof>
    package init(proof: Boxed<CodeProof>) { self.proof = proof }
}

/// Ends this session, or all of the account.
package struct SignOutCommand: Codable, Equatable, Sendable {
    package var everywhere: Flag
    package init(everywhere: Flag) { self.everywhere = everywhere }
}

/// Asks for another address. Policy §7.1, §8.2.
package struct ChangeAddressCommand: Codable, Equatable, Sendable {
    package var email: Boxed<Email>
    package init(email: Boxed<Email>) { self.email = email }
}

/// Withdraws a change of address that waits.
package struct KeepAddressCommand: Codable, Equatable, Sendable {
    package var keep: Flag
    package init(keep: Flag) { self.keep = keep }
}

/// Accepts a version of the policy.
package struct AcceptCommand: Codable, Equatable, Sendable {
    package var policy: PolicyVersion
    package init(policy: PolicyVersion) { self.policy = policy }
}

/// Chooses cookies; essential ones are no choice. Policy §5.
package struct ChooseCommand: Codable, Equatable, Sendable {
    /// The version of the notice that was shown.
    package var notice: PolicyVersion
    package var functional: Flag
    package var analytics: Flag
    /// The language, which a functional cookie keeps.
    package var language: Language?
    package init(notice: PolicyVersion, functional: Flag, analytics: Flag, language: Language? = nil) {
        (self.notice, self.functional, self.analytics, self.language) = (notice, functional, analytics, language)
    }
}

/// Objects to the improvement of quality (policy §2.4, §8.5), or no longer.
package struct ObjectCommand: Codable, Equatable, Sendable {
    package var objects: Flag
    package init(objects: Flag) { self.objects = objects }
}

/// Closes the account. Policy §4.1, §7.2.
package struct CloseCommand: Codable, Equatable, Sendable {
    package var close: Flag
    package init(close: Flag) { self.close = close }
}

/// Makes an API key; it is shown once.
package struct NewKeyCommand: Codable, Equatable, Sendable {
    package var label: Boxed<KeyLabel>?
    package init(label: Boxed<KeyLabel>?) { self.label = label }
}

/// Ends an API key.
package struct RevokeKeyCommand: Codable, Equatable, Sendable {
    package var key: APIKeyID
    package init(key: APIKeyID) { self.key = key }
}

/// Asks for the API keys.
package struct KeysQuestion: Codable, Equatable, Sendable {
    package var all: Flag
    package init(all: Flag) { self.all = all }
}

/// Asks for acceptances, choices and objections.
package struct ChoicesQuestion: Codable, Equatable, Sendable {
    package var all: Flag
    package init(all: Flag) { self.all = all }
}

/// On `identity.access-log`, keyed by account: something happened that security may have to look into. Policy §4.5.
package struct AccessEvent: CommandMessage {
    package static let type = "troth.identity.access.v1"
    package var at: Instant
    package var event: AccessKind
    package var client: Client
    package init(at: Instant, event: AccessKind, client: Client) {
        (self.at, self.event, self.client) = (at, event, client)
    }
    package var replyTo: ReplyAddress? { nil }
    package var isQuestion: Bool { false }
}

/// What kind of access it was.
package enum AccessKind: String, NamedField {
    case signIn = "sign-in"
    case portal
    case apiKey = "api-key"
    case refused
    package static let category = DataCategory.technical
    package static let example = AccessKind.portal
}
