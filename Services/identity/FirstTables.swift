/// Tables as they were made once: what migrations begin with.
enum FirstTables {
    /// Attempts from before codes proved who asks for a right.
    static let attempts = """
        CREATE TABLE attempts (
            attempt      BLOB NOT NULL PRIMARY KEY CHECK (length(attempt) = 16),          -- AttemptID
            start        TEXT NOT NULL UNIQUE,                                            -- ClaimStart.id
            purpose      TEXT NOT NULL CHECK (purpose IN ('register', 'sign-in', 'new-address', 'old-address')),
            addressIndex BLOB NOT NULL CHECK (length(addressIndex) = 33),                 -- AddressIndex
            subject      BLOB CHECK ((purpose IN ('new-address', 'old-address')) = (subject IS NOT NULL)),
            asker        BLOB NOT NULL,                                                   -- boxed Particulars
            language     TEXT NOT NULL,
            region       TEXT,
            code         BLOB CHECK (length(code) = 32),                                  -- HMAC; NULL: none works
            tries        INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5),
            expiresAt    INTEGER NOT NULL,                                                -- Instant
            proof        BLOB CHECK (length(proof) = 32),                                 -- the command with it
            owner        BLOB CHECK (owner IS NULL OR proof IS NOT NULL)                  -- SubjectID: for whom
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attemptsByAddress ON attempts (addressIndex, purpose);
        CREATE INDEX attemptsByTime ON attempts (expiresAt);
        CREATE TABLE startsBegun (
            start TEXT NOT NULL PRIMARY KEY,                                              -- ClaimStart.id
            at    INTEGER NOT NULL                                                        -- Instant
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX startsBegunByTime ON startsBegun (at)
        """

    /// Attempts that are under way go on.
    static let attemptsWithRequests = """
        ALTER TABLE attempts RENAME TO attemptsBefore;
        DROP INDEX attemptsByAddress;
        DROP INDEX attemptsByTime;
        \(Attempts.attempts);
        INSERT INTO attempts (attempt, start, purpose, addressIndex, subject, asker, language, region, code, tries,
            expiresAt, proof, owner)
        SELECT attempt, start, purpose, addressIndex, subject, asker, language, region, code, tries, expiresAt, proof,
            owner FROM attemptsBefore;
        DROP TABLE attemptsBefore
        """
}
