import Engine
import Schema
import Store

/// The books, in double entry: the entries of a transaction sum to zero in each currency, and are never changed; a
/// correction is a reversal and a new transaction. Debits are positive. The accounts are `LedgerAccounts`.
struct Ledger: Noun {
    static let name = "ledger"
    static let category = DataCategory.payment
    static let table = "\(rows);\n\(payments)"
    /// The index that step 1006 has added.
    static let payments = "CREATE INDEX ledgerByPayment ON ledgerTransactions (payment) WHERE payment IS NOT NULL"
    /// The tables as step 1002 made them.
    static let rows = """
        CREATE TABLE ledgerTransactions (
            number   INTEGER PRIMARY KEY,
            at       INTEGER NOT NULL,                                                    -- Instant
            kind     TEXT NOT NULL CHECK (kind IN
                ('top-up', 'refund', 'dispute', 'reinstatement', 'promotion', 'expiry', 'settlement', 'charge',
                 'reversal')),
            reverses INTEGER REFERENCES ledgerTransactions (number),
            payment  BLOB,                                                                -- PaymentID: whose event
            CHECK ((kind = 'reversal') = (reverses IS NOT NULL))
        ) STRICT;
        CREATE INDEX ledgerReversals ON ledgerTransactions (reverses) WHERE reverses IS NOT NULL;
        CREATE TABLE ledgerEntries (
            posting INTEGER NOT NULL REFERENCES ledgerTransactions (number),
            account INTEGER NOT NULL REFERENCES ledgerAccounts (number),
            nano    INTEGER NOT NULL,
            PRIMARY KEY (posting, account)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ledgerEntriesByAccount ON ledgerEntries (account)
        """
    let tx: Transaction

    /// The accounts of the ledger. The first three are one for each customer.
    enum Kind: String {
        /// What a customer has paid in advance: a liability.
        case prepaid
        /// What a customer was given besides.
        case promotional
        /// What a customer has used beyond it: an asset.
        case receivable
        /// What was sold, net.
        case revenue
        /// The tax on it: a liability.
        case tax
        /// Money at the payment provider: an asset.
        case payments
        /// What was given away: a cost.
        case promotions

        var isCustomers: Bool { self == .prepaid || self == .promotional || self == .receivable }
    }

    /// One side of a transaction.
    struct Entry {
        let kind: Kind
        let nano: Int64
    }

    /// What a transaction is for.
    enum Purpose: String {
        case topUp = "top-up"
        case refund, dispute, reinstatement, promotion, expiry, settlement, charge, reversal
    }

    /// Posts a transaction. Entries of nothing are left out. Errors: they do not sum to zero.
    @discardableResult
    func post(
        _ purpose: Purpose, _ entries: [Entry], of account: AccountID, _ currency: Currency, at now: Instant,
        reversing reversed: Int64? = nil, for payment: PaymentID? = nil
    ) throws -> Int64 {
        var sum: Int128 = 0
        for entry in entries { sum += Int128(entry.nano) }
        guard sum == 0 else { throw BillingError.unbalanced }
        let statement = try tx.store.hot(
            "INSERT INTO ledgerTransactions (at, kind, reverses, payment) VALUES (?1, ?2, ?3, ?4) RETURNING number")
        statement.bind(1, now.value)
        if let reversed { statement.bind(3, reversed) } else { statement.bindNull(3) }
        if let payment { statement.bind(4, id: (payment.high, payment.low)) } else { statement.bindNull(4) }
        var kind = purpose.rawValue
        let number = try kind.withUTF8 { text in
            statement.bind(2, text: UnsafeRawBufferPointer(text))
            guard try statement.step() else { throw StoreError.corrupt(path: tx.store.path) }
            defer { statement.reset() }
            return statement.int64(0)
        }
        for entry in entries where entry.nano != 0 {
            try insert(entry, into: number, of: entry.kind.isCustomers ? account : nil, currency)
        }
        return number
    }

