package import Schema
import Store

/// A slice of one table: a column says whose a row is, others tell the rows of one person apart.
package protocol TableSlice: Slice {
    /// The table, or a join with more: `"attempts"`.
    static var rowsOf: String { get }
    /// The table that rows are removed from: `rowsOf`, unless that is a join.
    static var removedFrom: String { get }
    /// The column that holds the `holder`; an index must begin with it.
    static var personColumn: String { get }
    /// The columns that order the rows of a person, and tell them apart; the index goes on with them.
    static var orderColumns: [String] { get }
    /// Of the person's rows those that are the slice's, as a condition of SQL without values.
    static var condition: String? { get }
}

extension TableSlice {
    package static var rowsOf: String { name }
    package static var removedFrom: String { rowsOf }
    package static var personColumn: String { "subject" }
    package static var condition: String? { nil }

    package static func people(in tx: Transaction) throws -> [SubjectID] {
        let found: [StoredValue] = try tx.store.all(
            values: "SELECT DISTINCT \(raw: personColumn) FROM \(raw: removedFrom) /* scan: of a restored file */")
        return found.compactMap { value in
            if case .blob(let bytes) = value { SubjectID(stored: bytes) } else { nil }
        }
    }

    /// Whose rows.
    private static func those(of person: SlicePerson) -> SQL {
        let more = condition.map { " AND \($0)" } ?? ""
        return "\(raw: personColumn) = \(person.holder)\(raw: more)"
    }

    package static func page(
        of person: SlicePerson, after place: SlicePlace?, rows: Int, in tx: Transaction
    ) throws -> SlicePage {
        let order = orderColumns.joined(separator: ", ")
        let expressions = columns.map(\.expression) + orderColumns
        var sql: SQL = "SELECT \(raw: expressions.joined(separator: ", ")) FROM \(raw: rowsOf)"
        sql += " WHERE "
        sql += those(of: person)
        if let place, !place.key.isEmpty {
            sql += " AND (\(raw: order)) > ("
            for (index, value) in place.key.enumerated() { sql += index == 0 ? "\(value)" : ", \(value)" }
            sql += ")"
        }
        if !order.isEmpty { sql += " ORDER BY \(raw: order)" }
        sql += " LIMIT \(rows)"
        var found: [[StoredValue]] = []
        try tx.each(sql) { row throws(StoreError) in
            var values: [StoredValue] = []
            for column in 0..<Int32(expressions.count) { values.append(try row.value(column)) }
            found.append(values)
        }
        var page = SlicePage()
        for values in found {
            var line = JSONLine()
            for (column, value) in zip(columns, values) {
                try column.write(value, of: person.subject, to: &line, in: tx)
            }
            page.add(line)
        }
        if found.count == rows, !orderColumns.isEmpty, let last = found.last {
            page.next = SlicePlace(Array(last.suffix(orderColumns.count)))
        }
        return page
    }

    package static func left(of person: SlicePerson, with act: RightsAct, in tx: Transaction) throws -> Int64 {
        guard act == goesWith else { return 0 }
        return try count(of: person, in: tx)
    }

    /// How many rows a person has.
    package static func count(of person: SlicePerson, in tx: Transaction) throws -> Int64 {
        var sql: SQL = "SELECT count(*) FROM \(raw: removedFrom) WHERE "
        sql += those(of: person)
        return try tx.first(value: sql) ?? 0
    }

    package static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        try removeRows(of: person, with: act, in: tx)
    }

    /// What `remove` does, for a slice that has more to do.
    package static func removeRows(
        of person: SlicePerson, with act: RightsAct, in tx: Transaction
    ) throws -> SliceRemoval {
        var removal = SliceRemoval()
        guard act == goesWith else {
            if act == .erase { removal.kept = try count(of: person, in: tx) }
            return removal
        }
        removal.rows = try count(of: person, in: tx)
        guard removal.rows > 0 else { return removal }
        removal.sealed = try sealed(of: person, in: tx)
        var sql: SQL = "DELETE FROM \(raw: removedFrom) WHERE "
        sql += those(of: person)
        try tx.change(.exactly(Int(removal.rows)), sql)
        return removal
    }

    /// Some of the person's sealed values.
    private static func sealed(of person: SlicePerson, in tx: Transaction) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        for column in columns {
            guard case .sealed = column.kind else { continue }
            var sql: SQL = "SELECT \(raw: column.expression) FROM \(raw: rowsOf) WHERE "
            sql += those(of: person)
            sql += " LIMIT \(Limits.sealedSought)"
            for case .blob(let bytes) in try tx.store.all(values: sql, as: StoredValue.self) { found.append(bytes) }
        }
        return found
    }
}
