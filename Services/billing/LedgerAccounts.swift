import Engine
import Schema
import Store

/// The accounts of the ledger, those of customers and those of the house, and what they stand at.
struct LedgerAccounts: Noun {
    static let name = "ledgerAccounts"
    static let category = DataCategory.payment
    static let table = "\(rows);\n\(openings)"
    /// The column that step 1006 has added.
    static let openings = """
        ALTER TABLE ledgerAccounts ADD COLUMN opening INTEGER NOT NULL DEFAULT 0;       -- a part of balance
        """
    /// The table as step 1002 made it.
    static let rows = """
        CREATE TABLE ledgerAccounts (
            number   INTEGER PRIMARY KEY,
            kind     TEXT NOT NULL CHECK (kind IN
                ('prepaid', 'promotional', 'receivable', 'revenue', 'tax', 'payments', 'promotions')),
            account  BLOB                                                                 -- AccountID
                CHECK ((kind IN ('prepaid', 'promotional', 'receivable')) = (account IS NOT NULL)),
            currency TEXT NOT NULL,
            balance  INTEGER NOT NULL DEFAULT 0                                        -- nano-units, the sum of entries
        ) STRICT;
        CREATE UNIQUE INDEX ledgerAccountsByName ON ledgerAccounts (kind, account, currency) WHERE account IS NOT NULL;
        CREATE UNIQUE INDEX ledgerAccountsOfHouse ON ledgerAccounts (kind, currency) WHERE account IS NULL
        """
}

extension LedgerAccounts: KeptSlice {
    static let title = "What you have on account"
    static let orderColumns = ["kind", "currency"]
    static let condition: String? = "kind IN ('prepaid', 'promotional', 'receivable')"
    static let columns: [SliceColumn] = [
        .init("kind", "prepaid: bought; promotional: given; receivable: used beyond both", .text),
        .init("currency", "currency", .text),
        .init("amount", "what you have of it; below zero: what you owe", .money, from: "-balance"),
        .init("opening", "of it, from transactions that are kept no more", .money, from: "-opening"),
    ]
}
