/// On `identity.keys`: the keys of one person. A destroyed one leaves its category and the time, for ever; when all
/// are destroyed, the person's id goes too. The last version of a record wins.
package struct SubjectKeys: Message {
    package static let type = "troth.identity.keys.v1"
    /// The Kafka key: random, so that it identifies nobody.
    package var record: KeyRecordID
    package var version: Revision
    package var subject: SubjectID?
    package var keys: [DataKey]
    package init(record: KeyRecordID, version: Revision, subject: SubjectID?, keys: [DataKey]) {
        (self.record, self.version, self.subject, self.keys) = (record, version, subject, keys)
    }
}

/// One key, or what is left of it.
package struct DataKey: Codable, Equatable, Sendable {
    package var category: KeyCategory
    package var key: KeyID
    /// Under the category's key-encryption key; absent: destroyed.
    package var wrapped: WrappedKeyBytes?
    package var destroyedAt: Instant?
    package init(category: KeyCategory, key: KeyID, wrapped: WrappedKeyBytes?, destroyedAt: Instant?) {
        (self.category, self.key, self.wrapped, self.destroyedAt) = (category, key, wrapped, destroyedAt)
    }
}

/// On `intake-keys.<owner>`, in every partition: what outsiders seal to. A new one every day; the private half, wrapped
/// for its owner, goes when nothing sealed to it can still lie in a topic.
package struct IntakeKey: Message {
    package static let type = "troth.intake-key.v1"
    /// The first half of the public key's SHA-256; the Kafka key.
    package var key: KeyID
    package var version: Revision
    package var publicKey: PublicKey
    /// When it was made: outsiders take the newest.
    package var madeAt: Instant
    /// Absent: destroyed.
    package var wrapped: WrappedKeyBytes?
    package var destroyedAt: Instant?
    package init(
        key: KeyID, version: Revision, publicKey: PublicKey, madeAt: Instant, wrapped: WrappedKeyBytes?,
        destroyedAt: Instant? = nil
    ) {
        (self.key, self.version, self.publicKey, self.madeAt) = (key, version, publicKey, madeAt)
        (self.wrapped, self.destroyedAt) = (wrapped, destroyedAt)
    }
}

/// On `rights.suppressions`: a person who was erased, known only by a keyed hash of the id. Outlives every file.
package struct Suppression: Message {
    package static let type = "troth.rights.suppression.v1"
    /// HMAC(suppression key, subject id); the Kafka key.
    package var mark: Digest
    package var since: Instant
    package init(mark: Digest, since: Instant) { (self.mark, self.since) = (mark, since) }
}

/// To `troth.clock`: its delivery report carries the broker's time.
package struct ClockQuestion: Message {
    package static let type = "troth.clock.v1"
    package var askedAt: Instant
    package init(askedAt: Instant) { self.askedAt = askedAt }
}
