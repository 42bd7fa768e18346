import Engine
import Schema
import Store

/// The accounts that there are, as identity says: only an open one takes money, in its own currency. What was used is
/// charged whatever they say. docs/contracts.md: Who.
struct Accounts: Noun {
    static let name = "accounts"
    static let category = DataCategory.account
    static let table = "\(rows);\n\(closings)"
    /// The column and the index that step 1005 has added.
    static let closings = """
        ALTER TABLE accounts ADD COLUMN closed INTEGER;                                   -- Instant
        CREATE INDEX accountsByClosing ON accounts (closed) WHERE closed IS NOT NULL
        """
    /// The table as step 1001 made it.
    static let rows = """
        CREATE TABLE accounts (
            account  BLOB NOT NULL PRIMARY KEY CHECK (length(account) = 16),              -- AccountID
            version  INTEGER NOT NULL,                                                    -- the higher one wins
            state    TEXT NOT NULL CHECK (state IN ('open', 'closed')),
            currency TEXT NOT NULL CHECK (length(currency) = 3)                           -- fixed with the first version
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// What billing knows of an account.
    struct Entry: RowDecodable {
        static let columns: Columns = "state, currency"
        let isOpen: Bool
        let currency: Currency

        init(row: borrowing Row) throws(StoreError) {
            let state: AccountStanding = try row.value(0)
            isOpen = state == .open
            currency = try row.value(1)
        }
    }

    /// The account, where identity has said that there is one.
    func find(_ account: AccountID) throws -> Entry? {
        try tx.first("SELECT \(Entry.columns) FROM accounts WHERE account = \(account)")
    }

    /// True for an account that was erased, of which something came late: it is dropped, and counted. Policy §8.3.
    func isErased(_ account: AccountID) throws -> Bool {
        guard try find(account) == nil, try tx.isSuppressed(SubjectID(account)) else { return false }
        tx.count("late_dropped")
        return true
    }

    /// Takes what identity says of an account; the higher version wins.
    func learn(_ state: AccountState) throws {
        guard try !isErased(state.account) else { return }
        try tx.change(
            .zeroOrOne,
            """
            INSERT INTO accounts (account, version, state, currency, closed)
            VALUES (\(state.account), \(state.version), \(state.state), \(state.currency), \(state.closed))
            ON CONFLICT (account) DO UPDATE SET version = excluded.version, state = excluded.state,
                closed = excluded.closed
            WHERE excluded.version > version
            """)
    }
}

extension Accounts: TableSlice {
    static let title = "The account that you pay from"
    static let personColumn = "account"
    static let orderColumns: [String] = []
    static let columns: [SliceColumn] = [
        .init("account", "its number", .id), .init("version", "the version that is known", .integer),
        .init("state", "open or closed", .text), .init("currency", "currency", .text),
        .init("closed", "when it was closed", .instant),
    ]
}
