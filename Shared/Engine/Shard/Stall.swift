package import Schema
import Store

/// Why a partition stands still, and what helps. Nothing is skipped meanwhile.
package struct Stall: Equatable, Sendable {
    /// The reasons.
    package enum Reason: String, Sendable, CaseIterable {
        /// A handler threw on a record.
        case handler = "handler-threw"
        /// A batch of a service's topic cannot be read.
        case damaged = "damaged-batch"
        /// The disk is full.
        case full = "disk-full"
        /// The file cannot be read or written.
        case failure = "io-failure"
        /// The file is damaged.
        case corrupt = "file-corrupt"
        /// A key is not here yet; the keys are read on meanwhile.
        case key = "waiting-for-a-key"
        /// A key does not unwrap though its key-encryption key is the file's.
        case brokenKey = "key-does-not-unwrap"
        /// The next offset is not in the topic any more, or not yet.
        case offset = "offset-out-of-range"
        /// The file belongs to another Kafka cluster.
        case cluster = "foreign-cluster"
        /// The topics have another number of partitions than the file was made for.
        case partitions = "other-partition-count"
        /// What was erased is still in the file.
        case remains = "erasure-incomplete"
    }

    package let reason: Reason
    /// Facts: topic, offset, kind of error; never a value.
    package let detail: String
    /// What to do.
    package let remedy: String
    package let since: Instant
    /// How often it was tried again.
    package var attempts = 0
    /// When it is tried again; nil: when an operator has acted.
    package var retryAt: Instant?

    /// True for what `partition reset` mends.
    var awaitsReset: Bool { reason == .offset || reason == .cluster }

    /// The same stall after another vain try.
    func again(at now: Instant) -> Stall {
        var next = self
        next.attempts += 1
        // what an operator must mend is not tried again
        next.retryAt =
            retryAt == nil
            ? nil : now + min(Limits.stallRetryFirst << Int64(min(next.attempts, 10)), Limits.stallRetryLast)
        return next
    }

    /// The stall that an error of a batch means; nil where the records must be tried one by one to know.
    static func of(_ error: any Error, at now: Instant) -> Stall? {
        guard let error = error as? StoreError else { return nil }
        func stall(_ reason: Reason, _ remedy: String) -> Stall {
            Stall(
                reason: reason, detail: "\(error)", remedy: remedy, since: now,
                retryAt: reason == .corrupt ? nil : now + Limits.stallRetryFirst)
        }
        switch error {
        case .full: return stall(.full, "free space on the volume of the data folder: it goes on by itself")
        case .ioFailure, .busy: return stall(.failure, "check the volume of the data folder: it goes on by itself")
        case .corrupt: return stall(.corrupt, "stop the service, restore the file from a backup, start it again")
        default: return nil
        }
    }

    /// The stall of one record whose key is missing or broken.
    static func key(_ error: any Error, at now: Instant) -> Stall? {
        guard let failure = error as? KeyFailure else { return nil }
        switch failure {
        case .unknown:
            return Stall(
                reason: .key, detail: "\(failure)", remedy: "start identity; restore identity.keys if it was lost",
                since: now, retryAt: now + Limits.stallRetryFirst)
        case .broken:
            return Stall(
                reason: .brokenKey, detail: "\(failure)",
                remedy: "restore the keys file from identity.keys: stop the service, remove it, start again",
                since: now,
                retryAt: now + Limits.stallRetryLast)
        case .wrongSecret, .missing, .seal: return nil
        }
    }

    /// The stall of one record on which the handler threw.
    static func handler(_ error: any Error, topic: TopicName, offset: Int64, at now: Instant) -> Stall {
        let cause = (error as? StoreError).map { "\($0)" } ?? "\(type(of: error))"
        return Stall(
            reason: .handler, detail: "\(topic) offset \(offset): \(cause)",
            remedy: "mend the cause, or: troth partition skip SERVICE PARTITION --reason …", since: now,
            retryAt: now + Limits.stallRetryFirst)
    }
}

extension Stall {
    /// The stall of a batch that cannot be read.
    static func damaged(_ batch: Unreadable, at now: Instant) -> Stall {
        Stall(
            reason: .damaged, detail: "\(batch.topic) offset \(batch.offset): its batch does not decompress or check",
            remedy: "let a whole replica lead; if there is none: troth partition skip SERVICE PARTITION --reason …",
            since: now, retryAt: now + Limits.stallRetryLast)
    }

    /// The stall of a file that does something that no file should.
    static func file(_ error: any Error, at now: Instant) -> Stall { unexpected(error, "the file", at: now) }

    /// The stall of a task that threw.
    static func task(_ error: any Error, at now: Instant) -> Stall { unexpected(error, "a task", at: now) }

    /// The stall of a timer that threw.
    static func timer(_ error: any Error, at now: Instant) -> Stall { unexpected(error, "a timer", at: now) }

    private static func unexpected(_ error: any Error, _ what: String, at now: Instant) -> Stall {
        Stall(
            reason: .failure, detail: "\(what): \((error as? StoreError).map { "\($0)" } ?? "\(type(of: error))")",
            remedy: "see the log; it is tried again", since: now, retryAt: now + Limits.stallRetryFirst)
    }
}
