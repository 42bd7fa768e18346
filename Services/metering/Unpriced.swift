import Engine
import Schema
import Store

/// The calls that wait for a price, by the first attempt that has none, so that a price finds those that it may rate:
/// when it comes they are rated as if it had been there, and their hours' totals go out once. docs/contracts.md: Usage.
struct Unpriced: NumberedSlice {
    static let name = "unpriced"
    static let category = DataCategory.usage
    static let table = [rows, index, times].joined(separator: ";\n")
    /// An erasure finds a person's by it; step 1004 has added it.
    static let index = "CREATE INDEX unpricedByAccount ON unpriced (account)"
    /// The index that step 1005 has added.
    static let times = "CREATE INDEX unpricedByDay ON unpriced (day)"
    /// The tables as step 1002 made them.
    static let rows = """
        CREATE TABLE unpriced (
            upstream INTEGER NOT NULL,                                  -- names.number; 0: nobody has looked yet
            model    INTEGER NOT NULL,                                                    -- names.number; 0: as above
            day      INTEGER NOT NULL,                                                    -- the key of `calls`
            account  INTEGER NOT NULL,
            calledAt INTEGER NOT NULL,
            callID   BLOB NOT NULL,
            PRIMARY KEY (upstream, model, day, account, calledAt, callID)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE repricings (
            upstream INTEGER NOT NULL,
            model    INTEGER NOT NULL,
            day      INTEGER NOT NULL,                                                    -- rated up to this call
            account  INTEGER NOT NULL,
            calledAt INTEGER NOT NULL,
            callID   BLOB NOT NULL,
            PRIMARY KEY (upstream, model)
        ) STRICT, WITHOUT ROWID
        """
    static let title = "Calls that wait for a price"
    static let orderColumns = ["upstream", "model", "day", "calledAt", "callID"]
    static let columns: [SliceColumn] = [
        SliceColumn("callID", "the call", .id), SliceColumn("calledAt", "when it was made", .instant),
        SliceColumn(
            "upstream", "for whose price it waits", .text, from: "(SELECT name FROM names WHERE number = upstream)"),
        SliceColumn("model", "and which model's", .text, from: "(SELECT name FROM names WHERE number = model)"),
    ]
    let tx: Transaction

