import Schema
import Store

/// When each of a file's timers is due.
struct Timers {
    static let table = """
        CREATE TABLE timers (
            name TEXT NOT NULL PRIMARY KEY,
            due  INTEGER NOT NULL                                                         -- Instant
        ) STRICT, WITHOUT ROWID
        """

    /// A timer and when it is due.
    struct Due {
        let timer: Timer
        var at: Instant
        /// It ran, and left something for when the broker has said its time.
        var awaitsClock = false
    }

    var all: [Due] = []

    /// Reads when the timers are due; one that is new to the file is due at its first time.
    init(_ store: Store, _ timers: [Timer], now: Instant) throws(StoreError) {
        for timer in timers {
            let due: Int64? = try store.first(value: "SELECT due FROM timers WHERE name = \(timer.name)")
            all.append(Due(timer: timer, at: due.map { Instant(unchecked: $0) } ?? timer.first(after: now)))
        }
    }

    /// When the next one is due; nil: there are none.
    var due: Instant? { all.map(\.at).min() }

    /// True where one waits for the broker's time.
    var awaitClock: Bool { all.contains { $0.awaitsClock } }

    /// The broker has said its time: those that waited for it are due again.
    mutating func clockIsKnown(at now: Instant) {
        for index in all.indices where all[index].awaitsClock {
            (all[index].at, all[index].awaitsClock) = (now, false)
        }
    }

    /// Writes when a timer is due next.
    static func save(_ store: Store, _ name: String, due: Instant) throws(StoreError) {
        try store.change(
            .one,
            """
            INSERT INTO timers (name, due) VALUES (\(name), \(due.value))
            ON CONFLICT (name) DO UPDATE SET due = excluded.due
            """)
    }
}

extension Shard {
    /// What every file does once a day; the scrub reads the whole file, so each partition has a minute of its own.
    static func timers<S: Service>(of service: S.Type, _ partition: Int32) -> [Timer] {
        KeyInputs.timers(of: service, partition: partition) + Retention.timers(of: service) + [
            .daily("forget-commands", minute: 10) { now, tx in
                try Commands.forget(at: now, tx)
                try RightsTable.forget(at: now, tx)
            },
            .daily("scrub", minute: 180 + Int64(partition % 60)) { try $1.store.quickCheck() },
        ]
    }
}

extension Shard {
    /// Runs what is due, unless the file has still to read what it must know.
    mutating func tick() {
        settleRestore()
        guard !isRestored else { return }
        do {
            // nothing is decided by time before the file has read what it must know
            for index in timers.all.indices where timers.all[index].at <= now && unread.isEmpty {
                let timer = timers.all[index].timer
                var next = timer.next(after: now)
                var awaitsClock = false
                try transact { [store, now] tx in
                    try timer.run(now, tx)
                    awaitsClock = tx.effects.wantsClock
                    next = min(timer.next(after: now), tx.effects.again ?? timer.next(after: now))
                    try Timers.save(store, timer.name, due: next)
                }
                (timers.all[index].at, timers.all[index].awaitsClock) = (next, awaitsClock)
            }
            try watchLinks()
            if outbox.hasForgettable { try transact { _ in } }
        } catch {
            stand(still: Stall.of(error, at: now) ?? Stall.key(error, at: now) ?? .timer(error, at: now))
        }
    }
}
