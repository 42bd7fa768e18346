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
}
