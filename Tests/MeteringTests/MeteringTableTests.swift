import Engine
import MeteringService
import Store
import Support
import Testing

/// Metering's tables.
struct MeteringTableTests {
    @Test func `the tables as they are now are what the migrations make`() throws {
        let made = try Store.create("memory:metering-tables-now", migrations: [])
        let tables = EngineTables.tables + Metering.owns.map { $0.table }
        for table in tables { try made.execute(table) }
        let migrated = try Store.create("memory:metering-tables-migrated", migrations: Metering.allMigrations)
        #expect(try schemaTexts(of: made) == schemaTexts(of: migrated))
    }

    @Test func `accounts of a file from before there were any are open from ever on, until identity says otherwise`()
        throws
    {
        let path = "memory:metering-tables-before"
        let old = try Store.create(path, migrations: Metering.allMigrations.filter { $0.number <= 1_000 })
        try old.execute("INSERT INTO accounts VALUES (3, x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021', 'EUR')")
        let store = try Store.open(path, migrations: Metering.allMigrations)
        let rows = try store.all(
            values: """
                SELECT number || ' ' || version || ' ' || state || ' ' || opened || ' ' || region || ' ' || currency
                FROM accounts /* scan: a test looks */
                """, as: String.self)
        #expect(rows == ["3 0 open 0 unknown EUR"])
    }
}
