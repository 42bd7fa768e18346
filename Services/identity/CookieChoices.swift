import Engine
import Schema
import Store

/// Which cookies were chosen, in which browser, after which notice. A history: the last row of a person holds, and none
/// means none. Policy §5.2–5.4, §8.6.
struct CookieChoices: Noun {
    static let name = "cookieChoices"
    static let category = DataCategory.consent
    static let table = "\(rows);\n\(ends)"
    /// The column and the index that step 1003 has added: when a choice ended, by the next one or with the account.
    static let ends = """
        ALTER TABLE cookieChoices ADD COLUMN endedAt INTEGER;                             -- Instant
        CREATE INDEX cookieChoicesByEnd ON cookieChoices (endedAt) WHERE endedAt IS NOT NULL
        """
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE cookieChoices (
            number     INTEGER PRIMARY KEY,
            subject    BLOB NOT NULL CHECK (length(subject) = 16),                        -- SubjectID
            notice     TEXT NOT NULL CHECK (length(notice) = 10),                         -- PolicyVersion
            functional INTEGER NOT NULL CHECK (functional IN (0, 1)),
            analytics  INTEGER NOT NULL CHECK (analytics IN (0, 1)),
            browser    BLOB,                                                              -- sealed
            source     TEXT NOT NULL,                                                     -- the command's ce_source
            at         INTEGER NOT NULL                                                   -- Instant
        ) STRICT;
        CREATE INDEX cookieChoicesBySubject ON cookieChoices (subject)
        """
    let tx: Transaction

    /// The choice that holds does so no more. In which browser it was made is not kept after the account.
    func end(of subject: SubjectID, at moment: Instant) throws {
        try tx.change(
            .any, "UPDATE cookieChoices SET endedAt = \(moment) WHERE subject = \(subject) AND endedAt IS NULL")
        try tx.change(.any, "UPDATE cookieChoices SET browser = NULL WHERE subject = \(subject)")
    }

    /// Adds a choice.
    func add(
        _ choice: ChooseCommand, by subject: SubjectID, in browser: Sealed<BrowserID>?, from source: String,
        at now: Instant
    ) throws {
        try tx.change(
            .any, "UPDATE cookieChoices SET endedAt = \(now) WHERE subject = \(subject) AND endedAt IS NULL")
        try tx.change(
            .one,
            """
            INSERT INTO cookieChoices (subject, notice, functional, analytics, browser, source, at)
            VALUES (\(subject), \(choice.notice), \(choice.functional.value), \(choice.analytics.value), \(browser),
                \(source), \(now))
            """)
    }

    /// Adds that every choice is taken back. Policy §8.6.
    func withdraw(by subject: SubjectID, from source: String, at now: Instant) throws {
        let none = ChooseCommand(notice: .current, functional: Flag(false), analytics: Flag(false))
        try add(none, by: subject, in: nil, from: source, at: now)
    }

    /// The choices of a person, newest first.
    func all(of subject: SubjectID) throws -> [CookieChoice] {
        var all: [CookieChoice] = []
        let sql: SQL = """
            SELECT notice, functional, analytics, at FROM cookieChoices WHERE subject = \(subject)
            ORDER BY number DESC LIMIT \(ChoiceList.entriesMax)
            """
        try tx.each(sql) { row throws(StoreError) in
            all.append(
                CookieChoice(
                    notice: try row.value(0), functional: Flag(try row.value(1)), analytics: Flag(try row.value(2)),
                    at: try row.value(3)))
        }
        return all
    }
}

extension CookieChoices: TableSlice {
    static let title = "Cookies that you chose"
    static let orderColumns = ["number"]
    static let columns: [SliceColumn] = [
        .init("notice", "the notice of this day", .text), .init("functional", "functional cookies", .boolean),
        .init("analytics", "analytics cookies", .boolean),
        .init("browser", "in which browser", .sealed(BrowserID.self)),
        .init("source", "by which program", .text), .init("at", "when", .instant),
        .init("endedAt", "until when it held", .instant),
    ]
}
