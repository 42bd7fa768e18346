import Engine
import Policy
import Schema
import Store

/// Whose account was erased while the law keeps its payment records: a pseudonym, which stands nowhere beside the
/// account that it takes the place of. Policy §4.4, §8.3.
struct KeptAccounts: Noun {
    static let name = "keptAccounts"
    static let category = DataCategory.payment
    static let table = """
        CREATE TABLE keptAccounts (
            pseudonym BLOB NOT NULL PRIMARY KEY CHECK (length(pseudonym) = 16),           -- AccountID
            until     INTEGER NOT NULL                                                    -- Instant: when the last goes
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// True for a pseudonym.
    func has(_ account: AccountID) throws -> Bool {
        try tx.first(value: "SELECT 1 FROM keptAccounts WHERE pseudonym = \(account)", as: Int64.self) != nil
    }

    /// The pseudonym that an account's records move to in this transaction, and until when the last of them is kept.
    func open(for person: SlicePerson) throws -> (pseudonym: AccountID, until: Instant) {
        let pseudonym = tx.pseudonym(of: person.subject)
        let known: Instant? = try tx.first(value: "SELECT until FROM keptAccounts WHERE pseudonym = \(pseudonym)")
        if let known { return (pseudonym, known) }
        let until = PaymentRecords.end(paidAt: try last(person) ?? Instant(unchecked: 0))
        try tx.change(.one, "INSERT INTO keptAccounts (pseudonym, until) VALUES (\(pseudonym), \(until))")
        return (pseudonym, until)
    }

    /// When the last of an account's payments and postings was made.
    private func last(_ person: SlicePerson) throws -> Instant? {
        var last: Instant? = try tx.first(
            value: "SELECT at FROM payments WHERE account = \(person.holder) ORDER BY at DESC LIMIT 1")
        for account in try Ledger.accounts(of: person.holder, in: tx) {
            let posted: Instant? = try tx.first(
                value: """
                    SELECT at FROM ledgerTransactions WHERE number =
                        (SELECT posting FROM ledgerEntries WHERE account = \(account) ORDER BY posting DESC LIMIT 1)
                    """)
            if let posted { last = max(last ?? posted, posted) }
        }
        return last
    }
}

/// A slice of one table whose rows the law keeps: an erasure moves them to a pseudonym.
protocol KeptSlice: TableSlice {}

extension KeptSlice {
    static var personColumn: String { "account" }
    static var keptBy: KeptGround? { .law }

    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        var removal = SliceRemoval()
        guard act == .erase else { return removal }
        removal.kept = try count(of: person, in: tx)
        guard removal.kept > 0 else { return removal }
        let kept = try KeptAccounts(tx: tx).open(for: person)
        removal.until = kept.until
        var sql: SQL = "UPDATE \(raw: removedFrom) SET account = \(kept.pseudonym) WHERE account = \(person.holder)"
        if let condition { sql += " AND \(raw: condition)" }
        try tx.change(.exactly(Int(removal.kept)), sql)
        return removal
    }
}
