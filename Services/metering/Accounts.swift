import Engine
import Schema
import Store

/// The accounts that have calls: each has a small number in its file, so that a call's row is short.
struct Accounts: Noun {
    static let name = "accounts"
    static let category = DataCategory.usage
    static let table = """
        CREATE TABLE accounts (
            number   INTEGER PRIMARY KEY,
            account  BLOB NOT NULL UNIQUE CHECK (length(account) = 16),                   -- AccountID
            currency TEXT NOT NULL CHECK (length(currency) = 3)                           -- fixed with the first call
        ) STRICT
        """
    let tx: Transaction
    private let known: Known

    init(tx: Transaction) {
        self.tx = tx
        known = tx.store.memo(Known.self) { Known() }
    }

    /// An account's number and currency.
    struct Entry {
        let account: AccountID
        let number: Int64
        let currency: Currency
    }

    /// The account, where it has calls.
    func find(_ account: AccountID) throws -> Entry? {
        if let entry = known.entries[account] { return entry }
        let statement = try tx.store.hot("SELECT number, currency FROM accounts WHERE account = ?1")
        statement.bind(1, id: (account.high, account.low))
        guard try statement.step() else { return nil }
        let text = statement.withBlob(1) { String(decoding: $0, as: UTF8.self) }
        guard let currency = Currency(text: text) else { throw StoreError.wrongType(column: "currency") }
        let entry = Entry(account: account, number: statement.int64(0), currency: currency)
        statement.reset()
        known.add(entry)
        return entry
    }

    /// The account; made where this is its first call.
    func open(_ account: AccountID, currency: Currency) throws -> Entry {
        if let entry = try find(account) { return entry }
        try tx.change(.one, "INSERT INTO accounts (account, currency) VALUES (\(account), \(currency))")
        guard let entry = try find(account) else { throw StoreError.corrupt(path: tx.store.path) }
        return entry
    }

    /// Accounts that were looked up.
    private final class Known {
        private(set) var entries: [AccountID: Entry] = [:]
        func add(_ entry: Entry) {
            if entries.count >= Limits.accountsInMemory { entries.removeAll() }
            entries[entry.account] = entry
        }
    }
}
