internal import CSQLite

/// A file that comes from elsewhere: looked at before it is believed. SECURITY.md: Bad input.
extension Store {
    /// Opens such a file to read it, and checks all of it: that it is whole, that its past is this program's or an
    /// earlier one's, and that it holds what its steps made and nothing else: no trigger, no view, no other table.
    /// Throws `corrupt`, `newer`, `migrationChanged` or `foreignSchema`.
    package static func audited(_ path: String, migrations: [Migration]) throws(StoreError) -> Store {
        let store = try foreign(path)
        guard try store.hasMigrationsTable() else { throw .corrupt(path: path) }
        let done = migrations.count - (try store.pending(migrations)).count
        try store.compareSchema(with: Array(migrations.prefix(done)))
        try store.quickCheck()
        return store
    }

    private static func foreign(_ path: String) throws(StoreError) -> Store {
        guard StoreFile.exists(path) else { throw .missing(path: path) }
        let store = Store(try Connection(path, readOnly: true, creating: false))
        guard csqlite_distrust(store.connection.handle) == SQLITE_OK else {
            throw .misuse("SQLite does not take the settings for files from elsewhere")
        }
        try store.execute("PRAGMA cell_size_check = ON")
        return store
    }

    /// Throws unless the schema is word for word what the steps make.
    private func compareSchema(with steps: [Migration]) throws(StoreError) {
        let made = try Store.create(Connection.memoryPrefix + "audit of \(path)", migrations: steps)
        let (found, expected) = (try schema(), try made.schema())
        for entry in found where !expected.contains(entry) {
            // its name is whatever somebody gave it: the kind is enough
            let kind = ["table", "index", "trigger", "view"].first { entry.hasPrefix($0 + " ") } ?? "thing"
            throw .foreignSchema(path: path, what: kind)
        }
        guard found.count == expected.count else { throw .foreignSchema(path: path, what: "gap") }
    }

    private func schema() throws(StoreError) -> [String] {
        try all(
            values: """
                SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') /* scan: a few pages */
                FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_autoindex!_%' ESCAPE '!'
                """)
    }

    /// How many rows each table has, by its name. It reads the whole store.
    package func rowCounts() throws(StoreError) -> [String: Int64] {
        let tables: [String] = try all(
            values: "SELECT name FROM sqlite_schema WHERE type = 'table' /* scan: a few pages */")
        var counts: [String: Int64] = [:]
        for table in tables {
            counts[table] = try first(value: "SELECT count(*) FROM \(raw: quoted(table)) /* scan: all are counted */")
        }
        return counts
    }

    /// The tables with a column of this name and declared type.
    package func tables(with column: String, of type: String) throws(StoreError) -> [String] {
        try all(
            values: """
                SELECT m.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c /* scan: a few pages */
                WHERE m.type = 'table' AND c.name = \(column) AND c.type = \(type) ORDER BY m.name
                """)
    }

    /// A name as it stands in a statement.
    private func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
}
