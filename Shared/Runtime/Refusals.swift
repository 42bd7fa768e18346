import Kafka
import Schema
import Synchronization

/// What the brokers do not permit this process: for health and the log. Each is tried again every half minute; one that
/// does not come again is over.
final class Refusals: Sendable {
    /// What is not permitted.
    enum Deed: String {
        case read, write, join
    }
    private struct Present {
        let text: String
        var until: Instant
    }
    private let log: Logger
    private let principal = Mutex("this principal")
    private let present = Mutex<[String: Present]>([:])

    init(log: Logger) { self.log = log }

    /// Names whose permissions they are: the CN of the certificate.
    func name(_ principal: String) { self.principal.withLock { $0 = "principal \(principal)" } }

    /// Remembers a refusal; a new one is a log line.
    func add(_ deed: Deed, _ subject: String, _ error: KafkaError, at now: Instant = ShardClock.now()) {
        let principal = principal.withLock { $0 }
        let text = "\(principal) may not \(deed.rawValue) \(subject) (\(error.name))"
        let isNew = present.withLock { present in
            defer { present["\(deed) \(subject)"] = Present(text: text, until: now + Limits.refusalLasts) }
            return (present["\(deed) \(subject)"]?.until ?? now) <= now
        }
        guard isNew else { return }
        log.error(
            "a permission is missing; it is tried again every 30 s",
            [("principal", principal), ("deed", deed.rawValue), ("subject", subject), ("error", "\(error)")])
    }

    /// Those that are not over, in order.
    func all(at now: Instant = ShardClock.now()) -> [String] {
        present.withLock { present in
            for (key, refusal) in present where refusal.until <= now { present[key] = nil }
            return present.values.map(\.text).sorted()
        }
    }

    /// What to do about them.
    static let remedy =
        "give the permission (troth acl diff shows which, troth acl apply adds them): it goes on by itself"
}
