import Engine
import Schema
import Store

/// What was forwarded to which upstream in which country, per account and day. Policy §10.2.
struct Transfers: NumberedSlice {
    static let name = "transfers"
    static let category = DataCategory.usage
    static let table = "\(rows);\n\(times)"
    /// The index that step 1005 has added.
    static let times = "CREATE INDEX transfersByDay ON transfers (day)"
    /// The table as step 1000 made it.
    static let rows = """
        CREATE TABLE transfers (
            account  INTEGER NOT NULL,                                                    -- accounts.number
            day      INTEGER NOT NULL,                                                    -- of UTC
            upstream INTEGER NOT NULL,                                                    -- names.number
            country  TEXT NOT NULL,                                                       -- empty: not in the register
            count    INTEGER NOT NULL,
            unlawful INTEGER NOT NULL,                                                 -- without agreement or safeguard
            PRIMARY KEY (account, day, upstream, country)
        ) STRICT, WITHOUT ROWID
        """
    static let title = "Where calls were forwarded to"
    static let orderColumns = ["day", "upstream", "country"]
    static let columns: [SliceColumn] = [
        SliceColumn("day", "the day, in UTC", .day),
        SliceColumn(
            "upstream", "the provider's place", .text, from: "(SELECT name FROM names WHERE number = upstream)"),
        SliceColumn("country", "its country; empty: it was not in the register", .text),
        SliceColumn("count", "attempts that were forwarded", .integer),
        SliceColumn("unlawful", "of these, without an agreement or a safeguard in force", .integer),
    ]
    let tx: Transaction

    /// What an account's calls in [from, to) sent where, by upstream and country. Whole days of UTC.
    func sums(of account: Int64, from: Instant, to: Instant) throws -> [TransferCount] {
        var sums: [TransferCount] = []
        let last = max(from, to + -1).days
        let sql: SQL = """
            SELECT names.name, country, sum(count) FROM transfers JOIN names ON names.number = transfers.upstream
            WHERE account = \(account) AND transfers.day BETWEEN \(from.days) AND \(last)
            GROUP BY names.name, country ORDER BY names.name, country LIMIT \(AccountUsage.transfersMax)
            """
        try tx.each(sql) { row throws(StoreError) in
            sums.append(
                TransferCount(
                    upstream: try row.value(0), country: Country(text: try row.value(1)), count: try row.value(2)))
        }
        return sums
    }

    /// Adds sorted calls: those of one account and day come together.
    struct Running {
        private struct Line {
            let upstream: Int64
            let country: Country?
            var count: Int64 = 0
            var unlawful: Int64 = 0
        }
        private let tx: Transaction
        private var dayAndAccount: UInt64 = 0
        private var lines: [Line] = []

        init(tx: Transaction) { self.tx = tx }

        /// Adds an attempt of a call.
        mutating func add(_ candidate: Admission.Candidate, _ leg: Leg) throws {
            if candidate.dayAndAccount != dayAndAccount { try finish() }
            dayAndAccount = candidate.dayAndAccount
            let place = lines.firstIndex { $0.upstream == leg.upstream && $0.country == leg.country }
            let index = place ?? lines.count
            if place == nil { lines.append(Line(upstream: leg.upstream, country: leg.country)) }
            lines[index].count += 1
            lines[index].unlawful += leg.isLawful ? 0 : 1
        }

        /// Raises the alarm for an attempt that may not have gone where it went.
        func raise(_ rated: RatedCall, attempt: Int, of usage: Batch<Usage>) {
            let call = usage.entries[Int(rated.entryIndex)].message.calls[Int(rated.callIndex)]
            tx.count("transfers_unlawful")
            tx.raise(
                "unlawful-transfer", call.attempts[attempt].upstream.text,
                remedy: "stop forwarding to it, or load its agreement and safeguard: troth upstream load FILE")
        }

        /// Writes what was added.
        mutating func finish() throws {
            for line in lines {
                let statement = try tx.store.hot(
                    """
                    INSERT INTO transfers (account, day, upstream, country, count, unlawful)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                    ON CONFLICT DO UPDATE SET count = count + excluded.count, unlawful = unlawful + excluded.unlawful
                    """)
                statement.bind(1, Int64(dayAndAccount & 0xff_ffff_ffff))
                statement.bind(2, Int64(dayAndAccount >> 40))
                statement.bind(3, line.upstream)
                statement.bind(5, line.count)
                statement.bind(6, line.unlawful)
                var country = line.country?.text ?? ""
                try country.withUTF8 { bytes in
                    statement.bind(4, text: UnsafeRawBufferPointer(bytes))
                    _ = try statement.run()
                }
            }
            lines.removeAll(keepingCapacity: true)
        }
    }
}
