import Invariants
import Schema

/// What the services hold on a person, counted in their tables by other statements than the services', and compared
/// with what an archive says that it shows.
struct ArchiveOracle {
    let data: String
    let account: AccountID
    let archive: Rights.ArchiveSaid

    /// Tables that name a person and are not shown: they lie in the files of an address, or say how far a request is.
    private static let unshown: Set<String> = [
        "identity/attempts", "identity/claims", "identity/forgettings", "billing/keptAccounts",
    ]

    /// What differs; empty: nothing.
    func differences() throws(Failure) -> [String] {
        let shown = Dictionary(
            archive.manifest.entries.compactMap { entry -> (String, Int64)? in
                guard entry.name.hasPrefix("data/"), entry.name.hasSuffix(".jsonl") else { return nil }
                return (String(entry.name.dropFirst(5).dropLast(6)), entry.rows ?? 0)
            }, uniquingKeysWith: { first, _ in first })
        return try StoreFiles.withAll(in: data, of: Topics.participants) { files in
            var found: [String] = []
            var seen: Set<String> = []
            for file in files
            where file.partition == partition(of: account, n: Int32(files.count / Topics.participants.count)) {
                for table in try file.texts("SELECT name FROM sqlite_schema WHERE type = 'table' /* scan: all */") {
                    let place = "\(file.service)/\(table)"
                    guard let held = try held(table, in: file), !Self.unshown.contains(place) else { continue }
                    seen.insert(place)
                    // mail about the request itself was written while the archive was made
                    let isMail = place == "notifier/deliveries" && shown[place] ?? 0 >= 2 && shown[place] ?? 0 <= held
                    if held != shown[place] ?? 0, !isMail {
                        found.append("\(place): \(held) rows are held, \(shown[place] ?? 0) are shown")
                    }
                }
            }
            // transactions name nobody, their entries do; an objection lies in a table of another name
            let others = Set(shown.keys).subtracting(seen).subtracting(["billing/ledger", "metering/quality"])
            return found + others.sorted().map { "\($0) is shown and no table of a person" }
        }
    }

    /// Rows of a table that name the person; nil: it names nobody.
    private func held(_ table: String, in file: any WorldFile) throws -> Int64? {
        let columns = try file.texts("SELECT name FROM pragma_table_info('\(table)')")
        guard let column = columns.first(where: { $0 == "subject" || $0 == "account" }) else { return nil }
        let kind = try file.texts("SELECT type FROM pragma_table_info('\(table)') WHERE name = '\(column)'").first
        // the ledger's entries hang on its own accounts
        guard kind == "BLOB" || file.service == "metering" else { return nil }
        let id = "x'" + account.raw.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        let person = kind == "INTEGER" ? "(SELECT number FROM accounts WHERE account = \(id))" : id
        return try file.number(
            "SELECT count(*) FROM \(table) WHERE \(column) = \(person) /* scan: once */")
    }
}

extension WorldFile {
    /// The single number of a query.
    func number(_ sql: String) throws -> Int64 {
        guard case .integer(let number)? = try rows(sql).first?.first else { return 0 }
        return number
    }

    /// The first column of a query, texts.
    func texts(_ sql: String) throws -> [String] {
        try rows(sql).compactMap { row in
            guard case .text(let text)? = row.first else { return nil }
            return text
        }
    }
}
