import BillingService
import Engine
import Store
import Support
import Testing

/// Billing's tables.
struct BillingTableTests {
    @Test func `the tables as they are now are what the migrations make`() throws {
        let made = try Store.create("memory:billing-tables-now", migrations: [])
        let tables = EngineTables.tables + Billing.owns.map { $0.table }
        for table in tables { try made.execute(table) }
        let migrated = try Store.create("memory:billing-tables-migrated", migrations: Billing.allMigrations)
        #expect(try schemaTexts(of: made) == schemaTexts(of: migrated))
    }

    @Test func `accounts of a file from before there were any are open, until identity says otherwise`() throws {
        let path = "memory:billing-tables-before"
        let old = try Store.create(path, migrations: Billing.allMigrations.filter { $0.number <= 1_000 })
        try old.execute(
            """
            INSERT INTO ledgerAccounts (kind, account, currency) VALUES
                ('prepaid', x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021', 'EUR'),
                ('receivable', x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021', 'EUR'), ('payments', NULL, 'EUR')
            """)
        let store = try Store.open(path, migrations: Billing.allMigrations)
        let rows = try store.all(
            values: "SELECT version || ' ' || state || ' ' || currency FROM accounts /* scan: a test looks */",
            as: String.self)
        #expect(rows == ["0 open EUR"])
    }

    @Test func `books from before there were refunds go on as they were`() throws {
        let path = "memory:billing-books-before"
        let old = try Store.create(path, migrations: Billing.allMigrations.filter { $0.number <= 1_001 })
        let (account, grant) = ("x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021'", "x'3c4d5e6f70814293a4b5c6d7e8f90a1b'")
        try old.execute(
            """
            INSERT INTO ledgerAccounts VALUES (1, 'prepaid', \(account), 'USD', -60), (2, 'payments', NULL, 'USD', 100),
                (3, 'revenue', NULL, 'USD', -40);
            INSERT INTO ledgerTransactions VALUES (1, 1, 'top-up', NULL), (2, 2, 'charge', NULL),
                (3, 3, 'reversal', 2), (4, 3, 'charge', NULL);
            INSERT INTO ledgerEntries VALUES (1, 2, 100), (1, 1, -100), (2, 1, 50), (2, 3, -50), (3, 1, -50), (3, 3, 50),
                (4, 1, 40), (4, 3, -40);
            INSERT INTO payments VALUES (\(grant), 'top-up', 1, \(account), 'USD', 100, 1);
            INSERT INTO credits VALUES (\(account), 'USD', 100, \(grant), 100, 60);
            INSERT INTO creditUses VALUES (2, \(grant), 50), (4, \(grant), 40);
            INSERT INTO postedHours VALUES (\(account), 3600000000, 'USD', 2, 0, 40);
            INSERT INTO charges VALUES (2, \(account), 3600000000, 'USD', 50, 0, 1),
                (4, \(account), 3600000000, 'USD', 40, 0, 0)
            """)
        let store = try Store.open(path, migrations: Billing.allMigrations)
        let rows = try store.all(
            values: """
                SELECT 'payment ' || booked FROM payments UNION ALL
                SELECT 'credit ' || nano || ' ' || remaining || ' ' || expired || ' ' || (expiry > 0) FROM credits UNION ALL
                SELECT 'entries ' || count(*) || ' ' || sum(nano) FROM ledgerEntries UNION ALL
                SELECT 'uses ' || sum(nano) FROM creditUses UNION ALL
                SELECT 'charges ' || count(*) || ' ' || sum(net) FROM charges UNION ALL
                SELECT 'reverses ' || reverses FROM ledgerTransactions WHERE reverses IS NOT NULL
                /* scan: a test looks */
                """, as: String.self)
        #expect(
            rows == ["payment 100", "credit 100 60 0 1", "entries 8 0", "uses 90", "charges 2 90", "reverses 2"])
        #expect(try store.all(values: "SELECT \"table\" FROM pragma_foreign_key_check", as: String.self) == [])
    }
}
