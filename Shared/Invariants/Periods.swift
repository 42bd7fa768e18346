import Policy
import Schema

extension WorldFile {
    /// When the file's purges ran last, to the minute; they are due every minute.
    fileprivate func lastSweep() throws -> Instant {
        let due = try lines("SELECT due FROM timers WHERE name = 'retention'").first?.integer(0) ?? 0
        return Instant(unchecked: max(0, due - Instant.minute))
    }

    /// The first moment that the file must still have everything of: what began before may be purged, and in a minute
    /// all of it may.
    func edge(_ held: Held) throws -> Int64 {
        let now = try lines("SELECT now FROM file").first?.integer(0) ?? 0
        let last = try max(Instant(unchecked: max(0, now)), lastSweep())
        return Schedule.entry(held).period.edge(at: last + 2 * Instant.minute).value
    }
}

/// Nothing is there later than its period and one sweep, unless a hold is on it; where the clock was not proven in
/// time, an alarm says so. Policy §4, and POLICY.md: Retention is computed in UTC.
package struct NothingPastItsPeriod: Law {
    /// Where something is held: its table, what its period begins with in microseconds, and whose it is.
    private struct Place {
        let held: Held
        let table: String
        let start: String
        let person: String
        var condition = "1"
        /// As the file's alarm names it.
        var alarm: String?
    }
    private static let places: [String: [Place]] = {
        let caller = "(SELECT a.account FROM accounts a WHERE a.number = t.account)"
        let day = "t.day * 86400000000"
        let customers = """
            SELECT account FROM ledgerAccounts WHERE account IS NOT NULL
            UNION SELECT account FROM payments UNION SELECT account FROM postedHours
            """
        let customer = """
            (SELECT a.account FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
             WHERE e.posting = t.number AND a.account IS NOT NULL)
            """
        let lastOfPayment = """
            max((SELECT max(p.at) FROM payments p WHERE p.payment = t.payment), coalesce((
                SELECT max(l.at) FROM ledgerTransactions l WHERE l.payment = t.payment), 0))
            """
        return [
            "metering": [
                Place(held: .callRecords, table: "calls", start: day, person: caller),
                Place(held: .callRecords, table: "unpriced", start: day, person: caller),
                Place(held: .callRecords, table: "transfers", start: day, person: caller),
                Place(held: .hourlyTotals, table: "hours", start: "t.hour", person: caller),
                Place(
                    held: .dailyTotals, table: "days JOIN accounts c ON c.number = t.account", start: "c.closed",
                    person: caller, condition: "c.closed IS NOT NULL"),
            ],
            "billing": [
                Place(held: .hourMarks, table: "postedHours", start: "t.hour", person: "t.account"),
                Place(held: .hourMarks, table: "charges", start: "t.hour", person: "t.account", alarm: "postedHours"),
                Place(
                    held: .accountInformation, table: "standings JOIN accounts c ON c.account = t.account",
                    start: "c.closed", person: "t.account", condition: "c.closed IS NOT NULL", alarm: "accounts"),
                Place(
                    held: .accountInformation, table: "accounts", start: "t.closed", person: "t.account",
                    condition: "t.closed IS NOT NULL AND t.account NOT IN (\(customers))"),
                Place(
                    held: .paymentRecords, table: "ledgerTransactions", start: "t.at", person: customer,
                    condition: """
                        t.kind IN ('charge', 'settlement', 'reversal')
                            AND t.number NOT IN (SELECT posting FROM charges) AND coalesce(t.reverses, 0) NOT IN (
                                SELECT posting FROM charges)
                            AND t.number NOT IN (
                                SELECT reverses FROM ledgerTransactions WHERE reverses IS NOT NULL)
                        """, alarm: "ledger"),
                Place(
                    held: .paymentRecords, table: "payments", start: lastOfPayment, person: "t.account",
                    condition: """
                        t.payment NOT IN (
                            SELECT grantID FROM credits c WHERE c.carried + c.expired + c.remaining != c.nano
                                OR c.remaining > 0 AND c.account IN (
                                    SELECT account FROM accounts, file
                                    WHERE closed IS NULL OR now - closed < 2764800000000))
                        """),
                Place(
                    held: .paymentRecords, table: "postedDays", start: "t.posted * 86400000000", person: "t.account"),
            ],
            "identity": [
                Place(
                    held: .accountInformation, table: "accounts", start: "t.closedAt", person: "t.subject",
                    condition: "t.closedAt IS NOT NULL"),
                Place(held: .technicalLog, table: "technicalLog", start: "t.at", person: "t.subject"),
                Place(
                    held: .consents, table: "cookieChoices", start: "t.endedAt", person: "t.subject",
                    condition: "t.endedAt IS NOT NULL"),
                Place(
                    held: .consents, table: "objections", start: "t.endedAt", person: "t.subject",
                    condition: "t.endedAt IS NOT NULL"),
                Place(held: .mailDeliveries, table: "bounces", start: "t.at", person: "t.subject"),
                Place(held: .sessions, table: "sessions", start: "t.startedAt", person: "t.subject"),
                Place(held: .attempts, table: "attempts", start: "t.expiresAt", person: "NULL"),
            ],
            "notifier": [
                Place(held: .mailDeliveries, table: "deliveries", start: "t.addedAt", person: "t.subject"),
                Place(
                    held: .accountInformation, table: "contacts", start: "t.closedAt", person: "t.subject",
                    condition: "t.closedAt IS NOT NULL"),
            ],
            "retention-worker": [
                Place(
                    held: .requestRecords, table: "legalHolds", start: "t.endedAt", person: "t.subject",
                    condition: "t.endedAt IS NOT NULL")
            ],
        ]
    }()
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files {
            for place in Self.places[file.service] ?? [] { try judge(place, file, &judgement) }
        }
        return judgement.finding(self, "places where something is held")
    }

    private func judge(_ place: Place, _ file: any WorldFile, _ judgement: inout Judgement) throws {
        let now = try file.lastSweep()
        var parts = place.table.split(separator: " ", maxSplits: 1).map(String.init)
        parts.insert("t", at: 1)
        let lines = try file.lines(
            """
            SELECT min(\(place.start)) FROM \(parts.joined(separator: " ")) WHERE \(place.condition) AND NOT EXISTS (
                SELECT 1 FROM holds h WHERE h.held = '\(place.held.rawValue)' AND h.person = \(place.person)
                    AND h.until > \(now.value))
            """)
        guard let start = try lines.first?.optionalInteger(0) else { return judgement.look(true, "") }
        let end = try period(place.held, file).end(of: Instant(unchecked: start))
        let alarm = place.alarm ?? parts[0]
        let alarms = try file.lines("SELECT 1 FROM alarms WHERE name = 'purge-overdue' AND subject = '\(alarm)'")
        judgement.look(
            now - end <= Instant.day + Instant.hour || !alarms.isEmpty,
            "\(file.place): \(parts[0]) has what was to go by \(end + Instant.day), it is \(now)")
    }

    /// The schedule's period, or what an operator has set.
    private func period(_ held: Held, _ file: any WorldFile) throws -> Period {
        let period = Schedule.entry(held).period
        let lines = try file.lines("SELECT count FROM retentionOverrides WHERE held = '\(held.rawValue)'")
        return try lines.first?.optionalInteger(0).map { Period($0, period.unit) } ?? period
    }
}
