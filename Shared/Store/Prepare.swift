internal import CSQLite
internal import Synchronization

/// Preparing: one statement a text, and, where a test asks for it, none that reads a whole table without saying so.
extension Connection {
    static var explainsStatements: Bool {
        get { explains.load(ordering: .relaxed) }
        set { explains.store(newValue, ordering: .relaxed) }
    }

    /// Compiles a statement. The caller finalizes it.
    func prepare(_ sql: String, flags: UInt32) throws(StoreError) -> OpaquePointer {
        try refuseAfterRollback(sql)
        if Self.explainsStatements { try refuseUnexplainedScan(sql) }
        return try compile(sql, flags: flags)
    }

    private static let explains = Atomic<Bool>(false)

    private func compile(_ sql: String, flags: UInt32) throws(StoreError) -> OpaquePointer {
        var statement: OpaquePointer?
        let (code, rest) = sql.withCString { text in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(handle, text, -1, flags, &statement, &tail)
            return (code, tail.map { String(cString: $0) } ?? "")
        }
        guard code == SQLITE_OK else { throw failure(code, sql: sql) }
        guard let statement else { throw .misuse("there is no statement in: \(sql)") }
        guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
            sqlite3_finalize(statement)
            throw .misuse("there is more than one statement in: \(sql)")
        }
        return statement
    }

    private func refuseUnexplainedScan(_ sql: String) throws(StoreError) {
        guard !sql.contains("/* scan:") else { return }
        let plan = try compile("EXPLAIN QUERY PLAN \(sql)", flags: 0)
        defer { sqlite3_finalize(plan) }
        while sqlite3_step(plan) == SQLITE_ROW {
            guard let text = sqlite3_column_text(plan, 3) else { continue }
            let detail = String(cString: text)
            if Self.readsWholeTable(detail) { throw .misuse("\(detail), without /* scan: why */, in: \(sql)") }
        }
    }

    /// A constant, a list of values, a subquery (explained by itself) and a table-valued function are no tables.
    private static func readsWholeTable(_ detail: String) -> Bool {
        guard detail.hasPrefix("SCAN ") else { return false }
        let harmless = ["CONSTANT ROW", "VALUES CLAUSE", "VIRTUAL TABLE"]
        return !detail.hasPrefix("SCAN (") && !harmless.contains { detail.contains($0) }
    }
}
