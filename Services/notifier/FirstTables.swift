/// Tables as they were made once: what migrations begin with.
enum FirstTables {
    /// Deliveries from before mail was about requests.
    static let deliveries = """
        CREATE TABLE deliveries (
            id        INTEGER PRIMARY KEY,                                                -- the task's
            notice    BLOB NOT NULL UNIQUE CHECK (length(notice) = 16),                   -- NoticeID
            subject   BLOB CHECK (length(subject) = 16),                                  -- SubjectID
            attempt   BLOB CHECK ((attempt IS NULL) = (subject IS NOT NULL)),             -- AttemptID
            kind      TEXT NOT NULL,                                                      -- MailKind
            at        INTEGER NOT NULL,                                                   -- Instant
            addedAt   INTEGER NOT NULL,                                                   -- Instant
            language  TEXT CHECK ((language IS NULL) = (attempt IS NULL)),                -- Language
            address   BLOB,                                                               -- Sealed<Email>
            code      BLOB,                                                               -- Sealed<MailCode>
            wrapped   BLOB,                                                               -- WrappedKeyBytes
            expiresAt INTEGER CHECK ((expiresAt IS NULL) = (attempt IS NULL)),            -- Instant
            state     TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'expired', 'bounced')),
            tries     INTEGER NOT NULL,                                                   -- that came to an end
            nextTry   INTEGER,                                                            -- Instant; NULL: it waits
            CHECK (state = 'queued' OR (address IS NULL AND code IS NULL AND wrapped IS NULL AND nextTry IS NULL))
        ) STRICT;
        CREATE INDEX deliveriesWaiting ON deliveries (subject) WHERE state = 'queued' AND nextTry IS NULL;
        CREATE INDEX deliveriesByTime ON deliveries (addedAt)
        """

    /// What was mailed stays on record, and what waits goes on.
    static let deliveriesWithRequests = """
        ALTER TABLE deliveries RENAME TO deliveriesBefore;
        DROP INDEX deliveriesWaiting;
        DROP INDEX deliveriesByTime;
        DROP INDEX deliveriesBySubject;
        \(Deliveries.table);
        INSERT INTO deliveries (id, notice, subject, attempt, kind, at, addedAt, language, address, code, wrapped,
            expiresAt, state, tries, nextTry)
        SELECT id, notice, subject, attempt, kind, at, addedAt, language, address, code, wrapped, expiresAt, state,
            tries, nextTry FROM deliveriesBefore;
        DROP TABLE deliveriesBefore
        """
}
