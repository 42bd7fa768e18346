import Schema
import Seal
import Store

/// The inputs that the engine takes for every service that holds people's keys: the keys themselves, who was erased,
/// and its own intake keys.
enum KeyInputs {
    static let suppressionsTable = """
        CREATE TABLE suppressions (
            mark  BLOB NOT NULL PRIMARY KEY CHECK (length(mark) = 32),                    -- Digest
            since INTEGER NOT NULL                                                        -- Instant
        ) STRICT, WITHOUT ROWID
        """

    /// Who was erased.
    static var suppressions: Input { .stream(Topics.rightsSuppressions, .keys, suppress) }

    static func inputs<S: Service>(of service: S.Type) -> [Input] {
        var inputs: [Input] = []
        if !S.keyCategories.isEmpty {
            inputs.append(suppressions)
            inputs.append(.stream(Topics.identityKeys, .keys, takeKeys))
        }
        if let topic = S.intakeKeys { inputs.append(.stream(topic, .keys, takeIntakeKeys)) }
        return inputs
    }

    /// The timers of a file that has intake keys: file 0 of its service decides for all.
    static func timers<S: Service>(of service: S.Type, partition: Int32) -> [Timer] {
        guard partition == 0, let topic = S.intakeKeys, let category = S.keyCategories.first else { return [] }
        return [
            .every("intake-key", minutes: 10) { try IntakeKeys(tx: $1, topic: topic, category: category).turn(at: $0) }
        ]
    }

    /// Sends every key again that this service writes, to a cluster that has none.
    static func republish<S: Service>(_ service: S.Type, _ tx: Transaction) throws {
        if S.gives.contains(where: { $0.name == Topics.identityKeys.name }) {
            for record in try tx.ring().allRecords() {
                try tx.send(record, to: Topics.identityKeys, partition: tx.partition, key: record.record.text)
            }
        }
        if tx.partition == 0, let topic = S.intakeKeys {
            for key in try tx.ring().intakeKeys() { try tx.sendToAll(key, to: topic, key: key.key.text) }
        }
    }

    @Sendable private static func takeKeys(_ batch: Batch<SubjectKeys>, at now: Instant, in tx: Transaction) throws {
        try tx.ring().store.transaction {
            for entry in batch.entries {
                // of who was erased, a key may go on alone: that of payments, which the law keeps
                if let subject = entry.message.subject, try tx.isSuppressed(subject),
                    entry.message.keys.contains(where: { $0.wrapped != nil && $0.category != .payment })
                {
                    tx.refuse(batch, offset: entry.offset, call: nil, Refusal(.suppressed))
                    continue
                }
                _ = try tx.ring().take(entry.message)
            }
        }
    }

    @Sendable private static func takeIntakeKeys(_ batch: Batch<IntakeKey>, at now: Instant, in tx: Transaction) throws
    {
        try tx.ring().store.transaction {
            for entry in batch.entries { _ = try tx.ring().take(entry.message) }
        }
    }

    @Sendable private static func suppress(_ batch: Batch<Suppression>, at now: Instant, in tx: Transaction) throws {
        for entry in batch.entries {
            try tx.change(
                .any,
                """
                INSERT INTO suppressions (mark, since) VALUES (\(entry.message.mark), \(entry.message.since))
                ON CONFLICT (mark) DO NOTHING
                """)
        }
    }
}

/// The keys that outsiders seal to: a new one every day, the old ones destroyed when nothing sealed to them can still
/// lie in a topic. SECURITY.md: Rotation.
struct IntakeKeys {
    let tx: Transaction
    let topic: Topic<IntakeKey>
    let category: KeyCategory

    func turn(at now: Instant) throws {
        let keys = try tx.ring().intakeKeys()
        if keys.last.map({ $0.madeAt.days < now.days }) ?? true { try make(at: now) }
        let edge = now.value - Limits.intakeKeyKept
        // counted from its successor: until then outsiders had no other to seal to
        for (key, next) in zip(keys, keys.dropFirst()) where next.madeAt.value < edge && tx.clockIsProven(at: now) {
            var gone = key
            gone.version = Revision(unchecked: key.version.value + 1)
            (gone.wrapped, gone.destroyedAt) = (nil, now)
            try tx.sendToAll(gone, to: topic, key: key.key.text)
        }
    }

    private func make(at now: Instant) throws {
        let ring = try tx.ring()
        let secret = try sealing { () throws(SealError) in try ring.secrets.randomness.secret(32) }
        let publicKey = try sealing { () throws(SealError) in try X25519Key(secret).publicBytes }
        let id = try sealing { () throws(SealError) in try SealedBox.keyID(of: publicKey) }
        guard let key = KeyID(stored: id) else { throw KeyFailure.seal(.misuse("a box key's name")) }
        let message = IntakeKey(
            key: key, version: Revision(unchecked: 1), publicKey: PublicKey(unchecked: publicKey), madeAt: now,
            wrapped: try ring.wrap(secret, of: KeyRing.nobody, category, key))
        try tx.sendToAll(message, to: topic, key: key.text)
    }
}
