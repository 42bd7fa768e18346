import Engine
import Schema
import Store

/// What is posted of each account's hours: the mark that makes a total count once. docs/contracts.md: Totals and money.
struct PostedHours: Noun {
    static let name = "postedHours"
    static let category = DataCategory.payment
    static let table = "\(rows);\n\(times)"
    /// The index that step 1005 has added.
    static let times = "CREATE INDEX postedHoursByTime ON postedHours (hour)"
    /// The tables as step 1000 made them.
    static let rows = """
        CREATE TABLE postedHours (
            account  BLOB NOT NULL CHECK (length(account) = 16),                          -- AccountID
            hour     INTEGER NOT NULL,                                                    -- Hour
            currency TEXT NOT NULL,
            revision INTEGER NOT NULL,                                                    -- of the total that is posted
            exact    INTEGER NOT NULL CHECK (exact BETWEEN 0 AND 999999),                 -- its millionths
            nano     INTEGER NOT NULL,                                                    -- floor(exact amount): posted
            PRIMARY KEY (account, hour, currency)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    private struct Mark {
        let revision: Int64
        let millionths: Int64
        let nano: Int64
    }

    /// Posts a total: a higher revision replaces what is posted, a lower or equal one is ignored, an equal one with
    /// another amount is an alarm, one of an erased account is dropped. True where it was news.
    /// `edge`: the first hour whose mark is kept; an older total is no news, for nothing says whether it counted.
    func apply(_ total: Total, since edge: Instant, at now: Instant) throws -> Bool {
        guard total.hour.value >= edge.value else {
            tx.raise(
                "total-late", "a total came of an hour whose mark has gone",
                remedy: "nothing was posted for it: see why metering's totals took longer than a day")
            tx.count("totals_late")
            return false
        }
        let mark = try find(total)
        if mark == nil, try Accounts(tx: tx).isErased(total.account) { return false }
        if let mark, total.revision.value <= mark.revision {
            let isOther = mark.nano != total.nano.value || mark.millionths != total.millionths.value
            if total.revision.value == mark.revision, isOther {
                tx.raise(
                    "total-changed", "an hour's total of one revision has two amounts",
                    remedy: "run troth verify: metering and billing disagree")
            }
            tx.count("totals_ignored")
            return false
        }
        var posted = mark?.nano ?? 0
        if total.nano.value < posted {
            try reverse(total, at: now)
            posted = 0
        }
        let isLate = try total.nano.value > posted && charge(total.nano.value - posted, total, at: now)
        try save(total)
        if isLate { try Settlement(tx: tx).settle(total.account, total.currency, at: now) }
        tx.count("totals_posted")
        return true
    }

    private func find(_ total: Total) throws -> Mark? {
        let statement = try tx.store.hot(
            "SELECT revision, exact, nano FROM postedHours WHERE account = ?1 AND hour = ?2 AND currency = ?3")
        return try withKey(statement, total) {
            guard try statement.step() else { return nil }
            defer { statement.reset() }
            return Mark(revision: statement.int64(0), millionths: statement.int64(1), nano: statement.int64(2))
        }
    }

    private func save(_ total: Total) throws {
        let statement = try tx.store.hot(
            """
            INSERT INTO postedHours (account, hour, currency, revision, exact, nano) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (account, hour, currency) DO UPDATE SET revision = excluded.revision, exact = excluded.exact,
                nano = excluded.nano
            """)
        statement.bind(4, total.revision.value)
        statement.bind(5, total.millionths.value)
        statement.bind(6, total.nano.value)
        _ = try withKey(statement, total) { try statement.run() }
    }

    /// Charges an amount to credit, and what credit does not cover to what the customer owes. What happened is charged.
    /// True where credit that has expired since was there for it.
    private func charge(_ gross: Int64, _ total: Total, at now: Instant) throws -> Bool {
        let (account, currency) = (total.account, total.currency)
        let price = Tax.split(gross)
        let (uses, isLate) = try Credits(tx: tx).draw(gross, of: account, currency, for: total.hour)
        let bought = uses.reduce(0) { $0 + ($1.grant.kind == .prepaid ? $1.nano : 0) }
        let given = uses.reduce(0) { $0 + ($1.grant.kind == .promotional ? $1.nano : 0) }
        let posting = try Ledger(tx: tx).post(
            .charge,
            [
                .init(kind: .prepaid, nano: bought), .init(kind: .promotional, nano: given),
                .init(kind: .receivable, nano: gross - bought - given),
                .init(kind: .revenue, nano: -price.net), .init(kind: .tax, nano: -price.tax),
            ], of: account, currency, at: now)
        try Credits(tx: tx).record(uses, for: posting)
        let statement = try tx.store.hot(
            "INSERT INTO charges (account, hour, currency, posting, net, tax) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        statement.bind(4, posting)
        statement.bind(5, price.net)
        statement.bind(6, price.tax)
        _ = try withKey(statement, total) { try statement.run() }
        return isLate
    }

    /// Takes back all that is posted of an hour, each charge by a transaction of its own; credit is given back.
    private func reverse(_ total: Total, at now: Instant) throws {
        let postings = try tx.store.all(
            values: """
                SELECT posting FROM charges WHERE account = \(total.account) AND hour = \(total.hour)
                    AND currency = \(total.currency) AND reversed = 0 ORDER BY posting
                """, as: Int64.self)
        var returned: [PaymentID: Int64] = [:]
        for posting in postings {
            for use in try Credits(tx: tx).uses(of: posting) { returned[use.grant, default: 0] += use.nano }
            try Ledger(tx: tx).reverse(posting, of: total.account, total.currency, at: now)
            try tx.change(.one, "UPDATE charges SET reversed = 1 WHERE posting = \(posting)")
        }
        try tx.change(
            .one,
            """
            UPDATE postedHours SET nano = 0
            WHERE account = \(total.account) AND hour = \(total.hour) AND currency = \(total.currency)
            """)
        try Settlement(tx: tx).settle(total.account, total.currency, returned: returned, at: now)
        tx.count("charges_reversed", by: Int64(postings.count))
    }

    private func withKey<T>(_ statement: HotStatement, _ total: Total, _ body: () throws -> T) throws -> T {
        statement.bind(1, id: (total.account.high, total.account.low))
        statement.bind(2, total.hour.value)
        var currency = total.currency.text
        return try currency.withUTF8 { text in
            statement.bind(3, text: UnsafeRawBufferPointer(text))
            return try body()
        }
    }
}

extension PostedHours: TableSlice {
    static let title = "What your hours cost"
    static let personColumn = "account"
    static let orderColumns = ["hour", "currency"]
    static let columns: [SliceColumn] = [
        .init("hour", "hour of the calls", .instant), .init("currency", "currency", .text),
        .init("revision", "how often it was counted", .integer),
        .init("amount", "what is charged", .money, from: "nano"),
        .init("millionths", "millionths of a nano-unit beyond it", .integer, from: "exact"),
    ]
}

/// Tax is due at use. Its rate is 0 until it is configured: then net is the whole.
enum Tax {
    /// Parts a gross amount into net and tax.
    static func split(_ gross: Int64) -> (net: Int64, tax: Int64) { (gross, 0) }
}
