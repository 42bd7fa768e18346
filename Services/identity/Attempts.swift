import Engine
import Schema
import Store

/// Attempts to prove that an address is one's own: one code each, for one purpose, from one browser, for 10 minutes and
/// five tries. What the asker told is boxed to identity itself, as it came with the start.
struct Attempts: Noun {
    static let name = "attempts"
    static let category = DataCategory.account
    static let table = "\(attempts);\n\(begun);\n\(indexes)"
    /// Those that step 1001 has added.
    static let indexes = """
        CREATE INDEX attemptsBySubject ON attempts (subject) WHERE subject IS NOT NULL;
        CREATE INDEX attemptsByOwner ON attempts (owner) WHERE owner IS NOT NULL
        """
    static let attempts = """
        CREATE TABLE attempts (
            attempt      BLOB NOT NULL PRIMARY KEY CHECK (length(attempt) = 16),          -- AttemptID
            start        TEXT NOT NULL UNIQUE,                                            -- ClaimStart.id
            purpose      TEXT NOT NULL CHECK (purpose IN
                ('register', 'sign-in', 'new-address', 'old-address', 'rights', 'rights-erasure')),
            addressIndex BLOB NOT NULL CHECK (length(addressIndex) = 33),                 -- AddressIndex
            subject      BLOB CHECK ((purpose IN ('new-address', 'old-address')) = (subject IS NOT NULL)),
            asker        BLOB NOT NULL,                                                   -- boxed Particulars
            language     TEXT NOT NULL,
            region       TEXT,
            code         BLOB CHECK (length(code) = 32),                                  -- HMAC; NULL: none works
            tries        INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5),
            expiresAt    INTEGER NOT NULL,                                                -- Instant
            proof        BLOB CHECK (length(proof) = 32),                                 -- the command with it
            owner        BLOB CHECK (owner IS NULL OR proof IS NOT NULL),                 -- SubjectID: for whom
            request      BLOB CHECK (                                                     -- RequestFacts
                (purpose IN ('rights', 'rights-erasure')) = (request IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attemptsByAddress ON attempts (addressIndex, purpose);
        CREATE INDEX attemptsByTime ON attempts (expiresAt)
        """
    private static let begun = """
        CREATE TABLE startsBegun (
            start TEXT NOT NULL PRIMARY KEY,                                              -- ClaimStart.id
            at    INTEGER NOT NULL                                                        -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX startsBegunByTime ON startsBegun (at)
        """
    let tx: Transaction

    /// The attempt, as long as it is kept.
    func find(_ attempt: AttemptID) throws -> CodeAttempt? {
        try tx.first("SELECT \(CodeAttempt.columns) FROM attempts WHERE attempt = \(attempt)")
    }

    /// The attempt that a start began, so that a repeated one begins no other.
    func find(start: EventID) throws -> CodeAttempt? {
        try tx.first("SELECT \(CodeAttempt.columns) FROM attempts WHERE start = \(start)")
    }

    /// True for a start whose attempt was begun, and may be forgotten.
    func hasBegun(_ start: EventID) throws -> Bool {
        try tx.first(value: "SELECT 1 FROM startsBegun WHERE start = \(start)", as: Int64.self) != nil
    }

    /// Begins an attempt. With a code, it replaces the open ones of its address and purpose.
    func begin(_ attempt: CodeAttempt, at now: Instant) throws {
        try tx.change(.one, "INSERT INTO startsBegun (start, at) VALUES (\(attempt.start), \(now))")
        if attempt.code != nil {
            try tx.change(
                .any,
                """
                UPDATE attempts SET code = NULL
                WHERE addressIndex = \(attempt.index.bytes) AND purpose = \(attempt.purpose) AND proof IS NULL
                """)
        }
        try tx.change(
            .one,
            """
            INSERT INTO attempts (\(CodeAttempt.columns))
            VALUES (\(attempt.id), \(attempt.start), \(attempt.purpose), \(attempt.index.bytes), \(attempt.subject),
                \(attempt.asker), \(attempt.language), \(attempt.region), \(attempt.code), \(attempt.tries),
                \(attempt.expiresAt), \(attempt.proof), \(attempt.owner), \(attempt.request))
            """)
    }

    /// Counts a wrong try.
    func fail(_ attempt: AttemptID) throws {
        try tx.change(
            .any, "UPDATE attempts SET tries = tries + 1 WHERE attempt = \(attempt) AND tries < \(Limits.triesMax)")
    }

    /// The code was right: it works no more. `owner` nil: it was of no use.
    func use(_ attempt: AttemptID, by proof: Digest, for owner: SubjectID?) throws {
        try tx.change(.one, "UPDATE attempts SET proof = \(proof), owner = \(owner) WHERE attempt = \(attempt)")
    }

    /// Forgets what a person who is erased has proved, or was to prove.
    func forget(of subject: SubjectID) throws {
        try tx.change(.any, "DELETE FROM attempts WHERE subject = \(subject)")
        try tx.change(.any, "DELETE FROM attempts WHERE owner = \(subject)")
    }
}

/// One attempt.
struct CodeAttempt {
    let id: AttemptID
    let start: EventID
    let purpose: ClaimPurpose
    let index: AddressIndex
    /// Whose address changes.
    let subject: SubjectID?
    let asker: Boxed<Particulars>
    let language: Language
    let region: SubjectRegion?
    let code: Digest?
    var tries: Int64 = 0
    let expiresAt: Instant
    var proof: Digest?
    var owner: SubjectID?
    /// The request whose asker it proves.
    let request: RequestFacts?

    /// The attempt that a start begins.
    init(_ id: AttemptID, _ start: ClaimStart, index: AddressIndex, code: Digest?, expiresAt: Instant) {
        (self.id, self.start, purpose, self.index) = (id, start.id, start.purpose, index)
        (subject, asker, language, region) = (start.subject, start.asker, start.language, start.region)
        (self.code, self.expiresAt, request) = (code, expiresAt, start.request)
    }

    /// What the person's file is told.
    func proved(for subject: SubjectID, _ asked: AskedBy) -> ClaimProved {
        ClaimProved(
            attempt: id, start: start, purpose: purpose, subject: subject, asker: asker, language: language,
            region: region, asked: asked, request: request)
    }
}

extension CodeAttempt: RowDecodable {
    static let columns: Columns = """
        attempt, start, purpose, addressIndex, subject, asker, language, region, code, tries, expiresAt, proof, owner,
        request
        """

    init(row: borrowing Row) throws(StoreError) {
        guard let index = AddressIndex(bytes: try row.value(3)) else { throw row.wrongType(3) }
        (id, start, purpose) = (try row.value(0), try row.value(1), try row.value(2))
        (self.index, subject, asker) = (index, try row.value(4), try row.value(5))
        (language, region, code) = (try row.value(6), try row.value(7), try row.value(8))
        (tries, expiresAt) = (try row.value(9), try row.value(10))
        (proof, owner, request) = (try row.value(11), try row.value(12), try row.value(13))
    }
}
