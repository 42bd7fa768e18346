import Kafka
package import Schema

/// What lies on `intake-keys.<owner>`: whom outsiders seal to.
package struct IntakeKeys {
    private let kafka: KafkaOptions
    private let topic: Topic<IntakeKey>
    private let trust: TrustFile?

    /// Without `trust`, signatures are not checked.
    package init(_ kafka: KafkaOptions, _ topic: Topic<IntakeKey>, trust: TrustFile?) {
        (self.kafka, self.topic, self.trust) = (kafka, topic, trust)
    }

    /// The key to seal to now. It waits for a service that has just been started for the first time. Errors: there is
    /// none, or none that is signed.
    package func current() throws(Failure) -> PublicKey {
        let deadline = ContinuousClock.now + .seconds(Limits.answerSeconds)
        while true {
            let (keys, unsigned) = try read()
            let now = TimeText.now()
            if let key = Self.choose(keys, at: now) {
                let age = now.value - key.madeAt.value
                if age >= Limits.intakeKeySeconds * Instant.second || ContinuousClock.now > deadline {
                    return key.publicKey
                }
            } else if unsigned > 0 {
                throw .refused(
                    "\(topic.name) has \(unsigned) keys without a trusted signature: name the trust file of this "
                        + "deployment with --trust-file, or see who writes that topic")
            } else if ContinuousClock.now > deadline {
                throw .unreachable("\(topic.name) has no key to seal to: start \(topic.owner), which makes one")
            }
            try Waiting.pause(milliseconds: 200)
        }
    }

    /// The newest key that is at least a minute old, so that every file of its owner has read it; without one, the
    /// oldest. Destroyed ones do not count.
    package static func choose(_ keys: [IntakeKey], at now: Instant) -> IntakeKey? {
        let living = keys.filter { $0.wrapped != nil && $0.destroyedAt == nil }.sorted { $0.madeAt < $1.madeAt }
        return living.last { $0.madeAt + Instant.minute <= now } ?? living.first
    }

    /// The last version of each key in partition 0, where all of them lie, and how many records are not believed.
    private func read() throws(Failure) -> (keys: [IntakeKey], unsigned: Int) {
        var newest: [KeyID: IntakeKey] = [:]
        var unsigned = 0
        do {
            try kafka.reader().read(topic: topic.name.text, partitions: [0]) { message in
                guard let value = message.value,
                    let key = try? IntakeKey.decode(value, contentType: .json, from: .service)
                else { return }
                if let trust, !trust.believes(message, on: topic) {
                    unsigned += 1
                } else if newest[key.key].map({ $0.version < key.version }) ?? true {
                    newest[key.key] = key
                }
            }
        } catch let error as KafkaError {
            throw kafka.failure(error)
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        return (newest.sorted { $0.key.text < $1.key.text }.map(\.value), unsigned)
    }
}
