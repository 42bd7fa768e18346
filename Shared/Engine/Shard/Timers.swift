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
