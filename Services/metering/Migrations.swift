import Engine
package import Store

extension Metering {
    /// How metering's tables became what they are; a released step is never edited.
    package static let migrations = [
        Migration(
            number: 1_000,
            sql: [
                firstAccounts, Names.table, firstUpstreams, PriceBook.table, CallRecords.table, UsageHours.rows,
                Transfers.rows,
            ].joined(separator: ";\n")),
        Migration(
            number: 1_001,
            sql: [
                "ALTER TABLE accounts RENAME TO accountsWithoutState", Accounts.rows,
                """
                INSERT INTO accounts (number, account, version, state, opened, region, currency)
                SELECT number, account, 0, 'open', 0, 'unknown', currency FROM accountsWithoutState
                """, "DROP TABLE accountsWithoutState", Waiting.table,
            ].joined(separator: ";\n")),
        // calls that are parked from before: nobody has noted for which price, and it may be here
        Migration(
            number: 1_002,
            sql: [
                Unpriced.rows,
                """
                INSERT INTO unpriced (upstream, model, day, account, calledAt, callID)
                SELECT 0, 0, day, account, calledAt, callID FROM calls WHERE state = 3
                """,
                """
                INSERT INTO repricings (upstream, model, day, account, calledAt, callID)
                SELECT DISTINCT 0, 0, 0, 0, 0, x'' FROM unpriced
                """,
            ].joined(separator: ";\n")),
        Migration(
            number: 1_003,
            sql: [
                Quality.table, "ALTER TABLE upstreams RENAME TO upstreamsWithoutContact", Upstreams.table,
                "INSERT INTO upstreams SELECT *, NULL, NULL FROM upstreamsWithoutContact",
                "DROP TABLE upstreamsWithoutContact",
            ].joined(separator: ";\n")),
        Migration(number: 1_004, sql: Unpriced.index),
        Migration(
            number: 1_005,
            sql: [UsageHours.times, Transfers.times, Unpriced.times, Accounts.closings, UsageDays.table]
                .joined(separator: ";\n")),
    ]

    /// Upstreams before they said how long they keep contents, and whom notices of erasure go to.
    private static let firstUpstreams = """
        CREATE TABLE upstreams (
            name          TEXT NOT NULL PRIMARY KEY,                                      -- UpstreamName
            provider      TEXT NOT NULL,
            country       TEXT NOT NULL,
            version       INTEGER NOT NULL,
            agreement     TEXT,
            agreementFrom INTEGER,
            agreementTo   INTEGER,
            safeguard     TEXT
        ) STRICT, WITHOUT ROWID
        """

    /// Accounts as they were when every key was one: step 1001 opens those that had calls from ever on, until identity
    /// says otherwise.
    private static let firstAccounts = """
        CREATE TABLE accounts (
            number   INTEGER PRIMARY KEY,
            account  BLOB NOT NULL UNIQUE CHECK (length(account) = 16),                   -- AccountID
            currency TEXT NOT NULL CHECK (length(currency) = 3)                           -- fixed with the first call
        ) STRICT
        """
}
