import Engine
import Schema
import Store

/// Mail to people that was refused for good: their address may be wrong. Policy §8.2.
struct Bounces: Noun {
    static let name = "bounces"
    static let category = DataCategory.account
    static let table = "\(rows);\n\(times)"
    /// The index that step 1005 has added.
    static let times = "CREATE INDEX bouncesByTime ON bounces (at)"
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE bounces (
            notice  BLOB NOT NULL PRIMARY KEY CHECK (length(notice) = 16),                -- NoticeID
            subject BLOB NOT NULL CHECK (length(subject) = 16),                           -- SubjectID
            code    INTEGER NOT NULL CHECK (code BETWEEN 200 AND 599),                    -- SMTPCode
            at      INTEGER NOT NULL                                                      -- Instant
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Notes a bounce, once.
    func note(_ bounce: Bounce) throws {
        try tx.change(
            .any,
            """
            INSERT INTO bounces (notice, subject, code, at)
            VALUES (\(bounce.notice), \(bounce.subject), \(bounce.code), \(bounce.at)) ON CONFLICT (notice) DO NOTHING
            """)
        tx.count("mail_bounced")
    }
}
