import Store

/// Billing's tables as they were before there were refunds, promotions and limits: what steps 1000 and 1002 are made
/// of.
enum FirstTables {
    static let ledger = """
        CREATE TABLE ledgerAccounts (
            number   INTEGER PRIMARY KEY,
            kind     TEXT NOT NULL CHECK (kind IN ('prepaid', 'receivable', 'revenue', 'tax', 'payments')),
            account  BLOB CHECK ((kind IN ('prepaid', 'receivable')) = (account IS NOT NULL)),    -- AccountID
            currency TEXT NOT NULL,
            balance  INTEGER NOT NULL DEFAULT 0                                        -- nano-units, the sum of entries
        ) STRICT;
        CREATE UNIQUE INDEX ledgerAccountsByName ON ledgerAccounts (kind, account, currency) WHERE account IS NOT NULL;
        CREATE UNIQUE INDEX ledgerAccountsOfHouse ON ledgerAccounts (kind, currency) WHERE account IS NULL;
        CREATE TABLE ledgerTransactions (
            number   INTEGER PRIMARY KEY,
            at       INTEGER NOT NULL,                                                    -- Instant
            kind     TEXT NOT NULL CHECK (kind IN ('top-up', 'settlement', 'charge', 'reversal')),
            reverses INTEGER REFERENCES ledgerTransactions (number),
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
    static let payments = """
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
    static let credits = """
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
    static let postedHours = """
        CREATE TABLE postedHours (
            account  BLOB NOT NULL CHECK (length(account) = 16),                          -- AccountID
            hour     INTEGER NOT NULL,                                                    -- Hour
            currency TEXT NOT NULL,
            revision INTEGER NOT NULL,                                                    -- of the total that is posted
            exact    INTEGER NOT NULL CHECK (exact BETWEEN 0 AND 999999),                 -- its millionths
            nano     INTEGER NOT NULL,                                                    -- floor(exact amount): posted
            PRIMARY KEY (account, hour, currency)
        ) STRICT, WITHOUT ROWID;
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

    /// Makes the tables of money anew and moves the rows: SQLite changes no CHECK in place. Children go first.
    static let widened = [
        """
        DROP INDEX ledgerReversals;
        DROP INDEX ledgerAccountsByName;
        DROP INDEX ledgerAccountsOfHouse;
        DROP INDEX ledgerEntriesByAccount;
        DROP INDEX chargesByHour;
        ALTER TABLE ledgerAccounts RENAME TO firstLedgerAccounts;
        ALTER TABLE ledgerTransactions RENAME TO firstLedgerTransactions;
        ALTER TABLE ledgerEntries RENAME TO firstLedgerEntries;
        ALTER TABLE creditUses RENAME TO firstCreditUses;
        ALTER TABLE credits RENAME TO firstCredits;
        ALTER TABLE charges RENAME TO firstCharges;
        ALTER TABLE payments RENAME TO firstPayments
        """, LedgerAccounts.rows, Ledger.rows, Payments.rows, Credits.rows, charges,
        """
        INSERT INTO ledgerAccounts SELECT * FROM firstLedgerAccounts;
        INSERT INTO ledgerTransactions (number, at, kind, reverses)
            SELECT number, at, kind, reverses FROM firstLedgerTransactions;
        INSERT INTO ledgerEntries SELECT * FROM firstLedgerEntries;
        INSERT INTO payments (payment, kind, step, account, currency, nano, booked, expiry, at)
            SELECT payment, kind, step, account, currency, nano, nano, 9223372036854775807, at FROM firstPayments;
        INSERT INTO credits (account, currency, priority, expiry, grantID, nano, remaining, expired, lapsed)
            SELECT account, currency, priority, 9223372036854775807, grantID, nano, remaining, 0, 0 FROM firstCredits;
        INSERT INTO creditUses SELECT * FROM firstCreditUses;
        INSERT INTO charges SELECT * FROM firstCharges;
        DROP TABLE firstCharges;
        DROP TABLE firstCreditUses;
        DROP TABLE firstLedgerEntries;
        DROP TABLE firstLedgerTransactions;
        DROP TABLE firstLedgerAccounts;
        DROP TABLE firstCredits;
        DROP TABLE firstPayments
        """,
    ].joined(separator: ";\n")

    /// Days as they were before their postings had a day of their own.
    static let postedDays = """
        CREATE TABLE postedDays (
            account  BLOB NOT NULL CHECK (length(account) = 16),                          -- AccountID
            since    INTEGER NOT NULL,                       -- Instant: the day's first, or the end of a promotion in it
            currency TEXT NOT NULL,
            nano     INTEGER NOT NULL,                                                    -- posted
            net      INTEGER NOT NULL,
            tax      INTEGER NOT NULL,
            PRIMARY KEY (account, since, currency)
        ) STRICT, WITHOUT ROWID
        """

    /// Charges, as they still are: they follow the table that they refer to.
    private static let charges = """
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
