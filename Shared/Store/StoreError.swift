/// What a store refuses or fails at. Each description is a fact, a colon, a remedy, and holds no bound value.
package enum StoreError: Error, Equatable {
    /// No space left for the file at `path`.
    case full(path: String)
    /// The operating system refused; `code` is SQLite's extended result code or, for a lock, `errno`.
    case ioFailure(path: String, code: Int32)
    /// The file is damaged, or no store.
    case corrupt(path: String)
    /// Another connection writes.
    case busy(path: String)
    /// Another process owns the lock; `holder` is its line.
    case locked(path: String, holder: String)
    /// A later program migrated the file.
    case newer(path: String, found: Int, known: Int)
    /// The file has a table, index, trigger or view that its steps did not make, or lacks one.
    case foreignSchema(path: String, what: String)
    /// There is no file.
    case missing(path: String)
    /// There is a file already.
    case exists(path: String)
    /// The file, its folder or the connection allows no writing.
    case readOnly(path: String)
    /// A step that the file went through is not the program's step of that number.
    case migrationChanged(step: Int)
    /// The schema refused a row; the text is `table.column`, or the text of the CHECK.
    case constraint(String)
    /// A statement touched more or fewer rows than its caller said.
    case rowCount(expected: Changes, found: Int, sql: String)
    /// A column held another type than its reader expects, or a value outside its range.
    case wrongType(column: String)
    /// The program used the store wrongly: bad SQL, a wrong number of values, a call out of order.
    case misuse(String)
}

extension StoreError: CustomStringConvertible {
    /// Fact: remedy.
    package var description: String {
        switch self {
        case .full(let path): "no space left for \(path): free disk space, the store goes on by itself"
        case .ioFailure(let path, let code): "\(path) failed with code \(code): check its disk, folder and permissions"
        case .corrupt(let path): "\(path) is damaged or no store: restore it from a backup"
        case .busy(let path): "\(path) is written by another connection: end the other one, or try again"
        case .locked(let path, let holder): "\(path) is held by \(holder): stop it, or wait for it"
        case .newer(let path, let found, let known):
            "\(path) is at step \(found), this program knows \(known): run the program that migrated it"
        case .foreignSchema(let path, let what):
            "\(path) has another \(what) than its steps make: do not use it, take another backup"
        case .missing(let path): "there is no store \(path): make it, or check the data folder"
        case .exists(let path): "\(path) exists already: open it, or move it away"
        case .readOnly(let path): "\(path) cannot be written: check its owner and mode, or open it for writing"
        case .migrationChanged(let step): "migration \(step) is not the one the file went through: restore its text"
        case .constraint(let column): "the schema refused a row at \(column): correct what writes it"
        case .rowCount(let expected, let found, let sql):
            "\(found) rows were touched where \(expected) was expected: correct the statement \(sql)"
        case .wrongType(let column): "column \(column) holds a value that its reader refuses: correct either"
        case .misuse(let what): "the store was used wrongly: correct the program; \(what)"
        }
    }
}

/// How many rows a changing statement must touch.
package enum Changes: Equatable, Sendable, CustomStringConvertible {
    /// One row.
    case one
    /// One row, or none.
    case zeroOrOne
    /// As many as there are.
    case any
    /// This many rows.
    case exactly(Int)

    /// Whether `count` rows are as many as it says.
    package func allows(_ count: Int) -> Bool {
        switch self {
        case .one: count == 1
        case .zeroOrOne: count == 0 || count == 1
        case .any: true
        case .exactly(let rows): count == rows
        }
    }

    /// The number in words.
    package var description: String {
        switch self {
        case .one: "one"
        case .zeroOrOne: "none or one"
        case .any: "any number"
        case .exactly(let rows): "exactly \(rows)"
        }
    }
}
