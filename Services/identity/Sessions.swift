import Engine
import Schema
import Store

/// Sessions: a browser that is signed in, known by the hash of its token. One ends 30 days after its start, after 7
/// days without use, or when it is ended.
struct Sessions: Noun {
    static let name = "sessions"
    static let category = DataCategory.account
    static let table = """
        CREATE TABLE sessions (
            digest    BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),              -- SHA-256 of the token
            attempt   BLOB NOT NULL UNIQUE CHECK (length(attempt) = 16),                  -- AttemptID that began it
            subject   BLOB NOT NULL CHECK (length(subject) = 16),                         -- SubjectID
            startedAt INTEGER NOT NULL,                                                   -- Instant
            usedAt    INTEGER NOT NULL,                                                   -- Instant, to the hour
            endedAt   INTEGER                                                             -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessionsBySubject ON sessions (subject);
        CREATE INDEX sessionsByTime ON sessions (startedAt)
        """
    let tx: Transaction

    /// A session that has begun: its token is known only now.
    struct Started {
        let token: SessionToken
        let expiresAt: Instant
        /// True where the attempt has not begun it before.
        let isFirst: Bool
    }

    /// Begins the session of an attempt. A repetition gives the same session another token; nil: it has ended.
    func start(_ subject: SubjectID, by attempt: AttemptID, at now: Instant) throws -> Started? {
        let token = SessionToken(unchecked: Base64URL.encode(tx.draw(32)))
        let digest = try tx.digest(token.bytes)
        let known: Session? = try tx.first("SELECT \(Session.columns) FROM sessions WHERE attempt = \(attempt)")
        guard let known else {
            try tx.change(
                .one,
                """
                INSERT INTO sessions (digest, attempt, subject, startedAt, usedAt)
                VALUES (\(digest), \(attempt), \(subject), \(now), \(now))
                """)
            return Started(token: token, expiresAt: now + Limits.sessionLife, isFirst: true)
        }
        guard known.isOpen(at: now), known.subject == subject else { return nil }
        try tx.change(.one, "UPDATE sessions SET digest = \(digest) WHERE attempt = \(attempt)")
        return Started(token: token, expiresAt: known.startedAt + Limits.sessionLife, isFirst: false)
    }

    /// Uses a session of a person. False: there is none, or it has ended.
    func use(_ token: SessionToken, of subject: SubjectID, at now: Instant) throws -> Bool {
        let digest = try tx.digest(token.bytes)
        let session: Session? = try tx.first("SELECT \(Session.columns) FROM sessions WHERE digest = \(digest)")
        guard let session, session.subject == subject, session.isOpen(at: now) else { return false }
        if now - session.usedAt >= Limits.sessionUseStep {
            try tx.change(.one, "UPDATE sessions SET usedAt = \(now) WHERE digest = \(digest)")
        }
        return true
    }

    /// Ends one session.
    func end(_ token: SessionToken, at now: Instant) throws {
        let digest = try tx.digest(token.bytes)
        try tx.change(.any, "UPDATE sessions SET endedAt = \(now) WHERE digest = \(digest) AND endedAt IS NULL")
    }

    /// Ends every session of a person.
    func endAll(of subject: SubjectID, at now: Instant) throws {
        try tx.change(.any, "UPDATE sessions SET endedAt = \(now) WHERE subject = \(subject) AND endedAt IS NULL")
    }

    /// Forgets sessions that began long ago.
    func forget(at now: Instant) throws {
        let edge = now + -Limits.sessionKept
        try tx.change(
            .any,
            """
            DELETE FROM sessions WHERE digest IN
                (SELECT digest FROM sessions WHERE startedAt <= \(edge) ORDER BY startedAt LIMIT \(Limits.timerRowsMax))
            """)
    }
}

/// One session.
private struct Session: RowDecodable {
    static let columns: Columns = "subject, startedAt, usedAt, endedAt"
    let subject: SubjectID
    let startedAt: Instant
    let usedAt: Instant
    let endedAt: Instant?

    init(row: borrowing Row) throws(StoreError) {
        (subject, startedAt) = (try row.value(0), try row.value(1))
        (usedAt, endedAt) = (try row.value(2), try row.value(3))
    }

    /// The rule of sessions.
    func isOpen(at now: Instant) -> Bool {
        endedAt == nil && now < startedAt + Limits.sessionLife && now < usedAt + Limits.sessionIdle
    }
}
