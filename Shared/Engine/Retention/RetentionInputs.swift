import Policy
import Schema
import Store

/// The input that the engine takes for every service that purges: what differs from the schedule.
enum RetentionInputs {
    static func inputs<S: Service>(of service: S.Type) -> [Input] {
        S.purges.isEmpty ? [] : [.stream(Topics.retentionSchedule, .control, take)]
    }

    @Sendable private static func take(
        _ batch: Batch<RetentionChange>, at now: Instant, in tx: Transaction
    ) throws {
        for entry in batch.entries {
            let change = entry.message
            if let override = change.override {
                // a file does not trust that the schedule's keeper has asked: nothing goes before its shortest period
                let count = override.count?.value
                guard count.map({ Schedule.entry(override.held).allows($0, statute: override.statute) }) ?? true else {
                    tx.refuse(batch, offset: entry.offset, call: nil, Refusal(.wrongValue))
                    continue
                }
                try save(override.held, count, change.version, tx)
            }
            if let hold = change.hold {
                guard (hold.subject == nil) == (hold.held == nil), (hold.held == nil) == (hold.until == nil) else {
                    tx.refuse(batch, offset: entry.offset, call: nil, Refusal(.wrongValue))
                    continue
                }
                // a hold comes too late for who was erased
                if let subject = hold.subject, try tx.isErased(subject.account) {
                    tx.count("late_dropped")
                    continue
                }
                try save(hold, change.version, tx)
            }
            if let asked = change.asked {
                try tx.change(.zeroOrOne, "UPDATE reporting SET asked = max(asked, \(asked)) WHERE one = 1")
            }
        }
    }

    private static func save(_ held: Held, _ count: Int64?, _ version: Revision, _ tx: Transaction) throws {
        try tx.change(
            .zeroOrOne,
            """
            INSERT INTO retentionOverrides (held, version, count) VALUES (\(held), \(version), \(count))
            ON CONFLICT (held) DO UPDATE SET version = excluded.version, count = excluded.count
            WHERE excluded.version > version
            """)
    }

    private static func save(_ hold: RetentionHold, _ version: Revision, _ tx: Transaction) throws {
        try tx.change(
            .zeroOrOne,
            """
            INSERT INTO holds (hold, version, person, held, until)
            VALUES (\(hold.hold), \(version), \(hold.subject), \(hold.held), \(hold.until))
            ON CONFLICT (hold) DO UPDATE SET version = excluded.version, person = excluded.person,
                held = excluded.held, until = excluded.until
            WHERE excluded.version > version
            """)
    }
}
