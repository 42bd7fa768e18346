import Store
import Testing

/// The hot path: what is bound is what is read.
struct HotStatementTests {
    let scratch = Scratch()
    let store: Store

    init() throws { store = try Store.create(Scratch.memory(), migrations: Tables.steps) }

    @Test func `ids, integers and NULL come back, in the order of their bytes`() throws {
        let insert = try store.hot("INSERT INTO calls VALUES (?, ?) ON CONFLICT DO NOTHING")
        let ids: [(UInt64, UInt64)] = [(1, .max), (.max, 0), (0, 1), (0x0102_0304_0506_0708, 0x090a_0b0c_0d0e_0f10)]
        try store.transaction {
            for (cost, id) in ids.enumerated() {
                insert.bind(1, id: id)
                if cost == 2 { insert.bindNull(2) } else { insert.bind(2, Int64(cost)) }
                let changed = try insert.run()
                #expect(changed == 1)
            }
            insert.bind(1, id: ids[0])
            insert.bind(2, 9)
            let changed = try insert.run()
            #expect(changed == 0)
        }
        let select = try store.hot("SELECT id, cost FROM calls ORDER BY id /* scan: four */")
        var order: [Int64?] = []
        while try select.step() {
            let id = try #require(select.id(0))
            #expect(ids.contains { $0 == id })
            order.append(select.isNull(1) ? nil : select.int64(1))
        }
        #expect(order == [nil, 0, 3, 1])
        #expect(
            try store.first(value: "SELECT id FROM calls WHERE cost = 3 /* scan: four */")
                == [UInt8](1...16))
    }

    @Test func `blobs and text are taken where they lie, an empty one is not NULL`() throws {
        let insert = try store.hot("INSERT INTO calls VALUES (?1, length(?2))")
        for bytes in [[UInt8](0...200), []] {
            let text = Array("äbc".utf8)
            let inserted = try bytes.withUnsafeBytes { blob in
                try text.withUnsafeBytes { text in
                    insert.bind(1, blob: blob)
                    insert.bind(2, text: text)
                    return try insert.run()
                }
            }
            #expect(inserted == 1)
            let select = try store.hot("SELECT id, cost FROM calls WHERE id = ?")
            let isFound = try bytes.withUnsafeBytes { blob in
                select.bind(1, blob: blob)
                return try select.step()
            }
            #expect(isFound)
            #expect(select.withBlob(0) { [UInt8]($0) } == bytes)
            #expect(select.int64(1) == 3)
            #expect(select.id(0) == nil)
            select.reset()
        }
    }

    @Test func `a statement whose reader threw at a row begins anew`() throws {
        let insert = try store.hot("INSERT INTO calls VALUES (?, ?)")
        for cost: Int64 in 1...3 {
            insert.bind(1, id: (0, UInt64(cost)))
            insert.bind(2, cost)
            _ = try insert.run()
        }
        let bound = try store.hot("SELECT cost FROM calls WHERE cost > ? ORDER BY id /* scan: three */")
        let unbound = try store.hot("SELECT cost FROM calls ORDER BY id /* scan: three */")
        func read(throwing isThrowing: Bool) throws -> [Int64] {
            var costs: [Int64] = []
            bound.bind(1, 1)
            while try bound.step() { costs.append(bound.int64(0)); if isThrowing { break } }
            while try unbound.step() { costs.append(unbound.int64(0)); if isThrowing { throw Refusal() } }
            return costs
        }
        #expect(throws: Refusal()) { try store.transaction { try read(throwing: true) } }
        #expect(try store.transaction { try read(throwing: false) } == [2, 3, 1, 2, 3])
        let again = try store.transaction {
            #expect(throws: Refusal()) { try store.savepoint { try read(throwing: true) } }
            unbound.reset()
            return try read(throwing: false)
        }
        #expect(again == [2, 3, 1, 2, 3])
    }

    @Test func `one text is one statement`() throws {
        func statement() throws -> HotStatement { try store.hot("SELECT cost FROM calls WHERE id = ?") }
        #expect(try statement() === statement())
    }

    @Test func `a bind that fails is thrown by the next step, and by that one alone`() throws {
        let insert = try store.hot("INSERT INTO calls VALUES (?, ?)")
        for index: Int32 in [0, 3] {
            insert.bind(1, id: (1, 1))
            insert.bind(2, 5)
            insert.bind(index, 5)
            #expect(throws: StoreError.self) { try insert.run() }
            insert.bind(index, id: (1, 1))
            #expect(throws: StoreError.self) { try insert.run() }
        }
        insert.bind(1, id: (1, 1))
        insert.bind(2, 5)
        #expect(try insert.run() == 1)
        insert.bind(1, id: (1, 1))
        #expect(throws: StoreError.constraint("calls.id")) { try insert.run() }
    }
}
