package import Schema
package import Seal
import Store

/// Sealing and opening inside a handler. What throws because a key is not here yet makes the file wait for it: let it
/// through.
extension Transaction {
    /// The keys of the file. Throws where the service has none.
    func ring() throws(KeyFailure) -> KeyRing {
        guard let keys else { throw .missing("keys file") }
        return keys
    }

    /// Makes a person's keys, one of each category that the service has; they go out on `identity.keys` and can be used
    /// in this file at once.
    package func makeKeys(for subject: SubjectID, at now: Instant) throws {
        let ring = try ring()
        guard try ring.record(of: subject) == nil else { return }  // a restored file meets a person who has keys
        var keys: [DataKey] = []
        for category in KeyCategory.allCases where ring.secrets.keks[category] != nil {
            let secret = SecretKey(try sealing { () throws(SealError) in try ring.secrets.randomness.secret(32) })
            let id = newID(KeyID.self)
            let wrapped = try ring.wrap(secret.bytes, of: subject.raw, category, id)
            let key = DataKey(category: category, key: id, wrapped: wrapped, destroyedAt: nil)
            effects.fresh[KeyRing.Slot(subject: subject, category: category)] = (key, secret)
            keys.append(key)
        }
        let record = newID(KeyRecordID.self)
        try send(
            SubjectKeys(record: record, version: Revision(unchecked: 1), subject: subject, keys: keys),
            to: Topics.identityKeys, partition: Schema.partition(of: subject.account, n: partitions), key: record.text)
    }

    /// Puts `destroyed` in the place of a person's keys of some categories, for ever. It cannot be undone: see
    /// `clockIsProven`. Throws `unknown` where the keys have not come back from their topic yet.
    package func destroyKeys(of subject: SubjectID, _ categories: Set<KeyCategory>, at now: Instant) throws {
        guard let record = try ring().record(of: subject) else { throw KeyFailure.unknown(.account) }
        try destroy(categories, of: record, at: now)
    }

    /// The record that a person's keys are in: a random id that tells nobody whose they are. Nil: they are not here.
    package func keyRecord(of subject: SubjectID) throws -> KeyRecordID? { try ring().record(of: subject)?.record }

    /// The same for a record, whose person may be known by nothing else any more.
    package func destroyKeys(in record: KeyRecordID, _ categories: Set<KeyCategory>, at now: Instant) throws {
        if let keys = try ring().record(record) { try destroy(categories, of: keys, at: now) }
    }

    private func destroy(_ categories: Set<KeyCategory>, of keys: SubjectKeys, at now: Instant) throws {
        var record = keys
        let living = record.keys.indices.filter {
            categories.contains(record.keys[$0].category) && record.keys[$0].wrapped != nil
        }
        guard !living.isEmpty else { return }
        record.version = Revision(unchecked: record.version.value + 1)
        for index in living {
            record.keys[index].wrapped = nil
            record.keys[index].destroyedAt = now
        }
        if record.keys.allSatisfy({ $0.wrapped == nil }) { record.subject = nil }
        try send(record, to: Topics.identityKeys, partition: partition, key: record.record.text)
    }

    /// True where a person's key of a category is destroyed, and its topic has said so: only then is another one
    /// destroyed, for a record has one next version.
    package func isDestroyed(_ category: KeyCategory, of subject: SubjectID) throws -> Bool {
        guard let record = try ring().record(of: subject) else { return true }  // all of them are
        return record.keys.first { $0.category == category }.map { $0.wrapped == nil } ?? true
    }

    /// Seals a value with its person's key.
    package func seal<P: Personal>(_ value: P, for subject: SubjectID) throws -> Sealed<P> {
        guard let category = KeyCategory(P.category), let (id, key) = try dataKey(subject, category) else {
            throw KeyFailure.missing("key for \(P.category.rawValue)")
        }
        return try seal(value, of: subject.raw, category, id, key.bytes)
    }

    /// Opens a sealed value. Nil: its key was destroyed.
    package func open<P: Personal>(_ sealed: Sealed<P>, of subject: SubjectID) throws -> P? {
        guard let category = KeyCategory(P.category) else { throw KeyFailure.missing("key") }
        guard let (_, key) = try dataKey(subject, category) else { return nil }
        return try open(sealed, of: subject.raw, key.bytes)
    }

    private func dataKey(_ subject: SubjectID, _ category: KeyCategory) throws -> (id: KeyID, key: SecretKey)? {
        let slot = KeyRing.Slot(subject: subject, category: category)
        let ring = try ring()
        if let own = effects.fresh[slot] { return (own.data.key, own.secret) }
        do {
            return try ring.dataKey(slot)
        } catch KeyFailure.unknown(let category) {
            // a person who was erased has no keys and will have none
            guard try isSuppressed(subject) else { throw KeyFailure.unknown(category) }
            return nil
        }
    }

    private func seal<P: Personal>(
        _ value: P, of subject: [UInt8], _ category: KeyCategory, _ id: KeyID, _ key: borrowing SecretBytes
    ) throws(KeyFailure) -> Sealed<P> {
        do throws(SealError) {
            return Sealed(
                unchecked: try SealedField.seal(
                    value.bytes, category: category.sealNumber, fieldID: P.sealID, keyID: id.raw, subject: subject,
                    dataKey: key, random: draw(16)))
        } catch {
            throw .seal(error)
        }
    }

