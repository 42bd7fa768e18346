import Store
import Testing

/// All or nothing.
struct TransactionTests {
    final class Names {
        var all: [String] = []
    }

    let scratch = Scratch()
    let store: Store

    init() throws { store = try Store.create(scratch.file, migrations: Tables.steps) }

    @Test func `what a transaction's body throws undoes it, drops the memos and is rethrown`() throws {
        let memo = store.memo(Names.self) { Names() }
        #expect(store.memo(Names.self) { Names() } === memo)
        #expect(throws: Refusal()) {
            try store.transaction {
                try store.insert(Account(1, "a"))
                throw Refusal()
            }
        }
        #expect(!store.isInTransaction)
        #expect(try store.accountCount() == 0)
        #expect(store.memo(Names.self) { Names() } !== memo)
    }

    @Test func `a committed transaction keeps its memos and gives its result`() throws {
        let memo = store.memo(Names.self) { Names() }
        let count = try store.transaction {
            #expect(store.isInTransaction)
            try store.insert(Account(1, "a"))
            return try store.accountCount()
        }
        #expect(count == 1)
        #expect(store.memo(Names.self) { Names() } === memo)
    }

    @Test func `a savepoint undoes itself alone, at any depth`() throws {
        try store.transaction {
            try store.insert(Account(1, "a"))
            let memo = store.memo(Names.self) { Names() }
            #expect(throws: Refusal()) {
                try store.savepoint {
                    try store.insert(Account(2, "b"))
                    try store.savepoint { try store.insert(Account(3, "c")) }
                    throw Refusal()
                }
            }
            #expect(store.memo(Names.self) { Names() } !== memo)
            try store.savepoint { try store.insert(Account(4, "d")) }
        }
        #expect(try store.all(values: "SELECT id FROM accounts ORDER BY id /* scan: two */") == [Int64(1), 4])
    }

    @Test func `a transaction inside a transaction is refused and undoes nothing`() throws {
        try store.transaction {
            try store.insert(Account(1, "a"))
            #expect(throws: StoreError.self) { try store.transaction {} }
            try store.insert(Account(2, "b"))
        }
        #expect(try store.accountCount() == 2)
    }

    @Test func `after a full disk nothing more runs in the transaction and nothing of it stays`() throws {
        let pages = try #require(try store.first(value: "PRAGMA page_count", as: Int.self))
        _ = try store.first(value: "PRAGMA max_page_count = \(raw: "\(pages + 2)")", as: Int.self)
        #expect(throws: StoreError.full(path: scratch.file)) {
            try store.transaction {
                try store.insert(Account(1, "a"))
                try store.change(.one, "INSERT INTO calls VALUES (x'01', 1)")
                try store.insert(Account(2, String(repeating: "b", count: 200_000)))
            }
        }
        #expect(!store.isInTransaction)
        #expect(try store.accountCount() == 0)
        try store.transaction { try store.insert(Account(1, "a")) }
        #expect(try store.accountCount() == 1)
    }

    @Test func `a transaction that SQLite undid takes no more statements, even where the failure is swallowed`() throws
    {
        let hot = try store.hot("INSERT INTO calls VALUES (?, ?)")
        func swallow() throws {
            try store.transaction {
                // OR ROLLBACK undoes the whole transaction, as SQLite does by itself after some failures.
                try store.insert(Account(1, "a"))
                try? store.change(.one, "INSERT OR ROLLBACK INTO accounts VALUES (1, 'b', 'open', NULL)")
                #expect(throws: StoreError.self) { try store.insert(Account(2, "c")) }
                #expect(throws: StoreError.self) { try store.first(value: "SELECT 1", as: Int.self) }
                hot.bind(1, id: (1, 1))
                hot.bind(2, 1)
                #expect(throws: StoreError.self) { try hot.run() }
            }
        }
        #expect(throws: StoreError.self) { try swallow() }
        #expect(try store.accountCount() == 0)
        hot.bind(1, id: (1, 1))
        hot.bind(2, 1)
        #expect(try hot.run() == 1)
    }
}
