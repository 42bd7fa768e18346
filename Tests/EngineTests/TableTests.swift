import Engine
import Schema
import Store
import Support
import Testing

/// The engine's tables.
struct TableTests {
    @Test func `the tables as they are now are what the migrations make`() throws {
        let made = try Store.create("memory:engine-tables-now", migrations: [])
        for table in EngineTables.tables { try made.execute(table) }
        let migrated = try Store.create("memory:engine-tables-migrated", migrations: EngineTables.migrations)
        #expect(try schemaTexts(of: made) == schemaTexts(of: migrated))
    }

    @Test func `a file is made once`() throws {
        let stand = try startedNotebook()
        #expect(throws: StoreError.self) {
            try Notebook.createFile(at: stand.path, partition: 0, partitions: 1, incarnation: .example, now: .example)
        }
    }

    @Test func `a delivery's name fits the tag of a producer`() {
        let delivery = Delivery(link: Engine.Limits.linksMax - 1, generation: 255, sequence: .max)
        #expect(Delivery(packed: delivery.packed) == delivery)
        #expect(delivery.packed < 1 << 54)
    }
}