    private func open<P: Personal>(
        _ sealed: Sealed<P>, of subject: [UInt8], _ key: borrowing SecretBytes
    ) throws(KeyFailure) -> P {
        do throws(SealError) {
            let bytes = try SealedField.open(sealed.bytes, fieldID: P.sealID, subject: subject, dataKey: key)
            guard let value = P(bytes: bytes) else { throw .malformed(.field) }
            return value
        } catch {
            throw .seal(error)
        }
    }

    /// A key of its own for something that has no person yet: it travels with what it seals.
    package func oneTimeKey(for id: some Identifier, _ category: KeyCategory) throws -> OneTimeKey {
        let ring = try ring()
        let secret = try sealing { () throws(SealError) in try ring.secrets.randomness.secret(32) }
        let key = newID(KeyID.self)
        return OneTimeKey(
            tx: self, subject: id.raw, category: category, id: key,
            wrapped: try ring.wrap(secret, of: id.raw, category, key), secret: SecretKey(secret))
    }

    /// A key of a request: what its slices are boxed to, or what its archive is sealed with. The public half is of use
    /// for the first.
    package func requestKey(for request: RequestID) throws -> (wrapped: WrappedKeyBytes, publicKey: PublicKey) {
        let key = try oneTimeKey(for: request, .request)
        let half = try sealing { () throws(SealError) in try X25519Key(key.secret.bytes).publicBytes }
        return (key.wrapped, PublicKey(unchecked: half))
    }

    /// Opens what a one-time key sealed.
    package func open<P: Personal>(
        _ sealed: Sealed<P>, of id: some Identifier, under wrapped: WrappedKeyBytes
    ) throws -> P {
        let header = try sealing { () throws(SealError) in try WrappedKey.header(of: wrapped.bytes) }
        let category = KeyCategory.allCases.first { $0.sealNumber == header.category }
        guard let category, let key = KeyID(stored: header.keyID) else {
            throw KeyFailure.seal(.malformed(.wrap))
        }
        return try open(sealed, of: id.raw, try ring().unwrap(wrapped.bytes, of: id.raw, category, key))
    }

    /// A key of its own.
    package struct OneTimeKey {
        let tx: Transaction
        let subject: [UInt8]
        let category: KeyCategory
        let id: KeyID
        /// The key, under its category's key-encryption key.
        package let wrapped: WrappedKeyBytes
        let secret: SecretKey

        /// The public half, where it is a key that others box to.
        package func publicKey() throws -> PublicKey {
            PublicKey(unchecked: try sealing { () throws(SealError) in try X25519Key(secret.bytes).publicBytes })
        }

        /// Seals a value.
        package func seal<P: Personal>(_ value: P) throws -> Sealed<P> {
            try tx.seal(value, of: subject, category, id, secret.bytes)
        }
    }

    /// True for a person who was erased.
    package func isSuppressed(_ subject: SubjectID) throws -> Bool {
        try first(value: "SELECT 1 FROM suppressions WHERE mark = \(try mark(of: subject))", as: Int64.self) != nil
    }

    /// True for the account of a person who was erased, where the service knows who was.
    func isErased(_ account: AccountID) throws -> Bool {
        secrets.suppression == nil ? false : try isSuppressed(SubjectID(account))
    }

    /// The mark of a person, by which only who has the suppression key knows again who was erased.
    package func mark(of subject: SubjectID) throws -> Digest {
        guard let key = secrets.suppression else { throw KeyFailure.missing("suppression key") }
        return Digest(
            unchecked: try sealing { () throws(SealError) in try HMAC.authenticate(subject.raw, key: key.bytes) })
    }

    /// A keyed hash of some parts, each with its length before it.
    package func hmac(_ pepper: Pepper, _ parts: [UInt8]...) throws -> Digest {
        guard let key = secrets.peppers[pepper] else { throw KeyFailure.missing("pepper \(pepper.rawValue)") }
        var input: [UInt8] = []
        for part in parts {
            withUnsafeBytes(of: UInt32(part.count).bigEndian) { input += $0 }
            input += part
        }
        return Digest(unchecked: try sealing { () throws(SealError) in try HMAC.authenticate(input, key: key.bytes) })
    }

    /// What an address is known by where nobody may read it.
    package func blindIndex(of address: NormalisedAddress) throws -> AddressIndex {
        guard let pepper = secrets.peppers[.claim] else { throw KeyFailure.missing("pepper claim") }
        let bytes = try sealing { () throws(SealError) in
            try BlindIndex.of(address, pepper: pepper.bytes, generation: UInt8(Secrets.generation))
        }
        guard let index = AddressIndex(bytes: bytes) else { throw KeyFailure.seal(.misuse("an index")) }
        return index
    }

    /// SHA-256.
    package func digest(_ bytes: [UInt8]) throws -> Digest {
        Digest(unchecked: try sealing { () throws(SealError) in try SHA256.hash(bytes) })
    }

    /// Compares in constant time.
    package func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool { equalInConstantTime(left, right) }

    /// Random bytes: the system's; in the simulator, the seed's.
    package func draw(_ count: Int) -> [UInt8] { secrets.randomness.bytes(count) }

    /// A new identifier (RFC 9562, version 4).
    package func newID<I: Identifier>(_ type: I.Type) -> I {
        let words = draw(16).withUnsafeBytes { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        return I(
            high: words.0 & 0xffff_ffff_ffff_0fff | 0x4000, low: words.1 & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        )
    }

    /// A new identifier whose records lie in a partition.
    package func newID<I: Identifier>(_ type: I.Type, in partition: Int32) -> I {
        while true {  // one in `partitions` fits
            let id = newID(type)
            let lies = Array(id.text.utf8).withUnsafeBytes { Schema.partition(of: $0, n: partitions) }
            if lies == partition { return id }
        }
    }
}
