import Store
import Testing

/// The four verbs on a store in memory.
struct VerbTests {
    let scratch = Scratch()
    let store: Store

    init() throws { store = try Store.create(Scratch.memory(), migrations: Tables.steps) }

    @Test func `a row comes back as it was written`() throws {
        let parent = Account(1, "o'neil \u{0}\"; DROP TABLE accounts; --ß")
        let child = Account(2, "", .closed, parent: 1)
        try store.insert(parent)
        try store.insert(child)
        let found: Account? = try store.first("SELECT \(Account.columns) FROM accounts WHERE id = \(2)")
        #expect(found == child)
        let all: [Account] = try store.all("SELECT \(Account.columns) FROM accounts ORDER BY id /* scan: two */")
        #expect(all == [parent, child])
        let none: Account? = try store.first("SELECT \(Account.columns) FROM accounts WHERE id = \(3)")
        #expect(none == nil)
    }

    @Test func `every kind of value comes back as it was bound`() throws {
        #expect(try store.first(value: "SELECT \(Int64.min)") == Int64.min)
        #expect(try store.first(value: "SELECT \(Int.max)") == Int.max)
        #expect(try store.first(value: "SELECT \(Int32.min)") == Int32.min)
        #expect(try store.first(value: "SELECT \(true)") == true)
        #expect(try store.first(value: "SELECT \("")") == "")
        #expect(try store.first(value: "SELECT \([UInt8]())") == [UInt8]())
        #expect(try store.first(value: "SELECT \([UInt8](0...255))") == [UInt8](0...255))
        #expect(try store.all(values: "SELECT \(String?.none)", as: String?.self) == [nil])
        #expect(try store.first(value: "SELECT \(Int?.some(3))", as: Int?.self) == 3)
        #expect(try store.first(value: "SELECT \(State.closed)") == State.closed)
        #expect(try store.first(value: "SELECT typeof(\([UInt8]()))") == "blob")
    }

    @Test func `a column of another type or range is refused by name`() {
        let refused = StoreError.wrongType(column: "x")
        #expect(throws: refused) { try store.first(value: "SELECT 'a' AS x", as: Int64.self) }
        #expect(throws: refused) { try store.first(value: "SELECT 1 AS x", as: String.self) }
        #expect(throws: refused) { try store.first(value: "SELECT NULL AS x", as: Int.self) }
        #expect(throws: refused) { try store.first(value: "SELECT 2 AS x", as: Bool.self) }
        #expect(throws: refused) { try store.first(value: "SELECT 2147483648 AS x", as: Int32.self) }
        #expect(throws: refused) { try store.first(value: "SELECT 'ajar' AS x", as: State.self) }
        #expect(throws: refused) { try store.first(value: "SELECT 'a' AS x", as: [UInt8].self) }
    }

    @Test func `a change that touches another number of rows is refused and undone`() throws {
        try store.insert(Account(1, "a"))
        try store.insert(Account(2, "b"))
        let sql: SQL = "UPDATE accounts SET state = 'closed' WHERE id < \(9)"
        #expect(throws: StoreError.rowCount(expected: .one, found: 2, sql: sql.text)) { try store.change(.one, sql) }
        #expect(throws: StoreError.self) { try store.change(.zeroOrOne, sql) }
        let open: SQL = "SELECT count(*) /* scan: two */ FROM accounts WHERE state = 'open'"
        #expect(try store.first(value: open) == 2)
        try store.change(.exactly(2), sql)
        try store.change(.any, "DELETE FROM accounts WHERE id > \(7)")
        #expect(try store.first(value: open) == 0)
    }

    @Test func `a refused row names its column and never its value`() throws {
        try store.insert(Account(1, "secret"))
        #expect(throws: StoreError.constraint("accounts.name")) { try store.insert(Account(2, "secret")) }
        #expect(throws: StoreError.constraint("accounts.cost")) {
            try store.execute("ALTER TABLE accounts ADD COLUMN cost INTEGER")
            try store.change(.one, "INSERT INTO accounts VALUES (3, 'c', 'open', NULL, \("secret"))")
        }
        #expect(throws: StoreError.constraint("state IN ('open', 'closed')")) {
            try store.change(.one, "UPDATE accounts SET state = \("secret") WHERE id = 1")
        }
        let failure = #expect(throws: StoreError.self) {
            try store.first(value: "SELECT json_extract('{}', \("secret"))", as: Int.self)
        }
        #expect(failure?.description.contains("secret") == false)
    }

    @Test func `wrong use is refused`() throws {
        #expect(throws: StoreError.self) { try store.first(value: "SELEKT 1", as: Int.self) }
        #expect(throws: StoreError.self) { try store.first(value: "SELECT 1; SELECT 2", as: Int.self) }
        #expect(throws: StoreError.self) { try store.first(value: "SELECT \(raw: "?")", as: Int.self) }
        #expect(throws: StoreError.self) { try store.first(value: "", as: Int.self) }
        #expect(throws: StoreError.self) { try store.change(.any, "SELECT 1") }
        #expect(throws: StoreError.self) { try store.savepoint {} }
    }

    @Test func `one text can be read inside its own rows`() throws {
        for id in 1...3 { try store.insert(Account(Int64(id), "\(id)")) }
        let sql: SQL = "SELECT id FROM accounts ORDER BY id /* scan: three */"
        var pairs: [[Int64]] = []
        try store.each(sql) { (outer: borrowing Row) throws(StoreError) in
            let left: Int64 = try outer.value(0)
            try store.each(sql) { (inner: borrowing Row) throws(StoreError) in pairs.append([left, try inner.value(0)])
            }
        }
        #expect(pairs == [1, 2, 3].flatMap { left in [1, 2, 3].map { [left, $0] } })
    }

    @Test func `more texts than the cache holds all work, twice`() throws {
        for _ in 1...2 {
            for number in 1...300 { #expect(try store.first(value: "SELECT \(raw: "\(number)")") == number) }
        }
    }

    @Test func `a statement that reads a whole table without saying why is refused`() throws {
        #expect(throws: StoreError.self) { try store.all(values: "SELECT id FROM accounts", as: Int.self) }
        #expect(throws: StoreError.self) { try store.change(.any, "DELETE FROM accounts WHERE state = 'open'") }
        #expect(throws: StoreError.self) { try store.hot("SELECT count(*) FROM calls") }
        #expect(try store.all(values: "SELECT id FROM accounts WHERE name = \("a")", as: Int.self).isEmpty)
    }
}
