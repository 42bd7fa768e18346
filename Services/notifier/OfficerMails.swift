import Engine
import Schema
import Store

/// Heads of the audit chain on their way to the data protection officer, whose address is configured: it lies in no
/// table. SECURITY.md: the audit chain.
struct OfficerMails: Noun {
    static let name = "officerMails"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE officerMails (
            id      INTEGER PRIMARY KEY,                                                  -- the task's
            notice  BLOB NOT NULL UNIQUE CHECK (length(notice) = 16),                     -- NoticeID
            head    BLOB NOT NULL,                                                        -- SignedAuditHead
            addedAt INTEGER NOT NULL,                                                     -- Instant
            state   TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'expired', 'bounced')),
            tries   INTEGER NOT NULL                                                      -- that came to an end
        ) STRICT;
        CREATE INDEX officerMailsByTime ON officerMails (addedAt)
        """
    /// The name of its work.
    static let work = "officer-mail"
    private static let trouble: AlarmName = "officer-mail-fails"
    private static let place = "mail to the data protection officer"
    let tx: Transaction

    private struct Queued: RowDecodable {
        static let columns: Columns = "notice, head, tries"
        let notice: NoticeID
        let head: SignedAuditHead
        let tries: Int64
        init(row: borrowing Row) throws(StoreError) {
            (notice, head, tries) = (try row.value(0), try row.value(1), try row.value(2))
        }
    }

    /// Queues the mail of a head. One that is here already is left as it is.
    func add(_ mail: HeadMail, at now: Instant) throws {
        let id: Int64? = try tx.first(
            value: """
                INSERT INTO officerMails (notice, head, addedAt, state, tries)
                VALUES (\(mail.id), \(mail.head), \(now), \(Delivery.State.queued), 0)
                ON CONFLICT (notice) DO NOTHING RETURNING id
                """)
        guard let id else { return tx.count("mails_repeated") }
        try tx.queue(Self.work, id, at: now)
        tx.count("mails_queued")
    }

    /// The mail. Nil: nobody is configured, or it is not wanted any more.
    func prepare(_ id: Int64, to officer: Officer?, from sender: MailAddress) throws -> [UInt8]? {
        guard let queued = try find(id) else { return nil }
        guard let officer, let letter = OfficerLetter(queued.head, officer.language) else {
            try end(id, .expired)
            return nil
        }
        let mail = Mail(
            id: queued.notice, date: letter.at, from: sender, to: officer.address, language: officer.language,
            content: letter.template.filled(code: nil))
        return MailJob(id: queued.notice, to: officer.address, message: mail.bytes).bytes
    }

    /// What came of it: as other mail is tried again, for three days at most.
    func finish(_ id: Int64, _ result: WorkResult, at now: Instant) throws {
        guard let queued = try find(id) else { return }
        switch result {
        case .done, .gave:
            tx.clear(Self.trouble, Self.place)
            try end(id, .sent)
        case .failed(_, let isPermanent):
            let tries = queued.tries + 1
            guard !isPermanent, tries < Limits.triesMax else {
                tx.raise(
                    Self.trouble, Self.place,
                    remedy: "see what mail-officer names: a head was not delivered; it lies in rights-worker/audit")
                return try end(id, .refused)
            }
            try tx.change(.one, "UPDATE officerMails SET tries = \(tries) WHERE id = \(id)")
            try tx.queue(Self.work, id, at: now + Limits.pause(after: tries))
            tx.count("mails_postponed")
        }
    }

    private func find(_ id: Int64) throws -> Queued? {
        try tx.first(
            "SELECT \(Queued.columns) FROM officerMails WHERE id = \(id) AND state = \(Delivery.State.queued)")
    }

    private func end(_ id: Int64, _ state: Delivery.State) throws {
        try tx.change(.one, "UPDATE officerMails SET state = \(state) WHERE id = \(id)")
        tx.count(state == .sent ? "mails_sent" : state == .refused ? "mails_refused" : "mails_expired")
    }
}
