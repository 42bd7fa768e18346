import Foundation
import Store
import Testing

/// Copies of a store that is being written, and files from elsewhere.
struct CopyTests {
    private let scratch = Scratch()
    private static let steps = [
        Migration(
            number: 1,
            sql: "CREATE TABLE lines (number INTEGER PRIMARY KEY, line TEXT NOT NULL, filler BLOB) STRICT")
    ]
    private var copyPath: String { "\(scratch.folder)/copy" }

    private func filled(_ rows: Int = 400) throws -> Store {
        let store = try Store.create(scratch.file, migrations: Self.steps)
        try store.transaction { for row in 0..<rows { try add(row, to: store) } }
        return store
    }

    private func add(_ row: Int, to store: Store) throws {
        try store.change(
            .one, "INSERT INTO lines (line, filler) VALUES (\("line \(row)"), \([UInt8](repeating: 7, count: 4_000)))")
    }

    private func lines(of store: Store) throws -> [String] {
        try store.all(values: "SELECT line FROM lines ORDER BY number /* scan: a test looks */", as: String.self)
    }

    @Test func `a copy made in steps is the store of the moment when it is complete, whatever was written meanwhile`()
        throws
    {
        let store = try filled()
        try store.beginCopy(to: copyPath)
        var steps = 0
        while try !store.stepCopy(pages: 3) {
            steps += 1
            // before and behind what is copied already; and something that is undone
            try store.transaction {
                try store.change(.one, "UPDATE lines SET line = \("first, \(steps)") WHERE number = 1")
                try add(1_000 + steps, to: store)
            }
            // what is undone makes the copy begin anew, and is in neither
            struct Undone: Error {}
            if steps == 4 || steps == 9 {
                try? store.transaction {
                    try store.change(.any, "DELETE FROM lines /* scan: a test */")
                    throw Undone()
                }
            }
            try store.checkpointIfDue()
            try #require(steps < 1_000, "the copy does not end")
        }
        #expect(steps > 5)
        let expected = try lines(of: store)
        try add(5_000, to: store)  // after it is complete: not in it
        let copy = try Store.open(copyPath, migrations: Self.steps)
        try copy.quickCheck()
        #expect(try lines(of: copy) == expected)
        #expect(expected.contains("first, \(steps)") && expected.contains("line \(1_000 + steps)"))
        #expect(throws: StoreError.self) { try store.stepCopy(pages: 3) }
    }

    @Test func `a store closes while it is being copied, and a copy replaces no file`() throws {
        let store = try filled()
        try store.beginCopy(to: copyPath)
        _ = try store.stepCopy(pages: 1)
        store.close()
        let again = try Store.open(scratch.file, migrations: Self.steps)
        try again.quickCheck()
        do throws(StoreError) {
            try again.beginCopy(to: copyPath)
            Issue.record("a file was replaced")
        } catch {
            #expect(error == .exists(path: copyPath))
        }
    }

    @Test func `a compact file has the rows and no trace of what was deleted`() throws {
        let store = try filled()
        let secret = "a text that nobody may find again"
        try store.change(.one, "INSERT INTO lines (line) VALUES (\(secret))")
        try store.change(.one, "DELETE FROM lines WHERE line = \(secret) /* scan: a test */")
        try store.change(.any, "DELETE FROM lines WHERE number % 2 = 0 /* scan: a test */")
        try store.writeCompact(to: copyPath)
        let bytes = Scratch.read(copyPath)
        #expect(!String(decoding: bytes, as: UTF8.self).contains(secret))
        #expect(Int64(bytes.count) < store.sizeBytes)
        let compact = try Store.audited(copyPath, migrations: Self.steps)
        #expect(try lines(of: compact) == lines(of: store))
        #expect(try compact.rowCounts() == ["lines": 200, "migrations": 1])
        #expect(try compact.tables(with: "filler", of: "BLOB") == ["lines"])
    }

    /// What `audited` says of a file that was changed by a script.
    private func refusal(_ script: String, _ steps: [Migration] = steps) throws -> StoreError? {
        let store = try filled(3)
        try store.execute(script)
        try store.writeCompact(to: copyPath)
        store.close()
        defer {
            for path in [scratch.file, copyPath] { try? FileManager.default.removeItem(atPath: path) }
        }
        do throws(StoreError) {
            _ = try Store.audited(copyPath, migrations: steps)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a file from elsewhere is what its steps make, and has nothing else`() throws {
        func foreign(_ what: String) -> StoreError { .foreignSchema(path: copyPath, what: what) }
        #expect(try refusal("SELECT 1") == nil)
        #expect(
            try refusal("CREATE TRIGGER t AFTER INSERT ON lines BEGIN DELETE FROM lines; END") == foreign("trigger"))
        #expect(try refusal("CREATE VIEW v AS SELECT line FROM lines") == foreign("view"))
        #expect(try refusal("CREATE TABLE more (one INTEGER) STRICT") == foreign("table"))
        #expect(try refusal("CREATE INDEX i ON lines (line)") == foreign("index"))
        #expect(try refusal("ALTER TABLE lines ADD COLUMN more TEXT") == foreign("table"))
        #expect(try refusal("DROP TABLE lines") == foreign("gap"))
        #expect(
            try refusal("INSERT INTO migrations VALUES (2, 7)") == .newer(path: copyPath, found: 2, known: 1))
        let edited = [Migration(number: 1, sql: "CREATE TABLE other (one INTEGER) STRICT")]
        #expect(try refusal("SELECT 1", edited) == .migrationChanged(step: 1))
        let later = Self.steps + [Migration(number: 2, sql: "CREATE TABLE later (one INTEGER) STRICT")]
        #expect(try refusal("SELECT 1", later) == nil, "a file of an earlier program is taken")
    }

    @Test func `a file that is cut, damaged or no store at all is refused`() throws {
        let store = try filled()
        try store.writeCompact(to: copyPath)
        let whole = Scratch.read(copyPath)
        func refused(_ bytes: [UInt8]) -> Bool {
            Scratch.write(bytes, to: copyPath)
            do throws(StoreError) {
                _ = try Store.audited(copyPath, migrations: Self.steps)
                return false
            } catch {
                return true
            }
        }
        #expect(!refused(whole))
        #expect(refused(Array(whole[..<(whole.count / 2)])))
        #expect(refused(Array(whole[..<100])))
        #expect(refused([]))
        #expect(refused(Array("no store".utf8)))
        var damaged = whole
        for index in 16_384..<16_884 { damaged[index + 16_384] ^= 0xff }
        #expect(refused(damaged))
    }
}
