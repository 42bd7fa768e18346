import Engine
import Schema
import Store

/// Mail to people that was refused for good: their address may be wrong. Policy §8.2.
struct Bounces: Noun {
    static let name = "bounces"
    static let category = DataCategory.account
    static let table = "\(rows);\n\(index);\n\(times)"
    /// The table as step 1000 made it, the index that step 1001 has added, and the one that step 1003 has.
    static let index = "CREATE INDEX bouncesBySubject ON bounces (subject)"
    static let times = "CREATE INDEX bouncesByTime ON bounces (at)"
    static let rows = """
        CREATE TABLE bounces (
            notice  BLOB NOT NULL PRIMARY KEY CHECK (length(notice) = 16),                -- NoticeID
            subject BLOB NOT NULL CHECK (length(subject) = 16),                           -- SubjectID
            code    INTEGER NOT NULL CHECK (code BETWEEN 200 AND 599),                    -- SMTPCode
            at      INTEGER NOT NULL                                                      -- Instant
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Notes a bounce, once. One of a person who was erased is dropped.
    func note(_ bounce: Bounce) throws {
        guard try !tx.isSuppressed(bounce.subject) else { return tx.count("late_dropped") }
        try tx.change(
            .any,
            """
            INSERT INTO bounces (notice, subject, code, at)
            VALUES (\(bounce.notice), \(bounce.subject), \(bounce.code), \(bounce.at)) ON CONFLICT (notice) DO NOTHING
            """)
        tx.count("mail_bounced")
    }
}

extension Bounces: TableSlice {
    static let title = "Mail to you that came back"
    static let orderColumns = ["notice"]
    static let columns: [SliceColumn] = [
        .init("notice", "the mail", .id), .init("code", "what your mail server said (SMTP)", .integer),
        .init("at", "when", .instant),
    ]
}
