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
}
