import Engine
import Schema
import Store

/// What each account used in each hour: the sum of its calls. Kept 90 days. Policy §4.2.
struct UsageHours: NumberedSlice {
    static let name = "hours"
    static let category = DataCategory.usage
    static let table = "\(rows);\n\(times)"
    /// The index that step 1005 has added.
    static let times = "CREATE INDEX hoursByTime ON hours (hour)"
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE hours (
            account    INTEGER NOT NULL,                                                  -- accounts.number
            hour       INTEGER NOT NULL,                                                  -- Hour
            calls      INTEGER NOT NULL,
            nano       INTEGER NOT NULL,
            millionths INTEGER NOT NULL CHECK (millionths BETWEEN 0 AND 999999),
            revision   INTEGER NOT NULL,                                               -- the sum of the calls' versions
            PRIMARY KEY (account, hour)
        ) STRICT, WITHOUT ROWID
        """
    static let title = "Usage by the hour"
    static let orderColumns = ["hour"]
    static let columns: [SliceColumn] = [
        SliceColumn("hour", "the hour, by its beginning", .instant), SliceColumn("calls", "calls in it", .integer),
        SliceColumn("amount", "what they cost", .money, from: "nano"),
        SliceColumn("millionths", "and so many millionths of the last place", .integer),
        SliceColumn(
            "currency", "the currency", .text, from: "(SELECT currency FROM accounts WHERE number = hours.account)"),
        SliceColumn("revision", "how often its calls have changed", .integer),
    ]
    let tx: Transaction

    /// The hours of an account in [from, to), in order.
    func all(of account: AccountID, _ number: Int64, from: Instant, to: Instant) throws -> [Total] {
        guard let known = try Accounts(tx: tx).find(account) else { return [] }
        var totals: [Total] = []
        let sql: SQL = """
            SELECT hour, calls, nano, millionths, revision FROM hours
            WHERE account = \(number) AND hour >= \(Hour(of: from)) AND hour < \(to)
            ORDER BY hour LIMIT \(AccountUsage.hoursMax)
            """
        try tx.each(sql) { row throws(StoreError) in
            totals.append(
                Total(
                    account: account, hour: try row.value(0), currency: known.currency, calls: try row.value(1),
                    nano: try row.value(2), millionths: try row.value(3), revision: try row.value(4)))
        }
        return totals
    }

    /// Adds sorted calls: those of one account and hour come together, and cost one read and one write.
    struct Running {
        private let tx: Transaction
        private struct Open {
            let account: Accounts.Entry
            let hour: Hour
            var calls: Int64 = 0
            var amount = ExactAmount.zero
            /// How often its calls changed; the first time is their coming.
            var changes: Int64 = 0

            mutating func add(_ call: ExactAmount, isNew: Bool) {
                calls += isNew ? 1 : 0
                changes += 1
                amount = amount + call
            }
        }
        private var current: Open?
        private var totals: [Total] = []

        init(tx: Transaction) { self.tx = tx }

        /// Adds one call.
        mutating func add(_ candidate: Admission.Candidate, _ amount: ExactAmount, _ account: Accounts.Entry) throws {
            try open(candidate, account)
            current?.add(amount, isNew: true)
        }

        /// Adds what a call costs that cost nothing before, because it waited for a price.
        mutating func change(
            _ candidate: Admission.Candidate, _ amount: ExactAmount, _ account: Accounts.Entry
        ) throws {
            try open(candidate, account)
            current?.add(amount, isNew: false)
        }

        private mutating func open(_ candidate: Admission.Candidate, _ account: Accounts.Entry) throws {
            let hour = Hour(of: Instant(unchecked: candidate.calledAt))
            if current?.account.number != account.number || current?.hour != hour {
                try write()
                current = Open(account: account, hour: hour)
            }
        }

        /// Writes the last one and returns the totals as they are now.
        mutating func finish() throws -> [Total] {
            try write()
            return totals
        }

        private mutating func write() throws {
            guard let open = current else { return }
            current = nil
            var (calls, amount, revision) = (open.calls, open.amount, open.changes)
            let read = try tx.store.hot(
                "SELECT calls, nano, millionths, revision FROM hours WHERE account = ?1 AND hour = ?2")
            read.bind(1, open.account.number)
            read.bind(2, open.hour.value)
            if try read.step() {
                calls += read.int64(0)
                amount = amount + ExactAmount(nano: read.int64(1), millionths: read.int64(2))
                revision += read.int64(3)
                read.reset()
            }
            guard let nano = amount.nano else { throw MeteringError.amountOverflow }
            let write = try tx.store.hot(
                """
                INSERT INTO hours (account, hour, calls, nano, millionths, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT (account, hour) DO UPDATE SET calls = excluded.calls, nano = excluded.nano,
                    millionths = excluded.millionths, revision = excluded.revision
                """)
            for (index, value) in [
                open.account.number, open.hour.value, calls, nano, amount.millionths, revision,
            ].enumerated() {
                write.bind(Int32(index + 1), value)
            }
            _ = try write.run()
            totals.append(
                Total(
                    account: open.account.account, hour: open.hour, currency: open.account.currency,
                    calls: CallCount(unchecked: calls), nano: NanoAmount(unchecked: nano),
                    millionths: Millionths(unchecked: amount.millionths), revision: Revision(unchecked: revision)))
        }
    }
}
