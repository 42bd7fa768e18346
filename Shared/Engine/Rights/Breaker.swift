import Schema
import Store

/// The breaker of a file: above max(50, 2% of its people) erasures an hour, the rest waits for an operator.
/// SECURITY.md: Mass erasure.
struct Breaker {
    static let alarm: AlarmName = "mass-erasure"
    static let subject = "erasures wait"
    let tx: Transaction
    let now: Instant

    /// True where the next erasure must wait. It raises the alarm.
    func holds() throws -> Bool {
        guard try !isClosed() else { return false }
        tx.raise(
            Self.alarm, Self.subject,
            remedy: "see who asked for them; then: troth partition release SERVICE PARTITION --reason …")
        tx.count("rights_held")
        return true
    }

    private func isClosed() throws -> Bool {
        let isHolding =
            try tx.first(
                value: "SELECT 1 FROM rights WHERE state = 'held' AND state <> 'ended' LIMIT 1", as: Int64.self) != nil
        guard !isHolding else { return false }
        let edge = now + -Instant.hour
        let count: Int64 =
            try tx.first(value: "SELECT count(*) FROM rights WHERE counted IS NOT NULL AND counted > \(edge)") ?? 0
        guard count >= tx.service.erasuresAnHour else { return true }
        return count < max(tx.service.erasuresAnHour, try people() * Limits.erasuresPerMille / 1_000)
    }

    /// How many people the file has: the rows of the first slice of its service's page. Counted once an hour at most.
    private func people() throws -> Int64 {
        let counted = tx.store.memo(Counted.self) { Counted() }
        if let at = counted.at, now - at < Instant.hour { return counted.people }
        guard let first = tx.service.slices.first as? any TableSlice.Type else { return 0 }
        counted.people =
            try tx.first(value: "SELECT count(*) FROM \(raw: first.removedFrom) /* scan: once an hour, above 50 */")
            ?? 0
        counted.at = now
        return counted.people
    }

    private final class Counted {
        var people: Int64 = 0
        var at: Instant?
    }
}

extension Shard {
    /// Lets go what the breaker holds; what is let go does not count for it.
    mutating func release(_ operation: Operation) throws -> (ok: Bool, text: String) {
        let held: Int64 =
            try store.first(value: "SELECT count(*) FROM rights WHERE state = 'held' AND state <> 'ended'") ?? 0
        guard held > 0 else { return (false, "no erasure waits: there is nothing to release") }
        let text = "\(held) erasures"
        try transact { [store, now] tx in
            try tx.change(
                .exactly(Int(held)),
                "UPDATE rights SET state = 'waiting', due = \(now) WHERE state = 'held' AND state <> 'ended'")
            try Operations(store: store).insert(operation, detail: text, at: now)
            tx.clear(Breaker.alarm, Breaker.subject)
            tx.effects.changesRights = true
        }
        return (true, "released \(text)")
    }
}
