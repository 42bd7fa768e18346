import Engine
import Schema
import Store

/// What customers paid in advance and have left, grant by grant. It is used by (priority, grant); each charge names the
/// grants that it drew on. docs/contracts.md: Totals and money.
struct Credits: Noun {
    static let name = "credits"
    static let category = DataCategory.payment
    static let table = """
        CREATE TABLE credits (
            account   BLOB NOT NULL,                                                      -- AccountID
            currency  TEXT NOT NULL,
            priority  INTEGER NOT NULL,                                                   -- the lower one is used first
            grantID   BLOB NOT NULL CHECK (length(grantID) = 16),                         -- PaymentID of a top-up
            nano      INTEGER NOT NULL CHECK (nano > 0),
            remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND nano),
            PRIMARY KEY (account, currency, priority, grantID)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE creditUses (
            posting INTEGER NOT NULL REFERENCES ledgerTransactions (number),
            grantID BLOB NOT NULL,
            nano    INTEGER NOT NULL CHECK (nano > 0),
            PRIMARY KEY (posting, grantID)
        ) STRICT, WITHOUT ROWID
        """
    /// Bought credit: promotional kinds come before it once there are any.
    private static let boughtPriority: Int64 = 100
    let tx: Transaction

    /// What was drawn from a grant.
    struct Use {
        let grant: PaymentID
        let nano: Int64
    }

    /// Gives the credit of a top-up.
    func grant(_ topUp: TopUp, to account: AccountID) throws {
        try tx.change(
            .one,
            """
            INSERT INTO credits (account, currency, priority, grantID, nano, remaining)
            VALUES (\(account), \(topUp.currency), \(Self.boughtPriority), \(topUp.payment), \(topUp.nano), \(topUp.nano))
            """)
    }

    /// Draws up to an amount, in the order of the grants. What is drawn may be less.
    func draw(_ nano: Int64, of account: AccountID, _ currency: Currency) throws -> [Use] {
        var (left, uses): (Int64, [Use]) = (nano, [])
        let select = try tx.store.hot(
            """
            SELECT grantID, remaining FROM credits WHERE account = ?1 AND currency = ?2 AND remaining > 0
            ORDER BY priority, grantID
            """)
        var text = currency.text
        try text.withUTF8 { bytes in
            select.bind(1, id: (account.high, account.low))
            select.bind(2, text: UnsafeRawBufferPointer(bytes))
            while left > 0, try select.step() {
                guard let id = select.id(0) else { throw StoreError.wrongType(column: "grantID") }
                let use = Use(grant: PaymentID(high: id.0, low: id.1), nano: min(left, select.int64(1)))
                uses.append(use)
                left -= use.nano
            }
            select.reset()
        }
        for use in uses { try take(use, of: account, currency) }
        return uses
    }

    private func take(_ use: Use, of account: AccountID, _ currency: Currency) throws {
        try tx.change(
            .one,
            """
            UPDATE credits SET remaining = remaining - \(use.nano)
            WHERE account = \(account) AND currency = \(currency) AND priority = \(Self.boughtPriority)
                AND grantID = \(use.grant)
            """)
    }

    /// Keeps which grants a posting drew on.
    func record(_ uses: [Use], for posting: Int64) throws {
        for use in uses {
            try tx.change(
                .one, "INSERT INTO creditUses (posting, grantID, nano) VALUES (\(posting), \(use.grant), \(use.nano))")
        }
    }

    /// Gives back what a posting drew.
    func giveBack(_ posting: Int64, to account: AccountID, _ currency: Currency) throws {
        var uses: [Use] = []
        try tx.each("SELECT grantID, nano FROM creditUses WHERE posting = \(posting) ORDER BY grantID") {
            row throws(StoreError) in
            uses.append(Use(grant: try row.value(0), nano: try row.value(1)))
        }
        for use in uses { try take(Use(grant: use.grant, nano: -use.nano), of: account, currency) }
    }
}
