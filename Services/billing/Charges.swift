import Engine
import Schema
import Store

/// What each posting of an hour charged, so that it can be taken back. docs/contracts.md: Totals and money.
struct Charges: Noun {
    static let name = "charges"
    static let category = DataCategory.payment
    static let table = """
        CREATE TABLE charges (
            posting  INTEGER NOT NULL PRIMARY KEY REFERENCES ledgerTransactions (number),
            account  BLOB NOT NULL,
            hour     INTEGER NOT NULL,
            currency TEXT NOT NULL,
            net      INTEGER NOT NULL,
            tax      INTEGER NOT NULL,
            reversed INTEGER NOT NULL DEFAULT 0 CHECK (reversed IN (0, 1))
        ) STRICT;
        CREATE INDEX chargesByHour ON charges (account, hour, currency)
        """
}

extension Charges: TableSlice {
    static let title = "Charges"
    static let personColumn = "account"
    static let orderColumns = ["hour", "currency", "posting"]
    static let columns: [SliceColumn] = [
        .init("posting", "the transaction of the ledger", .integer), .init("hour", "hour of the calls", .instant),
        .init("currency", "currency", .text), .init("net", "amount without tax", .money),
        .init("tax", "tax", .money), .init("reversed", "taken back, and charged anew", .boolean),
    ]
}
