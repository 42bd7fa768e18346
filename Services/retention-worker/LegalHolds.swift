import Engine
import Policy
import Schema
import Store

/// Holds on what is held on a person: why, until when, and who placed them. One that has ended is a record for as long
/// as a request is. Policy §4.5, §8.3.
struct LegalHolds: Noun {
    static let name = "legalHolds"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE legalHolds (
            hold      BLOB NOT NULL PRIMARY KEY CHECK (length(hold) = 16),                -- HoldID
            version   INTEGER NOT NULL CHECK (version >= 1),
            subject   BLOB NOT NULL CHECK (length(subject) = 16),                         -- SubjectID
            held      TEXT NOT NULL,                                                      -- Held
            reason    TEXT NOT NULL,                                                      -- Remark
            source    TEXT NOT NULL,                                                      -- the command's ce_source
            placedAt  INTEGER NOT NULL,                                                   -- Instant
            until     INTEGER NOT NULL,                                                   -- Instant
            endedAt   INTEGER,                                                            -- Instant
            endReason TEXT CHECK (endReason IS NULL OR endedAt IS NOT NULL)               -- Remark; NULL: its time came
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX legalHoldsBySubject ON legalHolds (subject);
        CREATE INDEX legalHoldsByUntil ON legalHolds (until) WHERE endedAt IS NULL;
        CREATE INDEX legalHoldsByEnd ON legalHolds (endedAt) WHERE endedAt IS NOT NULL
        """
    let tx: Transaction

    /// A hold as it is kept.
    private struct Kept: RowDecodable {
        static let columns: Columns = "hold, subject, held, reason, placedAt, until, version"
        let state: HoldState
        let version: Revision
        init(row: borrowing Row) throws(StoreError) {
            state = HoldState(
                hold: try row.value(0), subject: try row.value(1), held: try row.value(2), reason: try row.value(3),
                placed: try row.value(4), until: try row.value(5))
            version = try row.value(6)
        }
    }

    /// Places a hold; the person's file in every service learns of it.
    func place(_ place: PlaceHold, on subject: SubjectID, by source: String, at now: Instant) throws -> Answer {
        guard place.until > now, place.until - now <= Limits.holdMax else { return .refused(.badEnd) }
        guard try inForce(at: now).count < RetentionStatus.holdsMax else { return .refused(.tooManyHolds) }
        let state = HoldState(
            hold: tx.newID(HoldID.self, in: tx.partition), subject: subject, held: place.held, reason: place.reason,
            placed: now, until: place.until)
        try tx.change(
            .one,
            """
            INSERT INTO legalHolds (hold, version, subject, held, reason, source, placedAt, until)
            VALUES (\(state.hold), 1, \(subject), \(state.held), \(state.reason), \(source), \(now), \(state.until))
            """)
        try publish(state, Revision(unchecked: 1))
        tx.count("holds_placed")
        return .done(.hold(state))
    }

    /// Ends a hold before its time.
    func release(_ release: ReleaseHold, at now: Instant) throws -> Answer {
        guard try end(release.hold, release.reason, at: now) else { return .refused(.noHold) }
        return .done()
    }

    /// Ends the holds whose time has come, some at a time.
    func endDue(at now: Instant) throws {
        let due = try tx.store.all(
            values: """
                SELECT hold FROM legalHolds WHERE endedAt IS NULL AND until <= \(now)
                ORDER BY until LIMIT \(Limits.timerRowsMax)
                """, as: HoldID.self)
        for hold in due { _ = try end(hold, nil, at: now) }
    }

    /// The holds of the partition that are in force, the first to end first.
    func inForce(at now: Instant) throws -> [HoldState] {
        let rows: [Kept] = try tx.all(
            """
            SELECT \(Kept.columns) FROM legalHolds WHERE endedAt IS NULL AND until > \(now) ORDER BY until
            LIMIT \(RetentionStatus.holdsMax)
            """)
        return rows.map(\.state)
    }

    /// Every hold that is in force goes out again.
    func publishAll() throws {
        let rows: [Kept] = try tx.all(
            "SELECT \(Kept.columns) FROM legalHolds WHERE endedAt IS NULL /* scan: once a cluster, a restore */")
        for row in rows { try publish(row.state, row.version) }
    }

    /// The next versions are higher than any that was given since the file's backup.
    func passVersions() throws {
        try tx.change(
            .any, "UPDATE legalHolds SET version = version + \(Limits.restoredVersions) /* scan: once a restore */")
    }

    private func end(_ hold: HoldID, _ reason: Remark?, at now: Instant) throws -> Bool {
        let version: Int64? = try tx.first(
            value: "SELECT version FROM legalHolds WHERE hold = \(hold) AND endedAt IS NULL")
        guard let version else { return false }
        try tx.change(
            .one,
            """
            UPDATE legalHolds SET version = \(version + 1), endedAt = \(now), endReason = \(reason) WHERE hold = \(hold)
            """)
        // what is left on the topic names nobody
        try send(
            RetentionHold(hold: hold, subject: nil, held: nil, until: nil), Revision(unchecked: version + 1))
        tx.count("holds_ended")
        return true
    }

    private func publish(_ state: HoldState, _ version: Revision) throws {
        try send(
            RetentionHold(hold: state.hold, subject: state.subject, held: state.held, until: state.until), version)
    }

    private func send(_ hold: RetentionHold, _ version: Revision) throws {
        try tx.send(
            RetentionChange(version: version, hold: hold), to: Topics.retentionSchedule, partition: tx.partition,
            key: hold.hold.text)
    }
}
