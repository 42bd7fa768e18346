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
            answer    BLOB NOT NULL,                                                      -- the token, to the asker
            subject   BLOB NOT NULL CHECK (length(subject) = 16),                         -- SubjectID
            startedAt INTEGER NOT NULL,                                                   -- Instant
            usedAt    INTEGER NOT NULL,                                                   -- Instant, to the hour
            endedAt   INTEGER                                                             -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessionsBySubject ON sessions (subject);
        CREATE INDEX sessionsByTime ON sessions (startedAt)
        """
    let tx: Transaction

    /// A session that has begun.
    struct Started {
        let token: Boxed<SessionToken>
        let expiresAt: Instant
        /// True where the attempt has not begun it before.
        let isFirst: Bool
    }

    /// Begins the session of an attempt; `box` seals its token to the asker. A repetition, which comes from the same
    /// asker, gets what the first got, for that may have arrived; nil: the session has ended.
    func start(
        _ subject: SubjectID, by attempt: AttemptID, at now: Instant,
        box: (SessionToken) throws -> Boxed<SessionToken>
    ) throws -> Started? {
        let known: Session? = try tx.first("SELECT \(Session.columns) FROM sessions WHERE attempt = \(attempt)")
        if let known {
            guard known.isOpen(at: now), known.subject == subject else { return nil }
            return Started(token: known.answer, expiresAt: known.startedAt + Limits.sessionLife, isFirst: false)
        }
        let token = SessionToken(unchecked: Base64URL.encode(tx.draw(32)))
        let answer = try box(token)
        try tx.change(
            .one,
            """
            INSERT INTO sessions (digest, attempt, answer, subject, startedAt, usedAt)
            VALUES (\(try tx.digest(token.bytes)), \(attempt), \(answer), \(subject), \(now), \(now))
            """)
        return Started(token: answer, expiresAt: now + Limits.sessionLife, isFirst: true)
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

    /// When a session of a person began; nil: there is none that is open.
    func start(of token: SessionToken, _ subject: SubjectID, at now: Instant) throws -> Instant? {
        guard try use(token, of: subject, at: now) else { return nil }
        return try tx.first(value: "SELECT startedAt FROM sessions WHERE digest = \(try tx.digest(token.bytes))")
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
}

/// One session.
private struct Session: RowDecodable {
    static let columns: Columns = "subject, answer, startedAt, usedAt, endedAt"
    let subject: SubjectID
    let answer: Boxed<SessionToken>
    let startedAt: Instant
    let usedAt: Instant
    let endedAt: Instant?

    init(row: borrowing Row) throws(StoreError) {
        (subject, answer, startedAt) = (try row.value(0), try row.value(1), try row.value(2))
        (usedAt, endedAt) = (try row.value(3), try row.value(4))
    }

    /// The rule of sessions.
    func isOpen(at now: Instant) -> Bool {
        endedAt == nil && now < startedAt + Limits.sessionLife && now < usedAt + Limits.sessionIdle
    }
}

extension Sessions: TableSlice {
    static let title = "Browsers that were signed in"
    static let orderColumns = ["digest"]
    static let columns: [SliceColumn] = [
        .init("startedAt", "since when", .instant), .init("usedAt", "last use, to the hour", .instant),
        .init("endedAt", "when it was ended", .instant),
    ]
}
