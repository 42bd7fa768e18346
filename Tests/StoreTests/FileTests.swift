import Glibc
import Store
import Testing

/// Files: made, opened, migrated, crashed, damaged.
struct FileTests {
    let scratch = Scratch()

    @Test func `every file has the settings of the house`() throws {
        let store = try Store.create(scratch.file, migrations: Tables.steps)
        let settings = [
            ("page_size", "16384"), ("journal_mode", "wal"), ("synchronous", "2"), ("secure_delete", "1"),
            ("temp_store", "2"), ("foreign_keys", "1"), ("trusted_schema", "0"), ("cache_size", "-8192"),
        ]
        for (name, value) in settings {
            let sql: SQL = "SELECT CAST(\(raw: name) AS TEXT) /* scan: a row */ FROM pragma_\(raw: name)"
            #expect(try store.first(value: sql) == value, "\(name)")
        }
        #expect(throws: StoreError.constraint("FOREIGN KEY constraint failed")) {
            try store.insert(Account(1, "a", parent: 7))
        }
        try store.quickCheck()
        #expect(store.sizeBytes >= 16_384 * 3)
    }

    @Test func `create refuses an existing file, open a missing one, and neither leaves anything behind`() throws {
        #expect(throws: StoreError.missing(path: scratch.file)) {
            try Store.open(scratch.file, migrations: Tables.steps)
        }
        #expect(scratch.names.isEmpty)
        try Store.create(scratch.file, migrations: Tables.steps).close()
        #expect(scratch.names == ["p-00.sqlite"])
        #expect(throws: StoreError.exists(path: scratch.file)) {
            try Store.create(scratch.file, migrations: Tables.steps)
        }
        #expect(throws: StoreError.self) {
            try Store.create(scratch.folder + "/b.sqlite", migrations: [Migration(number: 1, sql: "CREATE nonsense")])
        }
        #expect(scratch.names == ["p-00.sqlite"])
    }

    @Test func `create refuses a log that was left beside no file`() throws {
        do { try Store.create(scratch.file, migrations: Tables.steps).insert(Account(1, "a")) }
        unlink(scratch.file)
        #expect(throws: StoreError.exists(path: scratch.file + "-wal")) {
            try Store.create(scratch.file, migrations: Tables.steps)
        }
    }

    @Test func `a name in memory is one database until its last connection closes`() throws {
        let name = Scratch.memory()
        #expect(throws: StoreError.missing(path: name)) { try Store.open(name, migrations: Tables.steps) }
        let one = try Store.create(name, migrations: Tables.steps)
        #expect(throws: StoreError.exists(path: name)) { try Store.create(name, migrations: Tables.steps) }
        let two = try Store.open(name, migrations: Tables.steps)
        try one.insert(Account(1, "a"))
        one.close()
        #expect(try two.accountCount() == 1)
        #expect(try Store.open(name, migrations: Tables.steps, readOnly: true).accountCount() == 1)
        two.close()
        #expect(throws: StoreError.missing(path: name)) { try Store.open(name, migrations: Tables.steps) }
    }

    @Test func `open brings the tables forward once`() throws {
        let old = try Store.create(scratch.file, migrations: [Tables.steps[0]])
        try old.insert(Account(1, "a"))
        old.close()
        let reader = try Store.open(scratch.file, migrations: Tables.steps, readOnly: true)
        #expect(throws: StoreError.self) {
            try reader.first(value: "SELECT cost FROM calls WHERE id = x'00'", as: Int.self)
        }
        #expect(try reader.transaction { try reader.accountCount() } == 1)
        #expect(throws: StoreError.readOnly(path: scratch.file)) { try reader.insert(Account(2, "b")) }
        reader.close()
        for _ in 1...2 {
            let store = try Store.open(scratch.file, migrations: Tables.steps)
            #expect(try store.first(value: "SELECT count(*) /* scan: none */ FROM calls") == 0)
            #expect(try store.accountCount() == 1)
            store.close()
        }
    }

    @Test(arguments: [false, true])
    func `a later program's file and an edited step are refused before anything changes`(readOnly: Bool) throws {
        try Store.create(scratch.file, migrations: Tables.steps).close()
        let edited = [Tables.steps[0], Migration(number: 2, sql: "CREATE TABLE calls (id INTEGER)")]
        let before = Scratch.read(scratch.file)
        #expect(throws: StoreError.newer(path: scratch.file, found: 2, known: 1)) {
            try Store.open(scratch.file, migrations: [Tables.steps[0]], readOnly: readOnly)
        }
        #expect(throws: StoreError.migrationChanged(step: 2)) {
            try Store.open(scratch.file, migrations: edited, readOnly: readOnly)
        }
        #expect(throws: StoreError.migrationChanged(step: 1)) {
            try Store.open(scratch.file, migrations: [Tables.steps[1]], readOnly: readOnly)
        }
        #expect(Scratch.read(scratch.file) == before)
    }

    @Test func `a step that fails leaves the file as it was`() throws {
        try Store.create(scratch.file, migrations: [Tables.steps[0]]).close()
        let bad = Migration(number: 3, sql: "CREATE TABLE late (id INTEGER); INSERT INTO nowhere VALUES (1)")
        #expect(throws: StoreError.self) { try Store.open(scratch.file, migrations: Tables.steps + [bad]) }
        let store = try Store.open(scratch.file, migrations: [Tables.steps[0]])
        #expect(try store.first(value: "SELECT max(number) FROM migrations") == 1)
        #expect(throws: StoreError.self) { try store.first(value: "SELECT id FROM late LIMIT 0", as: Int.self) }
    }

    @Test func `a damaged file and one that is no store are refused`() throws {
        Scratch.write([UInt8](repeating: 7, count: 40_000), to: scratch.file)
        #expect(throws: StoreError.corrupt(path: scratch.file)) {
            try Store.open(scratch.file, migrations: Tables.steps)
        }
        Scratch.write([], to: scratch.file)
        #expect(throws: StoreError.corrupt(path: scratch.file)) {
            try Store.open(scratch.file, migrations: Tables.steps)
        }
    }

    @Test func `quick check finds a damaged page`() throws {
        let store = try Store.create(scratch.file, migrations: Tables.steps)
        try store.transaction { for id in 1...5_000 { try store.insert(Account(Int64(id), "name \(id)")) } }
        try store.quickCheck()
        store.close()
        var bytes = Scratch.read(scratch.file)
        for place in (bytes.count / 2)..<(bytes.count / 2 + 32_768) { bytes[place] = 0xff }
        Scratch.write(bytes, to: scratch.file)
        let damaged = try Store.open(scratch.file, migrations: Tables.steps)
        #expect(throws: StoreError.corrupt(path: scratch.file)) { try damaged.quickCheck() }
    }

    @Test func `a process that is killed inside a transaction leaves the committed ones and nothing else`() async throws
    {
        try Store.create(scratch.file, migrations: Tables.steps).close()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = scratch.file as String] in
            let store = try Store.open(path, migrations: Tables.steps)
            for batch in 1...50 {
                try store.transaction {
                    for id in 1...20 { try store.insert(Account(Int64(batch * 100 + id), "\(batch)/\(id)")) }
                    if batch == 38 { kill(getpid(), SIGKILL) }
                }
            }
        }
        let store = try Store.open(scratch.file, migrations: Tables.steps)
        #expect(try store.accountCount() == 37 * 20)
        #expect(try store.first(value: "SELECT max(id) FROM accounts") == 3_720)
        try store.quickCheck()
    }

    @Test func `a store that is dropped leaves its log, one that is closed does not`() throws {
        do {
            let store = try Store.create(scratch.file, migrations: Tables.steps)
            try store.insert(Account(1, "a"))
        }
        #expect(scratch.names.contains("p-00.sqlite-wal"))
        let store = try Store.open(scratch.file, migrations: Tables.steps)
        #expect(try store.accountCount() == 1)
        let hot = try store.hot("SELECT cost FROM calls WHERE id = ?")
        store.close()
        #expect(scratch.names == ["p-00.sqlite"])
        #expect(throws: StoreError.self) { try store.accountCount() }
        #expect(throws: StoreError.self) { try hot.step() }
        store.close()
    }

    @Test func `the log is copied into the file once it is long`() throws {
        let store = try Store.create(scratch.file, migrations: Tables.steps)
        let before = Scratch.read(scratch.file).count
        try store.insert(Account(1, String(repeating: "a", count: 400 * 16_384)))
        try store.checkpointIfDue()
        #expect(Scratch.read(scratch.file).count == before)
        try store.insert(Account(2, String(repeating: "b", count: 700 * 16_384)))
        try store.transaction { try store.checkpointIfDue() }
        #expect(Scratch.read(scratch.file).count == before)
        try store.checkpointIfDue()
        #expect(Scratch.read(scratch.file).count > before + 1_000 * 16_384)
    }
}
