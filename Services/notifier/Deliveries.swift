import Engine
import Schema
import Store

/// What was mailed, and what is to be. A delivery that has ended keeps no address and no code. Policy: Clocks, six
/// months.
struct Deliveries: Noun {
    static let name = "deliveries"
    static let category = DataCategory.account
    static let table = [rows, index].joined(separator: ";\n")
    /// An erasure and an export find a person's by it.
    static let index = "CREATE INDEX deliveriesBySubject ON deliveries (subject) WHERE subject IS NOT NULL"
    private static let rows = """
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
            request   BLOB,                                                               -- RequestNotice
            CHECK (state = 'queued'
                OR (address IS NULL AND code IS NULL AND wrapped IS NULL AND nextTry IS NULL AND request IS NULL))
        ) STRICT;
        CREATE INDEX deliveriesWaiting ON deliveries (subject) WHERE state = 'queued' AND nextTry IS NULL;
        CREATE INDEX deliveriesByTime ON deliveries (addedAt)
        """
    /// For a copy: a code's mail lies beside the key that it is sealed under, and is of use for ten minutes.
    static let withoutCodes: SQL = """
        UPDATE deliveries SET state = 'expired', address = NULL, code = NULL, wrapped = NULL, nextTry = NULL,
            request = NULL
        WHERE wrapped IS NOT NULL /* scan: of a copy */
        """
    let tx: Transaction

    /// Queues the mail of a code. One that is here already is left as it is.
    func add(_ code: CodeMail, at now: Instant) throws {
        let id: Int64? = try tx.first(
            value: """
                INSERT INTO deliveries (notice, attempt, kind, at, addedAt, language, address, code, wrapped, expiresAt,
                    state, tries, nextTry)
                VALUES (\(code.id), \(code.attempt), \(MailKind.code(code.purpose)), \(now), \(now),
                    \(code.language), \(code.address), \(code.code), \(code.key),
                    \(code.expiresAt), 'queued', 0, \(now))
                ON CONFLICT (notice) DO NOTHING RETURNING id
                """)
        guard let id else { return tx.count("mails_repeated") }
        try queue(id, at: now)
    }

    /// Queues the mail of a notice. It waits where the person's contact is not here; once the account is closed, only
    /// that it is closed is still said, and what concerns a right. Policy §4.1.
    func add(_ notice: Notice, at now: Instant) throws {
        let contact = try Contacts(tx: tx).find(notice.subject)
        let isUnwanted = contact?.isClosed == true && !notice.kind.isSaidOfClosedAccounts
        let waits = contact == nil && notice.address == nil
        let (address, nextTry) = (isUnwanted ? nil : notice.address, waits || isUnwanted ? nil : now)
        let request = isUnwanted ? nil : notice.request
        let state = isUnwanted ? Delivery.State.expired : .queued
        let id: Int64? = try tx.first(
            value: """
                INSERT INTO deliveries (notice, subject, kind, at, addedAt, address, state, tries, nextTry, request)
                VALUES (\(notice.id), \(notice.subject), \(MailKind.notice(notice.kind)), \(notice.at), \(now),
                    \(address), \(state), 0, \(nextTry), \(request))
                ON CONFLICT (notice) DO NOTHING RETURNING id
                """)
        guard let id else { return tx.count("mails_repeated") }
        if isUnwanted { return tx.count("mails_expired") }
        if waits { return tx.count("mails_waiting") }
        try queue(id, at: now)
    }

    private func queue(_ id: Int64, at now: Instant) throws {
        try tx.queue("mail", id, at: now)
        tx.count("mails_queued")
    }

    /// Queues what waited for a person's contact.
    func release(_ subject: SubjectID, at now: Instant) throws {
        let waiting = try tx.store.all(
            values: "SELECT id FROM deliveries WHERE subject = \(subject) AND state = 'queued' AND nextTry IS NULL",
            as: Int64.self)
        for id in waiting {
            try tx.change(.one, "UPDATE deliveries SET nextTry = \(now) WHERE id = \(id)")
            try queue(id, at: now)
        }
    }

    /// A delivery by its task's number.
    func find(_ id: Int64) throws -> Delivery? {
        try tx.first("SELECT \(Delivery.columns) FROM deliveries WHERE id = \(id)")
    }

    /// A delivery by what it tells.
    func find(_ notice: NoticeID) throws -> Delivery? {
        try tx.first("SELECT \(Delivery.columns) FROM deliveries WHERE notice = \(notice)")
    }

    /// Ends a delivery: what was sealed in it goes.
    func end(_ delivery: Delivery, _ state: Delivery.State) throws {
        try tx.change(
            .one,
            """
            UPDATE deliveries SET state = \(state), address = NULL, code = NULL, wrapped = NULL, nextTry = NULL,
                request = NULL
            WHERE id = \(delivery.id)
            """)
        if delivery.subject != nil { try tx.carryOn(after: delivery.notice) }
        switch state {
        case .queued: break
        case .sent: tx.count("mails_sent")
        case .refused: tx.count("mails_refused")
        case .expired: tx.count("mails_expired")
        case .bounced: tx.count("mails_bounced")
        }
    }

    /// Tries again later, unless it was tried for three days, or the code ends before that.
    func postpone(_ delivery: Delivery, at now: Instant) throws {
        let tries = delivery.tries + 1
        let next = now + Limits.pause(after: tries)
        guard tries < Limits.triesMax else { return try end(delivery, .refused) }
        if let end = delivery.expiresAt, next >= end { return try self.end(delivery, .expired) }
        try tx.change(
            .one, "UPDATE deliveries SET tries = \(tries), nextTry = \(next) WHERE id = \(delivery.id)")
        try tx.queue("mail", delivery.id, at: next)
        tx.count("mails_postponed")
    }
}
