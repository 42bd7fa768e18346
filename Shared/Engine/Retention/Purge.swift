import Policy
package import Schema
import Store

/// One place where something is held that goes when its period ends: how the oldest row is found that may go, and how
/// some rows are deleted. A page of a service lists them; the engine runs them, in steps, under the broker's clock.
package struct Purge: Sendable {
    /// The entry of the schedule.
    package let held: Held
    /// The noun, or the part of one, as reports name it.
    package let noun: String
    /// When the period of the oldest row began that is under no hold; nil: there is none.
    let oldest: @Sendable (Transaction) throws -> Instant?
    /// Deletes at most so many rows whose period began before the edge and that are under no hold; says how many.
    let step: @Sendable (_ edge: Instant, _ rows: Int, Transaction) throws -> Int

    /// A place with ways of its own; where `step` looks for rows it leaves those out that `Transaction.isHeld`.
    package init(
        _ held: Held, of noun: String, oldest: @escaping @Sendable (Transaction) throws -> Instant?,
        step: @escaping @Sendable (_ edge: Instant, _ rows: Int, Transaction) throws -> Int
    ) {
        (self.held, self.noun, self.oldest, self.step) = (held, noun, oldest, step)
    }

    /// Rows of a table. `start`: the column that its index begins with, of a moment, or of days since 1970; `person`:
    /// an expression that gives whose a row is, nil where it is nobody's; `key`: the columns of its key; `condition`:
    /// of a partial index.
    package static func rows(
        of table: String, _ held: Held, since start: String, inDays: Bool = false, person: String? = "subject",
        key: String, where condition: String? = nil, noun: String? = nil
    ) -> Purge {
        let unit = inDays ? Instant.day : 1
        let those = Self.those(person, of: held, condition)
        return Purge(
            held, of: noun ?? table,
            oldest: { tx in
                let first: Int64? = try tx.first(
                    value: """
                        SELECT \(raw: start) FROM \(raw: table) WHERE \(raw: those) AND until > \(tx.now)\(raw: ")")
                        ORDER BY \(raw: start) LIMIT 1 /* scan: one row */
                        """)
                return first.map { Instant(unchecked: $0 * unit) }
            },
            step: { edge, rows, tx in
                try tx.change(
                    .any,
                    """
                    DELETE FROM \(raw: table) WHERE (\(raw: key)) IN (
                        SELECT \(raw: key) FROM \(raw: table)
                        WHERE \(raw: those) AND until > \(tx.now)\(raw: ")") AND \(raw: start) < \(edge.value / unit)
                        ORDER BY \(raw: start) LIMIT \(rows))
                    """)
                return try tx.changed()
            })
    }

    /// The condition up to where the end of a hold is compared with a moment.
    private static func those(_ person: String?, of held: Held, _ condition: String?) -> String {
        let some = condition.map { "\($0) AND " } ?? ""
        return some + "NOT EXISTS (SELECT 1 FROM holds WHERE held = '\(held.rawValue)'"
            + " AND person = \(person ?? "NULL")"
    }
}

extension Transaction {
    /// How many rows the last change has touched.
    package func changed() throws -> Int {
        Int(try first(value: "SELECT changes()", as: Int64.self) ?? 0)
    }

    /// The first moment that is still kept: what began before it is past its period, unless a hold is on it.
    package func edge(of held: Held) throws -> Instant { try Retention.period(of: held, self).edge(at: now) }

    /// True where a hold keeps what is held on a person.
    package func isHeld(_ held: Held, of subject: SubjectID) throws -> Bool {
        try first(
            value: """
                SELECT 1 FROM holds WHERE held = \(held) AND person = \(subject) AND until > \(now) LIMIT 1
                """, as: Int64.self) != nil
    }

    /// When the last hold ends that keeps what is held on a person; nil: there is none.
    package func heldUntil(_ held: Held, of subject: SubjectID) throws -> Instant? {
        try first(
            value: """
                SELECT until FROM holds WHERE held = \(held) AND person = \(subject) AND until > \(now)
                ORDER BY until DESC LIMIT 1
                """)
    }
}
