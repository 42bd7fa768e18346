import Engine
import Policy
import Schema
import Store

/// The accounts that there are, as identity says; each has a small number in its file, so that a call's row is short.
struct Accounts: Noun {
    static let name = "accounts"
    static let category = DataCategory.account
    static let table = "\(rows);\n\(closings)"
    /// The index that step 1005 has added.
    static let closings = "CREATE INDEX accountsByClosing ON accounts (closed) WHERE closed IS NOT NULL"
    /// The table as step 1001 made it.
    static let rows = """
        CREATE TABLE accounts (
            number   INTEGER PRIMARY KEY,
            account  BLOB NOT NULL UNIQUE CHECK (length(account) = 16),                   -- AccountID
            version  INTEGER NOT NULL,                                                    -- the higher one wins
            state    TEXT NOT NULL CHECK (state IN ('open', 'closed')),
            opened   INTEGER NOT NULL,                                                    -- Instant
            closed   INTEGER CHECK ((state = 'closed') = (closed IS NOT NULL)),           -- Instant
            region   TEXT NOT NULL CHECK (region IN ('EEA', 'outside', 'unknown')),
            currency TEXT NOT NULL CHECK (length(currency) = 3)                           -- fixed with the first version
        ) STRICT
        """
    let tx: Transaction
    private let known: Known

    init(tx: Transaction) {
        self.tx = tx
        known = tx.store.memo(Known.self) { Known() }
    }

    /// An account's number and currency, and which of its calls count, by their time.
    struct Entry {
        let account: AccountID
        let number: Int64
        let currency: Currency
        let window: ClosedRange<Instant>
        /// Known to be outside the EEA. Policy §10.4.
        let isOutside: Bool
    }

    /// The account, where identity has said that there is one.
    func find(_ account: AccountID) throws -> Entry? {
        if let entry = known.entries[account] { return entry }
        let statement = try tx.store.hot(
            "SELECT number, currency, opened, closed, region FROM accounts WHERE account = ?1")
        statement.bind(1, id: (account.high, account.low))
        guard try statement.step() else { return nil }
        let text = statement.withBlob(1) { String(decoding: $0, as: UTF8.self) }
        guard let currency = Currency(text: text) else { throw StoreError.wrongType(column: "currency") }
        let closed = statement.isNull(3) ? nil : Instant(unchecked: statement.int64(3))
        let entry = Entry(
            account: account, number: statement.int64(0), currency: currency,
            window: AccountLife.window(opened: Instant(unchecked: statement.int64(2)), closed: closed),
            isOutside: statement.withBlob(4) { $0.elementsEqual(SubjectRegion.outside.rawValue.utf8) })
        statement.reset()
        known.add(entry)
        return entry
    }

    /// The account of a number.
    func find(number: Int64) throws -> Entry? {
        let account: AccountID? = try tx.first(value: "SELECT account FROM accounts WHERE number = \(number)")
        return try account.flatMap { try find($0) }
    }

    /// Takes what identity says of an account. Nil: the file has heard of a higher version, or of this one; or its
    /// person was erased.
    func learn(_ state: AccountState) throws -> Entry? {
        if try tx.isSuppressed(SubjectID(state.account)) {
            tx.count("late_dropped")
            return nil
        }
        let version: Int64? = try tx.first(value: "SELECT version FROM accounts WHERE account = \(state.account)")
        if let version, version >= state.version.value { return nil }
        try tx.change(
            .one,
            """
            INSERT INTO accounts (account, version, state, opened, closed, region, currency)
            VALUES (\(state.account), \(state.version), \(state.state), \(state.opened), \(state.closed), \(state.region),
                \(state.currency))
            ON CONFLICT (account) DO UPDATE SET version = excluded.version, state = excluded.state,
                opened = excluded.opened, closed = excluded.closed, region = excluded.region
            """)
        known.forget(state.account)
        guard let entry = try find(state.account) else { throw StoreError.corrupt(path: tx.store.path) }
        return entry
    }

    /// Removes an account that nothing hangs on any more.
    func remove(_ account: AccountID) throws {
        try tx.change(.one, "DELETE FROM accounts WHERE account = \(account)")
        known.forget(account)
    }

    /// Accounts that were looked up.
    private final class Known {
        private(set) var entries: [AccountID: Entry] = [:]
        func add(_ entry: Entry) {
            if entries.count >= Limits.accountsInMemory { entries.removeAll() }
            entries[entry.account] = entry
        }
        func forget(_ account: AccountID) { entries[account] = nil }
    }
}

extension Accounts: TableSlice {
    static let title = "The account, as metering knows it"
    static let personColumn = "account"
    static let orderColumns: [String] = []
    static let columns: [SliceColumn] = [
        SliceColumn("state", "open or closed", .text), SliceColumn("opened", "when it was opened", .instant),
        SliceColumn("closed", "when it was closed", .instant),
        SliceColumn("region", "whether you are in the European Economic Area", .text),
        SliceColumn("currency", "the currency of your account", .text),
        SliceColumn("version", "how often identity has said something new of it", .integer),
    ]

    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        let accounts = Accounts(tx: tx)
        accounts.known.forget(person.subject.account)
        return try removeRows(of: person, with: act, in: tx)
    }
}

/// A slice whose rows hang on the number that the file has given the account.
protocol NumberedSlice: TableSlice {}

extension NumberedSlice {
    static var personColumn: String { "account" }
    static func holder(of subject: SubjectID, in tx: Transaction) throws -> StoredValue? {
        try Accounts(tx: tx).find(subject.account).map { .integer($0.number) }
    }
    static func people(in tx: Transaction) throws -> [SubjectID] { [] }
}

extension AccountState {
    /// False where it says that it is closed and not when, or the other way round.
    var isWhole: Bool { (state == .closed) == (closed != nil) }
}
