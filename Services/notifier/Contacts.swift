import Engine
import Schema
import Store

/// Where people are reached, and in which language. The last version wins. Policy §1, §5.2.
struct Contacts: TableSlice {
    static let name = "contacts"
    static let category = DataCategory.account
    static let table = """
        \(rows);
        \(closing)
        """
    /// The column and the index that step 1003 has added: when a closed account's contact goes.
    static let closing = """
        ALTER TABLE contacts ADD COLUMN closedAt INTEGER;                                 -- Instant
        CREATE INDEX contactsByClosing ON contacts (closedAt) WHERE closedAt IS NOT NULL
        """
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE contacts (
            subject  BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 16),              -- SubjectID
            version  INTEGER NOT NULL,
            address  BLOB NOT NULL,                                                       -- Sealed<Email>
            language TEXT NOT NULL,                                                       -- Language
            closed   INTEGER NOT NULL CHECK (closed IN (0, 1))
        ) STRICT, WITHOUT ROWID
        """
    static let title = "Where you are reached"
    static let orderColumns: [String] = []
    static let columns: [SliceColumn] = [
        SliceColumn("address", "your e-mail address", .sealed(Email.self)),
        SliceColumn("language", "the language of our mail", .text),
        SliceColumn("closed", "whether the account is closed", .boolean),
        SliceColumn("closedAt", "and since when", .instant),
        SliceColumn("version", "how often it has changed", .integer),
    ]
    /// The receipt of an erasure goes to it first.
    static let goesWith = RightsAct.forget
    let tx: Transaction

    /// Takes a contact: what waited for it goes, and a correction that it is the outcome of is answered.
    func take(_ contact: Contact, at now: Instant) throws {
        if try save(contact, at: now) { try Deliveries(tx: tx).release(contact.subject, at: now) }
        guard let correction = contact.request else { return }
        try tx.answer(.rectify, of: correction, for: contact.subject, changed: Contacts.self)
    }

    /// False: a later version is here.
    private func save(_ contact: Contact, at now: Instant) throws -> Bool {
        let known: Int64? = try tx.first(value: "SELECT version FROM contacts WHERE subject = \(contact.subject)")
        guard contact.version.value > known ?? -1 else { return false }
        try tx.change(
            .one,
            """
            INSERT INTO contacts (subject, version, address, language, closed, closedAt)
            VALUES (\(contact.subject), \(contact.version), \(contact.address), \(contact.language),
                \(contact.closed.value), \(contact.closed.value ? contact.closedAt ?? now : nil))
            ON CONFLICT (subject) DO UPDATE SET version = excluded.version, address = excluded.address,
                language = excluded.language, closed = excluded.closed, closedAt = excluded.closedAt
            """)
        tx.count("contacts_taken")
        return true
    }

    /// Where a person is reached; nil: that has not come yet.
    func find(_ subject: SubjectID) throws -> Entry? {
        try tx.first("SELECT \(Entry.columns) FROM contacts WHERE subject = \(subject)")
    }

    /// What is known of a person.
    struct Entry: RowDecodable {
        static let columns: Columns = "address, language, closed"
        let address: Sealed<Email>
        let language: Language
        let isClosed: Bool
        init(row: borrowing Row) throws(StoreError) {
            address = try row.value(0)
            language = try row.value(1)
            isClosed = try row.value(2)
        }
    }
}
