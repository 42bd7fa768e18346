import Engine
import Schema
import Store

/// Which address belongs to whom. The row lies in the file of the address's blind index, so the first to prove it has
/// it, in whatever order things arrive. ARCHITECTURE: one account per address.
struct Claims: Noun {
    static let name = "claims"
    static let category = DataCategory.account
    static let table = "\(rows);\n\(index)"
    /// The table as step 1000 made it, and the index that step 1001 has added.
    static let index = "CREATE INDEX claimsBySubject ON claims (subject)"
    static let rows = """
        CREATE TABLE claims (
            addressIndex BLOB NOT NULL PRIMARY KEY CHECK (length(addressIndex) = 33),     -- AddressIndex
            subject      BLOB NOT NULL CHECK (length(subject) = 16),                      -- SubjectID
            attempt      BLOB NOT NULL CHECK (length(attempt) = 16),                      -- the last that proved it
            since        INTEGER NOT NULL                                                 -- Instant
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Whose address it is.
    func find(_ index: AddressIndex) throws -> SubjectID? {
        try tx.first(value: "SELECT subject FROM claims WHERE addressIndex = \(index.bytes)")
    }

    /// Gives an address to a person. False: it is another's.
    func take(_ index: AddressIndex, for subject: SubjectID, by attempt: AttemptID, at now: Instant) throws -> Bool {
        if let owner = try find(index), owner != subject { return false }
        try tx.change(
            .one,
            """
            INSERT INTO claims (addressIndex, subject, attempt, since)
            VALUES (\(index.bytes), \(subject), \(attempt), \(now))
            ON CONFLICT (addressIndex) DO UPDATE SET attempt = excluded.attempt
            """)
        return true
    }

    /// Frees every address of a person who is erased.
    func forget(_ subject: SubjectID) throws {
        try tx.change(.any, "DELETE FROM claims WHERE subject = \(subject)")
    }

    /// Frees an address, where its claim still rests on that attempt: one that was proved anew since then stays.
    func release(_ release: ClaimRelease) throws {
        let index = try tx.open(release.index, id: release.id.text)
        try tx.change(
            .any,
            """
            DELETE FROM claims
            WHERE addressIndex = \(index.bytes) AND subject = \(release.subject) AND attempt = \(release.attempt)
            """)
    }
}
