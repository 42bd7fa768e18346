package import Engine
import Schema
import Store

extension Identity {
    /// What identity holds, and when it goes.
    package static let purges: [Purge] = [
        people("accounts", .accountInformation, where: "closedAt IS NOT NULL") { subject, now, tx in
            try ClosedPeople(tx: tx).purgeAccount(of: subject, at: now)
        },
        .rows(of: "technicalLog", .technicalLog, since: "at", key: "number"),
        people("closedPeople", .technicalLog, where: "hasLog = 1", noun: "technicalKeys") { subject, now, tx in
            try ClosedPeople(tx: tx).endLog(of: subject, at: now)
        },
        people("closedPeople", .paymentRecords, where: "hasLog = 0", noun: "paymentKeys") { subject, now, tx in
            try ClosedPeople(tx: tx).endPayments(of: subject, at: now)
        },
        Purge(
            .paymentRecords, of: "erasedKeys",
            oldest: { tx in
                try tx.first(value: "SELECT since FROM erasedKeys ORDER BY since LIMIT 1 /* scan: one row */")
            },
            step: { edge, rows, tx in try ErasedKeys(tx: tx).end(before: edge, rows: rows) }),
        .rows(of: "cookieChoices", .consents, since: "endedAt", key: "number", where: "endedAt IS NOT NULL"),
        .rows(of: "objections", .consents, since: "endedAt", key: "number", where: "endedAt IS NOT NULL"),
        .rows(of: "bounces", .mailDeliveries, since: "at", key: "notice"),
        .rows(of: "sessions", .sessions, since: "startedAt", key: "digest"),
        .rows(of: "attempts", .attempts, since: "expiresAt", person: nil, key: "attempt"),
        .rows(of: "startsBegun", .starts, since: "at", person: nil, key: "start"),
        .rows(of: "rightsProofs", .starts, since: "at", key: "intake"),
    ]

    /// People in a table, by `closedAt`, each with its own way to go.
    private static func people(
        _ table: String, _ held: Held, where condition: String, noun: String? = nil,
        _ end: @escaping @Sendable (SubjectID, Instant, Transaction) throws -> Void
    ) -> Purge {
        let those = """
            \(condition) AND NOT EXISTS (
                SELECT 1 FROM holds WHERE held = '\(held.rawValue)' AND person = subject AND until >
            """
        return Purge(
            held, of: noun ?? table,
            oldest: { tx in
                try tx.first(
                    value: """
                        SELECT closedAt FROM \(raw: table) WHERE \(raw: those) \(tx.moment))
                        ORDER BY closedAt LIMIT 1 /* scan: one row */
                        """)
            },
            step: { edge, rows, tx in
                let subjects = try tx.store.all(
                    values: """
                        SELECT subject FROM \(raw: table) WHERE \(raw: those) \(tx.moment)) AND closedAt < \(edge)
                        ORDER BY closedAt LIMIT \(min(rows, Limits.peopleStep))
                        """, as: SubjectID.self)
                for subject in subjects { try end(subject, tx.moment, tx) }
                return subjects.count * Limits.rowsAPerson
            })
    }
}
