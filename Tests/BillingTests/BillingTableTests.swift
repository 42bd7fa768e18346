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
}
