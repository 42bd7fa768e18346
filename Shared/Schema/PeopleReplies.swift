/// A code is on its way to the address that was given, if mail reaches it. The same for every address.
package struct AttemptStarted: Codable, Equatable, Sendable {
    /// The key of the `confirm` that brings the code back.
    package var attempt: AttemptID
    package var expiresAt: Instant
    package init(attempt: AttemptID, expiresAt: Instant) { (self.attempt, self.expiresAt) = (attempt, expiresAt) }
}

/// The asker is signed in.
package struct SessionStarted: Codable, Equatable, Sendable {
    package var account: AccountID
    /// Boxed to the asker's key.
    package var token: Boxed<SessionToken>
    /// It ends at this moment, or when it was idle for 7 days.
    package var expiresAt: Instant
    /// True where this confirmation opened the account.
    package var isNew: Flag
    package init(account: AccountID, token: Boxed<SessionToken>, expiresAt: Instant, isNew: Flag) {
        (self.account, self.token, self.expiresAt, self.isNew) = (account, token, expiresAt, isNew)
    }
}

/// A new API key: shown now and never again.
package struct APIKeyMade: Codable, Equatable, Sendable {
    package var key: APIKeyID
    package var prefix: KeyPrefix
    /// Boxed to the asker's key.
    package var secret: Boxed<APIKeySecret>
    package init(key: APIKeyID, prefix: KeyPrefix, secret: Boxed<APIKeySecret>) {
        (self.key, self.prefix, self.secret) = (key, prefix, secret)
    }
}

/// The first characters of an API key, to recognise it by.
package struct KeyPrefix: TextField {
    package let text: String
    package init?(text: String) {
        guard (4...24).contains(text.utf8.count), isName(text) else { return nil }
        self.text = text
    }
    private init() { text = "troth-7d9e2b4c" }
    package static let category = DataCategory.account
    package static let example = KeyPrefix()
    package static let shape = Shape.text(pattern: "^[A-Za-z0-9][A-Za-z0-9._:/@-]{3,23}$")
}

private func isName(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isName(UnsafeRawBufferPointer($0)) }
}

/// The API keys of an account, newest first.
package struct APIKeyList: Codable, Equatable, Sendable {
    package var keys: [APIKeyEntry]
    package init(keys: [APIKeyEntry]) { self.keys = keys }
    /// Keys of one account at most.
    package static let keysMax = 100
}

/// One API key, without the key.
package struct APIKeyEntry: Codable, Equatable, Sendable {
    package var key: APIKeyID
    package var prefix: KeyPrefix
    package var state: APIKeyStanding
    package var madeAt: Instant
    /// Boxed to the asker's key; its index is the key's place in the list.
    package var label: Boxed<KeyLabel>?
    package init(key: APIKeyID, prefix: KeyPrefix, state: APIKeyStanding, madeAt: Instant, label: Boxed<KeyLabel>?) {
        (self.key, self.prefix, self.state, self.madeAt, self.label) = (key, prefix, state, madeAt, label)
    }
}

/// What was accepted, chosen and objected to, newest first.
package struct ChoiceList: Codable, Equatable, Sendable {
    package var accepted: [Acceptance]
    package var chosen: [CookieChoice]
    package var objections: [Objection]
    package init(accepted: [Acceptance], chosen: [CookieChoice], objections: [Objection]) {
        (self.accepted, self.chosen, self.objections) = (accepted, chosen, objections)
    }
    /// Entries of each kind in one answer at most.
    package static let entriesMax = 100
}

/// A version of the policy was accepted.
package struct Acceptance: Codable, Equatable, Sendable {
    package var policy: PolicyVersion
    package var at: Instant
    package init(policy: PolicyVersion, at: Instant) { (self.policy, self.at) = (policy, at) }
}

/// Cookies were chosen. Policy §5.2–5.3.
package struct CookieChoice: Codable, Equatable, Sendable {
    package var notice: PolicyVersion
    package var functional: Flag
    package var analytics: Flag
    package var at: Instant
    package init(notice: PolicyVersion, functional: Flag, analytics: Flag, at: Instant) {
        (self.notice, self.functional, self.analytics, self.at) = (notice, functional, analytics, at)
    }
}

/// An objection to the improvement of quality, or its end. Policy §8.5.
package struct Objection: Codable, Equatable, Sendable {
    package var objects: Flag
    package var at: Instant
    package init(objects: Flag, at: Instant) { (self.objects, self.at) = (objects, at) }
}
