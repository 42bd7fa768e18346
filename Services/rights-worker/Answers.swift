import Engine
import Schema
import Store

/// What each service was asked for, and what it has answered. A request goes on when every one has; one that is silent
/// is here by its name.
struct Answers: Noun {
    static let name = "answers"
    static let category = DataCategory.request
    static let table = """
        CREATE TABLE answers (
            request BLOB NOT NULL CHECK (length(request) = 16),                           -- RequestID
            act     TEXT NOT NULL,                                                        -- RightsAct
            service TEXT NOT NULL,                                                        -- ParticipantName
            askedAt INTEGER NOT NULL,                                                     -- Instant
            outcome BLOB,                                                                 -- RightsOutcomes of it alone
            answeredAt INTEGER CHECK ((answeredAt IS NULL) = (outcome IS NULL)),          -- Instant
            PRIMARY KEY (request, act, service)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX answersOwed ON answers (service, askedAt) WHERE outcome IS NULL
        """
    let tx: Transaction

    /// One service and what it said; nil: nothing yet.
    struct Entry: RowDecodable {
        static let columns: Columns = "service, outcome"
        let service: ParticipantName
        let outcome: RightsOutcome?
        init(row: borrowing Row) throws(StoreError) {
            service = try row.value(0)
            outcome = try row.value(1, as: RightsOutcomes?.self)?.outcomes.first
        }
    }

    /// Every service that must answer an act is waited for.
    func expect(_ request: RequestID, _ act: RightsAct, at now: Instant) throws {
        for service in act.answeredBy {
            try tx.change(
                .any,
                """
                INSERT INTO answers (request, act, service, askedAt) VALUES (\(request), \(act), \(service), \(now))
                ON CONFLICT (request, act, service) DO NOTHING
                """)
        }
    }

    /// Takes an answer; the first one counts. False: nobody asked.
    func take(_ outcome: RightsOutcome, from service: ParticipantName, at now: Instant) throws -> Bool {
        let isAsked: Int64? = try tx.first(
            value: """
                SELECT 1 FROM answers
                WHERE request = \(outcome.request) AND act = \(outcome.act) AND service = \(service)
                """)
        guard isAsked != nil else { return false }
        try tx.change(
            .any,
            """
            UPDATE answers SET outcome = \(RightsOutcomes(outcomes: [outcome])), answeredAt = \(now)
            WHERE request = \(outcome.request) AND act = \(outcome.act) AND service = \(service) AND outcome IS NULL
            """)
        if try tx.changed() > 0 { try AuditChain(tx: tx).add(outcome, from: service) }
        return true
    }

    /// True where a service has not answered an act of a request yet.
    func areOwed(of request: RequestID, _ act: RightsAct) throws -> Bool {
        try tx.first(
            value: "SELECT 1 FROM answers WHERE request = \(request) AND act = \(act) AND outcome IS NULL LIMIT 1",
            as: Int64.self) != nil
    }

    /// What was said to an act does not count any more: it is asked for again.
    func forget(_ request: RequestID, _ act: RightsAct) throws {
        try tx.change(.any, "DELETE FROM answers WHERE request = \(request) AND act = \(act)")
    }

    /// What all services said to an act of a request, in the order of their names.
    func all(of request: RequestID, _ act: RightsAct) throws -> [Entry] {
        try tx.all(
            "SELECT \(Entry.columns) FROM answers WHERE request = \(request) AND act = \(act) ORDER BY service")
    }

    /// True where a service has owed an answer since before a moment. A correction waits for its person, an erasure may
    /// wait for a hold.
    func isSilent(_ service: String, since moment: Instant) throws -> Bool {
        try tx.first(
            value: """
                SELECT 1 FROM answers WHERE service = \(service) AND askedAt <= \(moment) AND outcome IS NULL
                    AND act <> 'rectify' AND NOT EXISTS (SELECT 1 FROM requests
                        WHERE requests.request = answers.request AND heldUntil > \(moment)) LIMIT 1
                """, as: Int64.self) != nil
    }
}
