import Engine
import Schema
import Store

/// How well upstreams and models served, day by day: attempts of all who do not object, counted from the call records
/// when the day is over. A late call of a day that was counted is counted when it comes; who objects leaves every day,
/// and comes back when the objection ends. Nothing in it is about anybody. Policy §2.4, §8.5.
struct Quality: Noun {
    static let name = "quality"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE quality (
            day          INTEGER NOT NULL,                                                -- of UTC
            upstream     INTEGER NOT NULL,                                                -- names.number
            model        INTEGER NOT NULL,                                                -- names.number
            served       INTEGER NOT NULL,                                                -- attempts
            cut          INTEGER NOT NULL,                                                -- by the caller
            failed       INTEGER NOT NULL,
            milliseconds INTEGER NOT NULL,                                                -- of all of them
            PRIMARY KEY (day, upstream, model)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE qualityEdge (
            one      INTEGER PRIMARY KEY CHECK (one = 1),
            day      INTEGER NOT NULL,                                        -- calls up to this one, by key, are counted
            account  INTEGER NOT NULL,
            calledAt INTEGER NOT NULL,
            callID   BLOB NOT NULL
        ) STRICT;
        CREATE TABLE objectors (
            account INTEGER PRIMARY KEY                                                   -- accounts.number
        ) STRICT
        """
    let tx: Transaction

    /// The key of the last call that was counted.
    struct Edge {
        let day, account, calledAt: Int64
        let callID: [UInt8]

        /// Before every call.
        static let start = Edge(day: -1, account: 0, calledAt: 0, callID: [])
        /// After every call of a day.
        static func end(of day: Int64) -> Edge { Edge(day: day, account: .max, calledAt: 0, callID: []) }

        /// True for a call that lies before it.
        func hasPassed(_ call: Admission.Candidate) -> Bool {
            if call.day != day { return call.day < day }
            if call.account != account { return call.account < account }
            if call.calledAt != calledAt { return call.calledAt < calledAt }
            return !callID.lexicographicallyPrecedes(call.callID.raw)
        }
    }

    /// How far calls are counted.
    func edge() throws -> Edge {
        try tx.first("SELECT \(Edge.columns) FROM qualityEdge WHERE one = 1") ?? .start
    }

    /// Counts calls of the days that are over, some at a time.
    func count(at now: Instant) throws {
        let from = try edge()
        var last = from
        var rows = 0
        var tally = QualityTally()
        let sql: SQL = """
            SELECT day, calls.account, calledAt, callID, content, objectors.account IS NOT NULL
            FROM calls LEFT JOIN objectors ON objectors.account = calls.account
            WHERE (day, calls.account, calledAt, callID)
                > (\(from.day), \(from.account), \(from.calledAt), \(from.callID)) AND day < \(now.days)
            ORDER BY day, calls.account, calledAt, callID LIMIT \(Limits.qualityStep)
            """
        try tx.each(sql) { row throws(StoreError) in
            last = try Edge(row: row)
            rows += 1
            if try row.value(5) == Int64(0) { tally.add(try row.value(4), on: last.day, 1) }
        }
        try tally.write(tx)
        if rows < Limits.qualityStep { last = .end(of: max(now.days - 1, from.day)) }
        try tx.change(
            .one,
            """
            INSERT INTO qualityEdge (one, day, account, calledAt, callID)
            VALUES (1, \(last.day), \(last.account), \(last.calledAt), \(last.callID))
            ON CONFLICT (one) DO UPDATE SET day = excluded.day, account = excluded.account,
                calledAt = excluded.calledAt, callID = excluded.callID
            """)
    }

    /// Calls of one batch that came when their day was counted: they are counted together. Those of one account come
    /// one after the other.
    struct Late {
        private let quality: Quality
        private let counted: Edge
        private var tally = QualityTally()
        private var account: (number: Int64, objects: Bool)?

        init(tx: Transaction) throws {
            quality = Quality(tx: tx)
            counted = try quality.edge()
        }

        /// True where an attempt of this call has to be added.
        mutating func counts(_ call: Admission.Candidate) throws -> Bool {
            guard counted.hasPassed(call) else { return false }
            if account?.number != call.account { account = (call.account, try quality.isObjector(call.account)) }
            return account?.objects == false
        }

        /// Adds an attempt.
        mutating func add(_ leg: Leg, on day: Int64) {
            tally.add(day, leg.upstream, leg.model, leg.outcome, leg.duration, 1)
        }

        /// Writes what was added.
        func finish() throws { try tally.write(quality.tx) }
    }

    /// An account objects, or no longer: its calls leave what was counted, or come back.
    func set(_ account: Int64, objects: Bool) throws {
        guard try isObjector(account) != objects else { return }
        try addAll(of: account, objects ? -1 : 1)
        try tx.change(
            .one,
            objects
                ? "INSERT INTO objectors (account) VALUES (\(account))"
                : "DELETE FROM objectors WHERE account = \(account)")
    }

    fileprivate func isObjector(_ account: Int64) throws -> Bool {
        let statement = try tx.store.hot("SELECT 1 FROM objectors WHERE account = ?1")
        statement.bind(1, account)
        let objects = try statement.step()
        statement.reset()
        return objects
    }

    /// Adds all counted calls of an account `times` times.
    private func addAll(of account: Int64, _ times: Int64) throws {
        let edge = try edge()
        guard edge.day >= 0 else { return }
        var tally = QualityTally()
        for day in max(0, edge.day - Limits.questionDays)...edge.day {
            let sql: SQL = """
                SELECT content FROM calls WHERE day = \(day) AND account = \(account)
                    AND (day, account, calledAt, callID)
                        <= (\(edge.day), \(edge.account), \(edge.calledAt), \(edge.callID))
                """
            try tx.each(sql) { row throws(StoreError) in tally.add(try row.value(0), on: day, times) }
        }
        try tally.write(tx)
    }

    /// The days that are asked for, in order.
    func report(_ days: QualityQuestion, at now: Instant) throws -> QualityReport {
        var lines: [QualityLine] = []
        let sql: SQL = """
            SELECT quality.day, upstreams.name, models.name, served, cut, failed, milliseconds FROM quality
            JOIN names AS upstreams ON upstreams.number = upstream JOIN names AS models ON models.number = model
            WHERE quality.day BETWEEN \(days.from.days) AND \(max(days.from, days.to + -1).days)
            ORDER BY quality.day, upstreams.name, models.name LIMIT \(Int64(QualityReport.linesMax)) /* scan: the order */
            """
        try tx.each(sql) { row throws(StoreError) in
            lines.append(
                QualityLine(
                    day: Instant(unchecked: try row.value(0, as: Int64.self) * Instant.day),
                    upstream: try row.value(1), model: try row.value(2),
                    served: AttemptCount(unchecked: try row.value(3)), cut: AttemptCount(unchecked: try row.value(4)),
                    failed: AttemptCount(unchecked: try row.value(5)),
                    milliseconds: AttemptCount(unchecked: try row.value(6))))
        }
        return QualityReport(asOf: now, lines: lines)
    }
}

extension Quality: NumberedSlice {
    static let title = "Your objection to statistics of quality"
    static let rowsOf = "objectors"
    static let orderColumns: [String] = []
    static let columns = [SliceColumn("objects", "that you object", .boolean, from: "1")]

    /// An erased person's calls leave the statistics, as an objection's do; then the objection goes.
    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        guard act == .erase, case .integer(let number) = person.holder else { return SliceRemoval() }
        try Quality(tx: tx).leave(number)
        return try removeRows(of: person, with: act, in: tx)
    }

    private func leave(_ account: Int64) throws {
        if try !isObjector(account) { try addAll(of: account, -1) }
        try tx.change(
            .any,
            "UPDATE qualityEdge SET calledAt = 0, callID = x'' WHERE one = 1 AND account = \(account)")
    }
}

extension Quality.Edge: RowDecodable {
    static let columns: Columns = "day, account, calledAt, callID"

    init(row: borrowing Row) throws(StoreError) {
        (day, account, calledAt) = (try row.value(0), try row.value(1), try row.value(2))
        callID = try row.value(3)
    }
}