    /// Removes a person's, also where a route stands at one of them: it goes on from the same place.
    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        try tx.change(
            .any,
            """
            UPDATE repricings SET calledAt = 0, callID = x'' WHERE account = \(person.holder)
                /* scan: a few routes */
            """)
        return try removeRows(of: person, with: act, in: tx)
    }

    /// A call that waits, and for what.
    private struct Parked {
        let route: MissingPrice
        let day, account, calledAt: Int64
        let callID: CallID
    }

    /// Parks a call that was recorded.
    func park(_ candidate: Admission.Candidate, for route: MissingPrice) throws {
        try tx.change(
            .one,
            """
            INSERT INTO unpriced (upstream, model, day, account, calledAt, callID)
            VALUES (\(route.upstream), \(route.model), \(candidate.day), \(candidate.account), \(candidate.calledAt),
                \(candidate.callID))
            """)
    }

    /// There is a list or an upstream: what waits for it is due.
    func expect(_ config: Config) throws {
        if let list = config.priceList { try expect(list) }
        if let upstream = config.upstream { try expect(upstream) }
    }

    /// A model of a provider has a new list.
    private func expect(_ list: PriceList) throws {
        var routes: [MissingPrice] = []
        let sql: SQL = """
            SELECT names.number, models.number FROM upstreams JOIN names ON names.name = upstreams.name
                JOIN names AS models ON models.name = \(list.model)
            WHERE upstreams.provider = \(list.provider) /* scan: the register, once a list */
            """
        try tx.each(sql) { row throws(StoreError) in
            routes.append(MissingPrice(upstream: try row.value(0), model: try row.value(1)))
        }
        try begin(routes)
    }

    /// The register has an upstream, or knows it better.
    private func expect(_ upstream: Upstream) throws {
        let number: Int64? = try tx.first(value: "SELECT number FROM names WHERE name = \(upstream.name)")
        guard let number else { return }
        var routes: [MissingPrice] = []
        while let model: Int64 = try tx.first(
            value: """
                SELECT model FROM unpriced WHERE upstream = \(number) AND model > \(routes.last?.model ?? 0)
                ORDER BY model LIMIT 1
                """)
        {
            routes.append(MissingPrice(upstream: number, model: model))
        }
        try begin(routes)
    }

    private func begin(_ routes: [MissingPrice]) throws {
        for route in routes + [.unknown] where try first(of: route) != nil {
            try tx.change(
                .one,
                """
                INSERT INTO repricings (upstream, model, day, account, calledAt, callID)
                VALUES (\(route.upstream), \(route.model), 0, 0, 0, x'')
                ON CONFLICT DO UPDATE SET day = 0, account = 0, calledAt = 0, callID = x''
                """)
        }
    }

    private func first(of route: MissingPrice) throws -> Int64? {
        try tx.first(
            value: "SELECT day FROM unpriced WHERE upstream = \(route.upstream) AND model = \(route.model) LIMIT 1")
    }

    /// Rates calls that are due, some at a time; returns the totals that changed. The alarm ends with the last that
    /// waits.
    func rate(at now: Instant) throws -> [Total] {
        let edge = try tx.edge(of: .hourlyTotals)
        var (changes, room): ([(candidate: Admission.Candidate, amount: ExactAmount)], Int) = ([], Limits.repricedStep)
        while room > 0, let (route, calls) = try next(room) {
            room -= calls.count
            var rater = CallRater(tx: tx, capacity: calls.count)
            for call in calls {
                guard let change = try rate(call, since: edge, by: &rater, at: now) else { continue }
                changes.append(change)
            }
            try go(on: route, after: calls.last)
        }
        if try tx.first(value: "SELECT 1 FROM unpriced LIMIT 1 /* scan: one row */", as: Int64.self) == nil {
            tx.clear("unpriced", "no price")
        }
        guard !changes.isEmpty else { return [] }
        tx.count("calls_repriced", by: Int64(changes.count))
        changes.sort { $0.candidate < $1.candidate }
        var hours = UsageHours.Running(tx: tx)
        for change in changes {
            guard let account = try Accounts(tx: tx).find(number: change.candidate.account) else { continue }
            try hours.change(change.candidate, change.amount, account)
        }
        return try hours.finish()
    }

    /// The next calls of the first route that is due; nil: there is none.
    private func next(_ room: Int) throws -> (route: MissingPrice, calls: [Parked])? {
        var after: Parked?
        try tx.each(
            "SELECT upstream, model, day, account, calledAt, callID FROM repricings LIMIT 1 /* scan: one row */"
        ) { row throws(StoreError) in
            let bytes: [UInt8] = try row.value(5)
            after = Parked(
                route: MissingPrice(upstream: try row.value(0), model: try row.value(1)), day: try row.value(2),
                account: try row.value(3), calledAt: try row.value(4),
                callID: CallID(stored: bytes) ?? CallID(high: 0, low: 0))
        }
        guard let after else { return nil }
        var calls: [Parked] = []
        let sql: SQL = """
            SELECT day, account, calledAt, callID FROM unpriced
            WHERE upstream = \(after.route.upstream) AND model = \(after.route.model)
                AND (day, account, calledAt, callID) > (\(after.day), \(after.account), \(after.calledAt), \(after.callID))
            ORDER BY day, account, calledAt, callID LIMIT \(Int64(room))
            """
        try tx.each(sql) { row throws(StoreError) in
            calls.append(
                Parked(
                    route: after.route, day: try row.value(0), account: try row.value(1), calledAt: try row.value(2),
                    callID: try row.value(3)))
        }
        return (after.route, calls)
    }

    /// Keeps how far a route is; without a call it is through.
    private func go(on route: MissingPrice, after call: Parked?) throws {
        guard let call else {
            return try tx.change(
                .one, "DELETE FROM repricings WHERE upstream = \(route.upstream) AND model = \(route.model)")
        }
        try tx.change(
            .one,
            """
            UPDATE repricings SET day = \(call.day), account = \(call.account), calledAt = \(call.calledAt),
                callID = \(call.callID)
            WHERE upstream = \(route.upstream) AND model = \(route.model)
            """)
    }

    /// Rates a call again. Nil: it still waits, and perhaps for another price.
    private func rate(
        _ parked: Parked, since edge: Instant, by rater: inout CallRater, at now: Instant
    ) throws -> (candidate: Admission.Candidate, amount: ExactAmount)? {
        // an hour that is past its period has no total any more: what was not priced by then is not charged
        guard parked.calledAt >= edge.value,
            let account = try Accounts(tx: tx).find(number: parked.account),
            let call = try CallRecords(tx: tx).call(
                day: parked.day, account: parked.account, at: Instant(unchecked: parked.calledAt), parked.callID)
        else {
            try leave(parked)
            return nil
        }
        // what costs beyond reason goes on waiting: it was admitted, and nothing that was is refused
        guard try rater.rate(call, of: account, 0, 0, at: now) == nil else { return nil }
        let place = rater.calls.count - 1
        let candidate = Admission.Candidate(call, of: account, place: place)
        if let route = rater.missing[place] {
            guard route != parked.route else { return nil }
            try leave(parked)
            try park(candidate, for: route)
            return nil
        }
        try leave(parked)
        try CallRecords(tx: tx).change(candidate, rater.calls[place], rater)
        return (candidate, rater.calls[place].amount)
    }

    private func leave(_ parked: Parked) throws {
        try tx.change(
            .one,
            """
            DELETE FROM unpriced WHERE upstream = \(parked.route.upstream) AND model = \(parked.route.model)
                AND day = \(parked.day) AND account = \(parked.account) AND calledAt = \(parked.calledAt)
                AND callID = \(parked.callID)
            """)
    }
}

/// What an attempt has no price for: an upstream's model, by the numbers of their names.
struct MissingPrice: Equatable {
    let upstream: Int64
    let model: Int64
    /// Nobody has looked yet.
    static let unknown = MissingPrice(upstream: 0, model: 0)
}
