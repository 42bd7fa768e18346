import Invariants
import Policy
import Schema

/// What goes does so when its period is over, and not before: of what was there at one look and is gone at the next,
/// the period was over. Own arithmetic, from POLICY.md: the day of the start is not counted, months end on the same
/// date. What goes with an erasure goes at once.
struct GoneInTime {
    /// How long something is kept.
    private enum Kept {
        case days(Int64), months(Int64)

        /// The first moment at which what began then may be gone.
        func end(of start: Int64) -> Int64 {
            let day = start / Instant.day
            switch self {
            case .days(let count): return (day + count + 1) * Instant.day
            case .months(let count): return (CivilDate(days: day).adding(months: count).days + 1) * Instant.day
            }
        }
    }
    /// Where something lies: what tells its rows apart, when the period of each begins, whose it is.
    private struct Place {
        let service: String
        let table: String
        let key: String
        let start: String
        let person: String
        let kept: Kept
        var condition = "1"
    }
    private static let caller = "(SELECT a.account FROM accounts a WHERE a.number = t.account)"
    private static let places = [
        Place(
            service: "metering", table: "calls", key: "hex(t.callID)", start: "t.calledAt", person: caller,
            kept: .days(90)),
        Place(
            service: "metering", table: "hours", key: "t.account || ' ' || t.hour", start: "t.hour", person: caller,
            kept: .days(90)),
        Place(
            service: "billing", table: "postedHours", key: "hex(t.account) || ' ' || t.hour", start: "t.hour",
            person: "t.account", kept: .days(91)),
        Place(
            service: "identity", table: "technicalLog", key: "t.number", start: "t.at", person: "t.subject",
            kept: .months(6)),
        Place(
            service: "identity", table: "accounts", key: "hex(t.subject)", start: "t.closedAt", person: "t.subject",
            kept: .days(30), condition: "t.closedAt IS NOT NULL"),
        Place(
            service: "identity", table: "accounts", key: "hex(t.subject)", start: "9223372036854775807 / 2",
            person: "t.subject", kept: .days(30), condition: "t.closedAt IS NULL"),
        Place(
            service: "identity", table: "cookieChoices", key: "t.number", start: "t.endedAt", person: "t.subject",
            kept: .months(24), condition: "t.endedAt IS NOT NULL"),
        Place(
            service: "notifier", table: "deliveries", key: "t.id", start: "t.addedAt", person: "t.subject",
            kept: .months(6)),
        Place(
            service: "notifier", table: "contacts", key: "hex(t.subject)", start: "t.closedAt", person: "t.subject",
            kept: .days(30), condition: "t.closedAt IS NOT NULL"),
        Place(
            service: "notifier", table: "contacts", key: "hex(t.subject)", start: "9223372036854775807 / 2",
            person: "t.subject", kept: .days(30), condition: "t.closedAt IS NULL"),
        Place(
            service: "billing", table: "payments", key: "hex(t.payment) || t.kind || t.step", start: "t.at",
            person: "t.account", kept: .months(60)),
    ]

    private struct Row {
        let start: Int64
        let person: SubjectID
    }
    private var seen: [String: Row] = [:]

    /// Looks, and says what has gone too early since the last time.
    mutating func look(at world: Simulation) throws -> [String] {
        var now: [String: Row] = [:]
        for (number, place) in Self.places.enumerated() {
            for file in world.files where file.service == place.service {
                let rows = try file.rows(
                    """
                    SELECT \(place.key), \(place.start), \(place.person) FROM \(place.table) t WHERE \(place.condition)
                    /* scan: the judge */
                    """)
                for row in rows {
                    let key = row[0].text + (row[0].integer > 0 ? "\(row[0].integer)" : "")
                    now["\(number) \(file.service)/\(file.partition) \(key)"] = Row(
                        start: row[1].integer, person: row[2].identifier())
                }
            }
        }
        var wrong: [String] = []
        for (name, row) in seen where now[name] == nil {
            let place = Self.places[Int(name.prefix { $0 != " " }) ?? 0]
            let isErased = world.leaving.contains(row.person.account)
            let isElsewhere = Self.isThere(name, of: place.table, in: now)
            guard !isErased, !isElsewhere, world.now.value < place.kept.end(of: row.start) else {
                continue
            }
            wrong.append("\(name) of \(place.table) is gone, and began at \(row.start)")
        }
        seen = now
        return wrong.sorted()
    }

    /// Of an account that was closed or restored meanwhile, all lies in the other of two places.
    private static func isThere(_ name: String, of table: String, in now: [String: Row]) -> Bool {
        let rest = name.drop { $0 != " " }
        return places.indices.contains { places[$0].table == table && now["\($0)\(rest)"] != nil }
    }
}
