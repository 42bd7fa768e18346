import Glibc
import Store
import Synchronization

/// A place for one test's stores: a folder of its own, removed with it, and names in memory that no other test has.
final class Scratch {
    let folder: String

    init() {
        Store.explainsStatements = true
        var template = Array("/tmp/store-test-XXXXXX".utf8CString)
        // mkdtemp fills the X in; it returns nil only where /tmp cannot be written, and then no test can run.
        precondition(mkdtemp(&template) != nil, "no folder for a test in /tmp")
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    var names: [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    var file: String { "\(folder)/p-00.sqlite" }

    static func memory() -> String { "memory:test \(counter.add(1, ordering: .relaxed).newValue)/p?%00" }

    static func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(Glibc.write(descriptor, bytes, bytes.count) == bytes.count, "a test's file is not written")
        close(descriptor)
    }

    static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = Glibc.read(descriptor, &chunk, chunk.count), count > 0 { all += chunk[..<count] }
        return all
    }

    private static let counter = Atomic<Int>(0)
}

/// The tables that the tests use.
enum Tables {
    static let steps = [
        Migration(
            number: 1,
            sql: """
                CREATE TABLE accounts (
                    id     INTEGER NOT NULL PRIMARY KEY,
                    name   TEXT NOT NULL UNIQUE,
                    state  TEXT NOT NULL CHECK (state IN ('open', 'closed')),
                    parent INTEGER REFERENCES accounts (id)
                ) STRICT;
                CREATE INDEX accountsByParent ON accounts (parent);
                """),
        Migration(
            number: 2,
            sql: "CREATE TABLE calls (id BLOB NOT NULL PRIMARY KEY, cost INTEGER) STRICT, WITHOUT ROWID"),
    ]
}

enum State: String, StoreConvertible { case open, closed }

struct Account: RowDecodable, Equatable {
    static let columns: Columns = "id, name, state, parent"
    var id: Int64
    var name: String
    var state: State
    var parent: Int64?

    init(row: borrowing Row) throws(StoreError) {
        id = try row.value(0)
        name = try row.value(1)
        state = try row.value(2)
        parent = try row.value(3)
    }

    init(_ id: Int64, _ name: String, _ state: State = .open, parent: Int64? = nil) {
        (self.id, self.name, self.state, self.parent) = (id, name, state, parent)
    }
}

extension Store {
    func insert(_ account: Account) throws(StoreError) {
        try change(
            .one,
            """
            INSERT INTO accounts (\(Account.columns))
            VALUES (\(account.id), \(account.name), \(account.state), \(account.parent))
            """)
    }

    func accountCount() throws(StoreError) -> Int {
        try first(value: "SELECT count(*) /* scan: a test's rows */ FROM accounts", as: Int.self) ?? 0
    }
}

/// A failure that is no store's.
struct Refusal: Error, Equatable {}
