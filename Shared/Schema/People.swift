/// Whose data it is. In this release the account's 16 bytes: one holder per account.
package struct SubjectID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package init(_ account: AccountID) { (high, low) = (account.high, account.low) }
    /// The account that the person holds.
    package var account: AccountID { AccountID(high: high, low: low) }
    package static let category = DataCategory.account
    package static let example = SubjectID(.example)
}

/// A data key, an intake key or a wrapped one, as sealed bytes name it.
package struct KeyID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.none
    package static let example = KeyID(high: 0x42f5_c425_11dc_8948, low: 0x62b7_21d1_076b_cc3a)
}

/// The Kafka key of a person's record on `identity.keys`.
package struct KeyRecordID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.none
    package static let example = KeyRecordID(high: 0x9d2b_6c1e_47aa_4f03, low: 0x8e51_c0d2_7b6f_1a94)
}

/// An attempt to prove that an address is one's own: what a mailed code belongs to. Its partition is the address's.
package struct AttemptID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.none
    package static let example = AttemptID(high: 0x1a2b_3c4d_5e6f_4a0b, low: 0x8c9d_aebf_c0d1_e2f3)
}

/// A message to a person: its mail's Message-ID is made of it.
package struct NoticeID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.none
    package static let example = NoticeID(high: 0x6b1f_0a9c_d3e4_4725, low: 0xb817_29c6_e5d4_f3a2)
}

/// `identity.accounts`: what everybody may know of an account. The last version wins.
package struct AccountState: Message {
    package static let type = "troth.identity.account.v1"
    package var account: AccountID
    package var version: Revision
    package var state: AccountStanding
    package var opened: Instant
    package var closed: Instant?
    package var region: SubjectRegion
    package var currency: Currency
    /// True where the person objects to the improvement of quality. Policy §2.4, §8.5.
    package var objects: Flag?
    package init(
        account: AccountID, version: Revision, state: AccountStanding, opened: Instant, closed: Instant?,
        region: SubjectRegion, currency: Currency, objects: Flag? = nil
    ) {
        (self.account, self.version, self.state, self.opened) = (account, version, state, opened)
        (self.closed, self.region, self.currency, self.objects) = (closed, region, currency, objects)
    }
}

/// Whether an account is open. A closed one can be restored for 30 days. Policy §4.1.
package enum AccountStanding: String, NamedField {
    case open, closed
    package static let category = DataCategory.account
    package static let example = AccountStanding.open
}

/// Where a person is, as far as it decides the law of a transfer. Policy §10.4.
package enum SubjectRegion: String, NamedField {
    case eea = "EEA"
    case outside, unknown
    package static let category = DataCategory.account
    package static let example = SubjectRegion.unknown
}

/// `identity.api-keys`: what a gateway needs to know a key by. The last version wins.
package struct APIKeyState: Message {
    package static let type = "troth.identity.api-key.v1"
    package var key: APIKeyID
    package var version: Revision
    package var account: AccountID
    /// SHA-256 of the key.
    package var hash: Digest
    package var state: APIKeyStanding
    package init(key: APIKeyID, version: Revision, account: AccountID, hash: Digest, state: APIKeyStanding) {
        (self.key, self.version, self.account) = (key, version, account)
        (self.hash, self.state) = (hash, state)
    }
}

/// Whether an API key may be used.
package enum APIKeyStanding: String, NamedField {
    case active, revoked
    package static let example = APIKeyStanding.active
}

/// A language that mail is written in.
package enum Language: String, NamedField {
    case english = "en"
    case german = "de"
    package static let category = DataCategory.consent
    package static let example = Language.english
}

/// A version of the policy or of the cookie notice: the day of its last change.
package struct PolicyVersion: TextField, Comparable {
    package let text: String
    package init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45,
            bytes.enumerated().allSatisfy({ $0 == 4 || $0 == 7 || (48...57).contains($1) })
        else { return nil }
        self.text = text
    }
    private init() { text = "2026-06-01" }
    /// The policy that this release keeps.
    package static let current = PolicyVersion()
    package static let category = DataCategory.consent
    package static let example = PolicyVersion.current
    package static let shape = Shape.text(pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    package static func < (left: PolicyVersion, right: PolicyVersion) -> Bool { left.text < right.text }
}
