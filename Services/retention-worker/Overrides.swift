import Engine
import Policy
import Schema
import Store

/// Periods that differ from the schedule's: shorter, or longer by a statute. In partition 0. The higher version wins.
struct Overrides: Noun {
    static let name = "overrides"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE overrides (
            held    TEXT NOT NULL PRIMARY KEY,                                            -- Held
            version INTEGER NOT NULL CHECK (version >= 1),
            count   INTEGER,                                                              -- NULL: the schedule's
            statute TEXT,                                                                 -- Remark
            since   INTEGER NOT NULL                                                      -- Instant
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// An override as it is kept.
    private struct Kept: RowDecodable {
        static let columns: Columns = "held, version, count, statute, since"
        let override: RetentionOverride
        let version: Revision
        let since: Instant
        init(row: borrowing Row) throws(StoreError) {
            override = RetentionOverride(held: try row.value(0), count: try row.value(2), statute: try row.value(3))
            (version, since) = (try row.value(1), try row.value(4))
        }
    }

    /// Sets a period, or sets it back; every file learns of it.
    func set(_ override: RetentionOverride, at now: Instant) throws -> Answer {
        let entry = Schedule.entry(override.held)
        if let count = override.count, !entry.allows(count.value, statute: override.statute) {
            return .refused(.notAllowed(entry))
        }
        let known: Int64? = try tx.first(value: "SELECT version FROM overrides WHERE held = \(override.held)")
        let version = Revision(unchecked: (known ?? 0) + 1)
        try tx.change(
            .one,
            """
            INSERT INTO overrides (held, version, count, statute, since)
            VALUES (\(override.held), \(version), \(override.count), \(override.statute), \(now))
            ON CONFLICT (held) DO UPDATE SET version = excluded.version, count = excluded.count,
                statute = excluded.statute, since = excluded.since
            """)
        try publish(override, version)
        return .done()
    }

    /// Those that are in force.
    func all() throws -> [OverrideState] {
        try rows().filter { $0.override.count != nil }.map { OverrideState(override: $0.override, since: $0.since) }
    }

    /// Every one goes out again.
    func publishAll() throws {
        for row in try rows() { try publish(row.override, row.version) }
    }

    /// The next versions are higher than any that was given since the file's backup.
    func passVersions() throws {
        try tx.change(
            .any, "UPDATE overrides SET version = version + \(Limits.restoredVersions) /* scan: once a restore */")
    }

    private func rows() throws -> [Kept] {
        try tx.all("SELECT \(Kept.columns) FROM overrides /* scan: one row an entry of the schedule */")
    }

    private func publish(_ override: RetentionOverride, _ version: Revision) throws {
        try tx.sendToAll(
            RetentionChange(version: version, override: override), to: Topics.retentionSchedule,
            key: override.held.rawValue)
    }
}
