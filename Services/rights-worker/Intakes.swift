import Engine
import Schema
import Store

/// What came in and is not proved yet. What identifies the asker lies under a key of the intake's own, and goes when
/// the asker is known; the rest after 30 days. Policy: Clocks.
struct Intakes: Noun {
    static let name = "intakes"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE intakes (
            intake      TEXT NOT NULL PRIMARY KEY,                                        -- of its command, hashed
            kind        TEXT NOT NULL,                                                    -- RequestKind
            channel     TEXT NOT NULL,                                                    -- RequestChannel
            receivedAt  INTEGER NOT NULL,                                                 -- Instant
            at          INTEGER NOT NULL,                                                 -- Instant: taken
            number      BLOB NOT NULL CHECK (length(number) = 16),                        -- RequestID, for the seal alone
            wrapped     BLOB,                                                             -- WrappedKeyBytes
            particulars BLOB CHECK ((particulars IS NULL) = (wrapped IS NULL)),           -- Sealed<Particulars>
            endedAt     INTEGER CHECK (endedAt IS NULL OR wrapped IS NULL)                -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX intakesByTime ON intakes (at)
        """
    /// For a copy: particulars lie beside the key that opens them.
    static let withoutParticulars: SQL = "UPDATE intakes SET wrapped = NULL, particulars = NULL /* scan: of a copy */"
    let tx: Transaction

    /// What is kept of an intake.
    struct Intake: RowDecodable {
        static let columns: Columns = "receivedAt, at"
        let receivedAt: Instant
        let at: Instant
        init(receivedAt: Instant, at: Instant) { (self.receivedAt, self.at) = (receivedAt, at) }
        init(row: borrowing Row) throws(StoreError) { (receivedAt, at) = (try row.value(0), try row.value(1)) }
    }

    /// Keeps an intake. One that is here is as it came first: its clock runs from then.
    func take(
        _ intake: EventID, _ kind: RequestKind, _ channel: RequestChannel, receivedAt: Instant,
        _ particulars: Particulars?, at now: Instant
    ) throws -> Intake {
        let known: Intake? = try tx.first("SELECT \(Intake.columns) FROM intakes WHERE intake = \(intake)")
        if let known { return known }
        let number = tx.newID(RequestID.self)
        let key = try particulars.map { _ in try tx.oneTimeKey(for: number, .request) }
        let sealed: Sealed<Particulars>? = try particulars.flatMap { try key?.seal($0) }
        try tx.change(
            .one,
            """
            INSERT INTO intakes (intake, kind, channel, receivedAt, at, number, wrapped, particulars)
            VALUES (\(intake), \(kind), \(channel), \(receivedAt), \(now), \(number), \(key?.wrapped), \(sealed))
            """)
        tx.count("intakes")
        return Intake(receivedAt: receivedAt, at: now)
    }

    /// The asker is known: what identifies goes.
    func end(_ intake: EventID, at now: Instant) throws {
        try tx.change(
            .any,
            """
            UPDATE intakes SET wrapped = NULL, particulars = NULL, endedAt = \(now)
            WHERE intake = \(intake) AND endedAt IS NULL
            """)
    }

    /// Forgets intakes whose time is over. It cannot be undone: without the broker's time it waits.
    func forget(at now: Instant) throws {
        let edge = now + -Limits.intakeKept
        let first: Instant? = try tx.first(value: "SELECT at FROM intakes ORDER BY at LIMIT 1 /* scan: one row */")
        guard let first, first <= edge, tx.clockIsProven(at: now) else { return }
        try tx.change(
            .any,
            """
            DELETE FROM intakes WHERE intake IN
                (SELECT intake FROM intakes WHERE at <= \(edge) ORDER BY at LIMIT \(Limits.forgetRowsMax))
            """)
    }
}