    private func insert(_ entry: Entry, into posting: Int64, of account: AccountID?, _ currency: Currency) throws {
        let number = try open(entry.kind, of: account, currency)
        let insert = try tx.store.hot("INSERT INTO ledgerEntries (posting, account, nano) VALUES (?1, ?2, ?3)")
        insert.bind(1, posting)
        insert.bind(2, number)
        insert.bind(3, entry.nano)
        _ = try insert.run()
        // SQLite would make an overflowing integer sum a REAL, which a STRICT table refuses
        let update = try tx.store.hot("UPDATE ledgerAccounts SET balance = balance + ?2 WHERE number = ?1")
        update.bind(1, number)
        update.bind(2, entry.nano)
        _ = try update.run()
    }

    /// An account comes with the first posting that needs it.
    private func open(_ kind: Kind, of account: AccountID?, _ currency: Currency) throws -> Int64 {
        if let number = try find(kind, of: account, currency)?.number { return number }
        try tx.change(
            .one,
            "INSERT INTO ledgerAccounts (kind, account, currency) VALUES (\(kind.rawValue), \(account), \(currency))")
        guard let number = try find(kind, of: account, currency)?.number else {
            throw StoreError.corrupt(path: tx.store.path)
        }
        return number
    }

    /// What an account of the ledger stands at, in nano-units; debits are positive.
    func balance(_ kind: Kind, of account: AccountID?, _ currency: Currency) throws -> Int64 {
        try find(kind, of: account, currency)?.balance ?? 0
    }

    /// What a customer has left: what was paid and given, less what was used; negative where more was used.
    func left(of account: AccountID, _ currency: Currency) throws -> Int64 {
        // a liability's credit is negative in the ledger: what we owe the customer is what he has left
        let credit = try balance(.prepaid, of: account, currency) + balance(.promotional, of: account, currency)
        return try -credit - balance(.receivable, of: account, currency)
    }

    private func find(
        _ kind: Kind, of account: AccountID?, _ currency: Currency
    ) throws -> (number: Int64, balance: Int64)? {
        let statement =
            try account == nil
            ? tx.store.hot(
                "SELECT number, balance FROM ledgerAccounts WHERE kind = ?1 AND currency = ?2 AND account IS NULL")
            : tx.store.hot(
                "SELECT number, balance FROM ledgerAccounts WHERE kind = ?1 AND currency = ?2 AND account = ?3")
        if let account { statement.bind(3, id: (account.high, account.low)) }
        var (kind, currency) = (kind.rawValue, currency.text)
        return try kind.withUTF8 { kind in
            try currency.withUTF8 { currency in
                statement.bind(1, text: UnsafeRawBufferPointer(kind))
                statement.bind(2, text: UnsafeRawBufferPointer(currency))
                guard try statement.step() else { return nil }
                defer { statement.reset() }
                return (statement.int64(0), statement.int64(1))
            }
        }
    }

    /// Reverses a transaction: the same entries with the other sign.
    func reverse(_ number: Int64, of account: AccountID, _ currency: Currency, at now: Instant) throws {
        var entries: [Entry] = []
        let sql: SQL = """
            SELECT kind, nano FROM ledgerEntries JOIN ledgerAccounts ON ledgerAccounts.number = ledgerEntries.account
            WHERE posting = \(number) ORDER BY ledgerEntries.account
            """
        try tx.each(sql) { row throws(StoreError) in
            guard let kind = Kind(rawValue: try row.value(0)) else { throw row.wrongType(0) }
            let nano: Int64 = try row.value(1)
            entries.append(Entry(kind: kind, nano: -nano))
        }
        try post(.reversal, entries, of: account, currency, at: now, reversing: number)
    }
}

/// What billing cannot go on from.
enum BillingError: Error {
    /// The entries of a transaction do not sum to zero.
    case unbalanced
    /// More was drawn from a credit than it has.
    case overdrawn
}
