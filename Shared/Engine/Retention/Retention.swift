import Policy
import Schema
import Store

/// Purging: each file goes through what it holds and deletes what is past its period, some rows at a time, under the
/// broker's clock. What is late is an alarm. Policy §4.
enum Retention {
    static let tables = """
        CREATE TABLE retentionOverrides (
            held    TEXT NOT NULL PRIMARY KEY,                                            -- Held
            version INTEGER NOT NULL,
            count   INTEGER                                                               -- NULL: the schedule's
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE holds (
            hold    BLOB NOT NULL PRIMARY KEY CHECK (length(hold) = 16),                  -- HoldID
            version INTEGER NOT NULL,
            person  BLOB CHECK (length(person) = 16),                                     -- SubjectID; NULL: released
            held    TEXT CHECK ((held IS NULL) = (person IS NULL)),                       -- Held
            until   INTEGER CHECK ((until IS NULL) = (person IS NULL))                    -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX holdsByPerson ON holds (held, person, until) WHERE person IS NOT NULL;
        CREATE TABLE purged (
            noun TEXT NOT NULL PRIMARY KEY,
            rows INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE reporting (
            one        INTEGER PRIMARY KEY CHECK (one = 1),
            reportedAt INTEGER NOT NULL,                                                  -- Instant
            asked      INTEGER NOT NULL                                                   -- Instant
        ) STRICT
        """
    static let overdue: AlarmName = "purge-overdue"

    /// The timer of a file that holds something.
    static func timers<S: Service>(of service: S.Type) -> [Timer] {
        guard !S.purges.isEmpty else { return [] }
        return [
            .every("retention", minutes: 1) { now, tx in
                try sweep(S.purges, at: now, tx)
                try report(S.purges, to: Topics.retentionReports(of: S.name.text), at: now, tx)
            }
        ]
    }

    /// The period of something: the schedule's, unless an operator has set another.
    static func period(of held: Held, _ tx: Transaction) throws -> Period {
        let period = Schedule.entry(held).period
        let count: Int64?? = try tx.first(
            value: "SELECT count FROM retentionOverrides WHERE held = \(held)", as: Int64?.self)
        guard let count, let count else { return period }
        return Period(count, period.unit)
    }

    /// When the last hold on something of a person ends; nil: there is none.
    static func lastHold(on subject: SubjectID, at now: Instant, _ tx: Transaction) throws -> Instant? {
        try tx.first(
            value: """
                SELECT until FROM holds WHERE person = \(subject) AND until > \(now)
                ORDER BY until DESC LIMIT 1 /* scan: a few holds */
                """)
    }

    /// Deletes what is past its period, up to a bound; where there is more it goes on after a rest.
    private static func sweep(_ purges: [Purge], at now: Instant, _ tx: Transaction) throws {
        var room = Limits.purgeRows
        for purge in purges {
            let period = try period(of: purge.held, tx)
            let edge = period.edge(at: now)
            var oldest = try purge.oldest(tx)
            if let first = oldest, first < edge, room > 0, tx.clockIsProven(at: now) {
                let rows = try purge.step(edge, room, tx)
                room -= rows
                try count(rows, of: purge, tx)
                oldest = try purge.oldest(tx)
            }
            watch(purge, oldest.map { period.end(of: $0) }, at: now, tx)
        }
        if room <= 0 { tx.runAgain(at: now + Limits.purgeRest) }
    }

    private static func count(_ rows: Int, of purge: Purge, _ tx: Transaction) throws {
        guard rows > 0 else { return }
        tx.count("rows_purged", by: Int64(rows))
        try tx.change(
            .one,
            """
            INSERT INTO purged (noun, rows) VALUES (\(purge.noun), \(rows))
            ON CONFLICT (noun) DO UPDATE SET rows = rows + excluded.rows
            """)
    }

    private static func watch(_ purge: Purge, _ due: Instant?, at now: Instant, _ tx: Transaction) {
        if isOverdue(due, at: now) {
            tx.raise(
                overdue, purge.noun,
                remedy: "see whether clock-unproven is raised, and that the partition runs: it is purged by itself")
        } else {
            tx.clear(overdue, purge.noun)
        }
    }

    private static func isOverdue(_ due: Instant?, at now: Instant) -> Bool {
        due.map { now - $0 >= Limits.sweepInterval } ?? false
    }

    /// Says once a day, and when it is asked, what is held and what was purged. A new file has a day's time.
    private static func report(
        _ purges: [Purge], to topic: Topic<RetentionReport>, at now: Instant, _ tx: Transaction
    ) throws {
        var last: (at: Instant, asked: Instant)?
        try tx.each("SELECT reportedAt, asked FROM reporting WHERE one = 1") { row throws(StoreError) in
            last = (try row.value(0), try row.value(1))
        }
        guard let last else {
            return try tx.change(.one, "INSERT INTO reporting (one, reportedAt, asked) VALUES (1, \(now), 0)")
        }
        guard now - last.at >= Limits.reportEvery || last.asked > last.at else { return }
        let entries = try purges.map { try entry($0, at: now, tx) }
        try tx.send(RetentionReport(at: now, entries: entries), to: topic)
        try tx.change(.one, "UPDATE reporting SET reportedAt = \(now) WHERE one = 1")
    }

    private static func entry(_ purge: Purge, at now: Instant, _ tx: Transaction) throws -> RetentionEntry {
        let oldest = try purge.oldest(tx)
        let due = try oldest.map { try period(of: purge.held, tx).end(of: $0) }
        let rows: Int64? = try tx.first(value: "SELECT rows FROM purged WHERE noun = \(purge.noun)")
        let holds: Int64? = try tx.first(
            value: """
                SELECT count(*) FROM holds WHERE held = \(purge.held) AND person IS NOT NULL AND until > \(now)
                """)
        return RetentionEntry(
            held: purge.held, noun: SliceName(unchecked: purge.noun), oldest: oldest, due: due,
            purged: CallCount(unchecked: rows ?? 0), holds: CallCount(unchecked: holds ?? 0),
            overdue: Flag(isOverdue(due, at: now)))
    }
}
