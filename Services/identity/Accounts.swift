import Engine
import Schema
import Store

/// Accounts: the people that we serve. A closed one can be restored for 30 days and serves nothing else meanwhile.
/// Policy §4.1, §7.2.
struct Accounts: Noun {
    static let name = "accounts"
    static let category = DataCategory.account
    static let table = "\(rows);\n\(closings)"
    /// The index that step 1003 has added.
    static let closings = "CREATE INDEX accountsByClosing ON accounts (closedAt) WHERE closedAt IS NOT NULL"
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE accounts (
            subject        BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 16),        -- SubjectID
            state          TEXT NOT NULL CHECK (state IN ('open', 'closed')),
            openedAt       INTEGER NOT NULL,                                              -- Instant
            closedAt       INTEGER CHECK ((state = 'closed') = (closedAt IS NOT NULL)),   -- Instant
            region         TEXT NOT NULL CHECK (region IN ('EEA', 'outside', 'unknown')),
            currency       TEXT NOT NULL CHECK (length(currency) = 3),
            language       TEXT NOT NULL CHECK (language IN ('en', 'de')),
            version        INTEGER NOT NULL CHECK (version >= 1),                         -- of identity.accounts
            contactVersion INTEGER NOT NULL CHECK (contactVersion >= 0)                   -- of the notifier's contact
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// The account of a person.
    func find(_ subject: SubjectID) throws -> Account? {
        try tx.first("SELECT \(Account.columns) FROM accounts WHERE subject = \(subject)")
    }

    /// Opens an account, and tells everybody.
    func open(_ account: Account) throws {
        try tx.change(
            .one,
            """
            INSERT INTO accounts (\(Account.columns))
            VALUES (\(account.subject), \(account.state), \(account.openedAt), \(account.closedAt), \(account.region),
                \(account.currency), \(account.language), \(account.version), \(account.contactVersion))
            """)
        try publish(account)
    }

    /// Closes an account, and tells everybody.
    func close(_ account: inout Account, at now: Instant) throws {
        (account.state, account.closedAt) = (.closed, now)
        account.version = Revision(unchecked: account.version.value + 1)
        try tx.change(
            .one,
            """
            UPDATE accounts SET state = \(account.state), closedAt = \(now), version = \(account.version)
            WHERE subject = \(account.subject)
            """)
        try publish(account)
    }

    /// Tells everybody anew, because the person objects, or no longer, or is restricted.
    func tellObjection(_ account: inout Account) throws {
        account.version = Revision(unchecked: account.version.value + 1)
        try tx.change(
            .one, "UPDATE accounts SET version = \(account.version) WHERE subject = \(account.subject)")
        try publish(account)
    }

    /// Opens a closed account again, and tells everybody.
    func reopen(_ account: inout Account) throws {
        (account.state, account.closedAt) = (.open, nil)
        account.version = Revision(unchecked: account.version.value + 1)
        try tx.change(
            .one,
            """
            UPDATE accounts SET state = \(account.state), closedAt = NULL, version = \(account.version)
            WHERE subject = \(account.subject)
            """)
        try publish(account)
    }

    /// Tells the notifier where a person is reached, and in which language; `correction`: and why.
    func tellContact(
        _ account: inout Account, _ address: Sealed<Email>, correction request: RequestID? = nil
    ) throws {
        account.contactVersion = Revision(unchecked: account.contactVersion.value + 1)
        try tx.change(
            .one,
            """
            UPDATE accounts SET language = \(account.language), contactVersion = \(account.contactVersion)
            WHERE subject = \(account.subject)
            """)
        let contact = Contact(
            subject: account.subject, version: account.contactVersion, address: address, language: account.language,
            closed: Flag(account.state == .closed), closedAt: account.closedAt, request: request)
        try tx.send(
            NotifierMessage(contact: contact), to: Topics.notifierMessagesIdentity, for: account.subject.account)
    }

    /// Changes the language of a person's mail.
    func speak(_ language: Language, _ account: inout Account) throws {
        guard language != account.language, let address = try Addresses(tx: tx).current(of: account.subject)?.email
        else { return }
        account.language = language
        try tellContact(&account, address)
    }

    /// Every account goes out again: the file is on a new, empty cluster.
    func publishAll() throws {
        let all: [Account] = try tx.all("SELECT \(Account.columns) FROM accounts /* scan: once a cluster */")
        for account in all { try publish(account) }
    }

    /// Every account goes out again, under versions that are higher than any that was given since the file's backup.
    func publishAllAnew() throws {
        try tx.change(
            .any,
            """
            UPDATE accounts SET version = version + \(Limits.restoredVersions),
                contactVersion = contactVersion + \(Limits.restoredVersions) /* scan: once a restore */
            """)
        try publishAll()
    }

    /// True where a person's usage serves no improvement of quality. Policy §2.4, §8.5; GDPR Art. 18.
    private func isOutOfQuality(_ subject: SubjectID) throws -> Bool {
        try Objections(tx: tx).isObjector(subject) || Restrictions(tx: tx).isRestricted(subject)
    }

    private func publish(_ account: Account) throws {
        let state = AccountState(
            account: account.subject.account, version: account.version, state: account.state,
            opened: account.openedAt, closed: account.closedAt, region: account.region, currency: account.currency,
            objects: try isOutOfQuality(account.subject) ? Flag(true) : nil)
        try tx.send(state, to: Topics.identityAccounts, for: account.subject.account)
    }
}

/// One account.
struct Account {
    let subject: SubjectID
    var state = AccountStanding.open
    let openedAt: Instant
    var closedAt: Instant?
    let region: SubjectRegion
    let currency: Currency
    var language: Language
    var version = Revision(unchecked: 1)
    var contactVersion = Revision(unchecked: 0)

    init(_ subject: SubjectID, at now: Instant, region: SubjectRegion, currency: Currency, language: Language) {
        (self.subject, openedAt, self.region) = (subject, now, region)
        (self.currency, self.language) = (currency, language)
    }
}

extension Account: RowDecodable {
    static let columns: Columns =
        "subject, state, openedAt, closedAt, region, currency, language, version, contactVersion"

    init(row: borrowing Row) throws(StoreError) {
        (subject, state, openedAt) = (try row.value(0), try row.value(1), try row.value(2))
        (closedAt, region, currency) = (try row.value(3), try row.value(4), try row.value(5))
        (language, version, contactVersion) = (try row.value(6), try row.value(7), try row.value(8))
    }
}

extension Accounts: TableSlice {
    static let title = "Your account"
    static let orderColumns: [String] = []
    static let columns: [SliceColumn] = [
        .init("account", "its number", .id, from: "subject"), .init("state", "open or closed", .text),
        .init("openedAt", "when it was opened", .instant), .init("closedAt", "when it was closed", .instant),
        .init("region", "where you said you are", .text), .init("currency", "the currency that it is kept in", .text),
        .init("language", "the language of your mail", .text), .init("version", "how often it changed", .integer),
        .init("contactVersion", "how often your address or your language changed", .integer),
    ]
}
