import Engine
import Schema
import Store

/// Payments that arrived. An effect is unique by (payment, kind, step) for the ledger's life. Policy §4.4.
struct Payments: Noun {
    static let name = "payments"
    static let category = DataCategory.payment
    static let table = """
        CREATE TABLE payments (
            payment  BLOB NOT NULL CHECK (length(payment) = 16),                          -- PaymentID
            kind     TEXT NOT NULL CHECK (kind IN ('top-up')),
            step     INTEGER NOT NULL CHECK (step >= 1),
            account  BLOB NOT NULL,                                                       -- AccountID
            currency TEXT NOT NULL,
            nano     INTEGER NOT NULL CHECK (nano > 0),
            at       INTEGER NOT NULL,                                                    -- Instant
            PRIMARY KEY (payment, kind, step)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// What is known of a payment's id.
    enum Known {
        /// It has had this very effect.
        case same
        /// It has had another one.
        case other
    }

    /// What is known of a top-up's payment; nil: it is new.
    func find(_ topUp: TopUp, from account: AccountID) throws -> Known? {
        let sql: SQL = """
            SELECT account, currency, nano FROM payments WHERE payment = \(topUp.payment) AND kind = 'top-up' AND step = 1
            """
        var known: Known?
        try tx.each(sql) { row throws(StoreError) in
            let (owner, currency): (AccountID, Currency) = (try row.value(0), try row.value(1))
            let nano: NanoAmount = try row.value(2)
            known = owner == account && currency == topUp.currency && nano == topUp.nano ? .same : .other
        }
        return known
    }

    /// Takes a top-up whose payment is new: money in, credit given; what was used beyond credit is settled first.
    func receive(_ topUp: TopUp, from account: AccountID, at now: Instant) throws {
        try tx.change(
            .one,
            """
            INSERT INTO payments (payment, kind, step, account, currency, nano, at)
            VALUES (\(topUp.payment), 'top-up', 1, \(account), \(topUp.currency), \(topUp.nano), \(now))
            """)
        try Ledger(tx: tx).post(
            .topUp, [.init(kind: .payments, nano: topUp.nano.value), .init(kind: .prepaid, nano: -topUp.nano.value)],
            of: account, topUp.currency, at: now)
        try Credits(tx: tx).grant(topUp, to: account)
        try settle(account, topUp.currency, at: now)
        tx.count("top_ups")
    }

    /// Pays what was used beyond credit out of the credit that there is now.
    private func settle(_ account: AccountID, _ currency: Currency, at now: Instant) throws {
        let ledger = Ledger(tx: tx)
        let owed = try ledger.balance(.receivable, of: account, currency)
        guard owed > 0 else { return }
        let drawn = try Credits(tx: tx).draw(owed, of: account, currency)
        let paid = drawn.reduce(0) { $0 + $1.nano }
        let number = try ledger.post(
            .settlement, [.init(kind: .prepaid, nano: paid), .init(kind: .receivable, nano: -paid)], of: account,
            currency,
            at: now)
        try Credits(tx: tx).record(drawn, for: number)
    }
}
