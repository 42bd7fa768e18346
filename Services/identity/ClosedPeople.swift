import Engine
import Schema
import Store

/// People whose account was closed and is gone: what of theirs is kept for longer, and since when it is counted. The
/// row goes with the last of it. Policy §4.1, §4.4, §4.5.
struct ClosedPeople: Noun {
    static let name = "closedPeople"
    static let category = DataCategory.account
    static let table = """
        CREATE TABLE closedPeople (
            subject  BLOB NOT NULL PRIMARY KEY CHECK (length(subject) = 16),              -- SubjectID
            closedAt INTEGER NOT NULL,                                                    -- Instant
            hasLog   INTEGER NOT NULL CHECK (hasLog IN (0, 1))                            -- in technicalLog, and its key
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX closedPeopleWithLog ON closedPeople (closedAt) WHERE hasLog = 1;
        CREATE INDEX closedPeopleByTime ON closedPeople (closedAt) WHERE hasLog = 0
        """
    let tx: Transaction

    /// True for a person whose account is gone.
    func contains(_ subject: SubjectID) throws -> Bool {
        try tx.first(value: "SELECT 1 FROM closedPeople WHERE subject = \(subject)", as: Int64.self) != nil
    }

    /// The account of a person can be restored no more: it goes, with its address, its API keys, its sessions,
    /// acceptances and the ledger of categories. Choices end with it. Where an erasure does the same it is the slices
    /// that do it: an account that was erased is none of these.
    func purgeAccount(of subject: SubjectID, at now: Instant) throws {
        guard let account = try Accounts(tx: tx).find(subject), let closedAt = account.closedAt else { return }
        if let current = try Addresses(tx: tx).current(of: subject), let sealed = current.email,
            let email = try tx.open(sealed, of: subject)
        {
            try AddressChanges(tx: tx).release(email, of: subject, by: current.attempt)
        }
        try APIKeys(tx: tx).bury(of: subject)
        try CookieChoices(tx: tx).end(of: subject, at: closedAt)
        try Objections(tx: tx).end(of: subject, at: closedAt)
        let tables = [
            "addresses", "addressFiles", "apiKeys", "sessions", "acceptances", "optOuts", "restrictions",
            "categoryLedger", "accounts",
        ]
        for table in tables {
            try tx.change(.any, "DELETE FROM \(raw: table) WHERE subject = \(subject)")
        }
        try tx.bury(subject.account.text, on: Topics.identityAccounts)
        try tx.destroyKeys(of: subject, [.account, .consent, .request], at: now)
        try tx.change(
            .one, "INSERT INTO closedPeople (subject, closedAt, hasLog) VALUES (\(subject), \(closedAt), 1)")
        tx.count("accounts_purged")
    }

    /// The technical log of a person has ended, and with it the key that it was sealed with. It waits until the end of
    /// the account's keys has come back from their topic.
    func endLog(of subject: SubjectID, at now: Instant) throws {
        guard try tx.isDestroyed(.account, of: subject) else { return }
        try tx.destroyKeys(of: subject, [.technical], at: now)
        try tx.change(.one, "UPDATE closedPeople SET hasLog = 0 WHERE subject = \(subject)")
    }

    /// No payment of a person is on record any more: nothing names the person from here on.
    func endPayments(of subject: SubjectID, at now: Instant) throws {
        guard try tx.isDestroyed(.technical, of: subject) else { return }
        try tx.destroyKeys(of: subject, [.payment], at: now)
        try tx.change(.one, "DELETE FROM closedPeople WHERE subject = \(subject)")
    }
}

extension ClosedPeople: TableSlice {
    static let title = "The end of your account"
    static let orderColumns: [String] = []
    static let columns: [SliceColumn] = [
        .init("closedAt", "when it was closed", .instant),
        .init("hasLog", "whether the technical log still has something", .boolean),
    ]
}
