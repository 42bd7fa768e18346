import Schema

/// What is posted of an hour is the sum of its charges that are not reversed; a charge's net and tax are what its
/// transaction books to revenue and tax, and what it takes from its customer. Of an erased account there are no hours
/// and no charges any more.
package struct ChargesMatchPostings: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            try hours(file, world, &judgement)
            try transactions(file, &judgement)
            try days(file, &judgement)
        }
        return judgement.finding(self, "posted hours and charges")
    }

    private func hours(_ file: any WorldFile, _ world: World, _ judgement: inout Judgement) throws {
        var charged: [HourKey: Int128] = [:]
        let lines = try file.lines(
            """
            SELECT account, hour, currency, \(sum(of: "net")), \(sum(of: "tax")) FROM charges WHERE reversed = 0
            GROUP BY account, hour, currency
            """)
        for line in lines {
            let key = HourKey(account: try line.id(0), hour: try line.integer(1), currency: try line.text(2))
            charged[key] = try line.sum(3) + line.sum(5)
        }
        for (key, sum) in try world.posted(file) {
            // floor, for amounts are never below zero
            let (posted, charges) = (sum.femto / 1_000_000, charged.removeValue(forKey: key) ?? 0)
            judgement.look(posted == charges, "\(file.place): \(key): posted \(posted), charged \(charges)")
        }
        for (key, sum) in charged.sorted(by: { ($0.key.account, $0.key.hour) < ($1.key.account, $1.key.hour) }) {
            judgement.breaks("\(file.place): \(key): charged \(sum), nothing posted")
        }
    }

    private func transactions(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let lines = try file.lines(
            """
            SELECT t.number, c.net, c.tax,
                coalesce(sum(e.nano) FILTER (WHERE a.account = c.account), 0),
                coalesce(sum(e.nano) FILTER (WHERE a.kind = 'revenue'), 0),
                coalesce(sum(e.nano) FILTER (WHERE a.kind = 'tax'), 0),
                coalesce(max(a.currency <> c.currency), 0), max(t.kind = 'charge'),
                coalesce(max(a.account IN (SELECT pseudonym FROM keptAccounts)), 0)
            FROM ledgerTransactions t LEFT JOIN charges c ON c.posting = t.number
                LEFT JOIN ledgerEntries e ON e.posting = t.number LEFT JOIN ledgerAccounts a ON a.number = e.account
            WHERE t.kind = 'charge' OR c.posting IS NOT NULL GROUP BY t.number
            """)
        for line in lines {
            let number = try line.integer(0)
            let isKept = try line.integer(8) == 1
            if isKept {
                let hasCharge = try line.optionalInteger(1) != nil
                judgement.look(!hasCharge, "\(file.place): charge \(number) is left of an account that was erased")
                continue
            }
            guard let net = try line.optionalInteger(1), let tax = try line.optionalInteger(2) else {
                continue  // its hour has folded into its day: see below
            }
            let (customer, revenue, taxed) = (try line.integer(3), try line.integer(4), try line.integer(5))
            let isWhole = Int128(customer) == Int128(net) + Int128(tax) && revenue == -net && taxed == -tax
            let isInPlace = try line.integer(6) == 0 && line.integer(7) == 1
            judgement.look(
                isWhole && isInPlace,
                "\(file.place): charge \(number): net \(net), tax \(tax); booked to the customer \(customer),"
                    + " to revenue \(revenue), to tax \(taxed)")
        }
    }

    /// What is posted of days is what the charges of their hours were, less those that were reversed. Both go when
    /// their years are over.
    private func days(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let edge = try file.edge(.paymentRecords)
        let lines = try file.lines(
            """
            SELECT account, currency, sum(high), sum(low) FROM (
                SELECT a.account, a.currency, e.nano / 1000000000 AS high, e.nano % 1000000000 AS low
                FROM ledgerTransactions t JOIN ledgerEntries e ON e.posting = t.number
                    JOIN ledgerAccounts a ON a.number = e.account AND a.account IS NOT NULL
                        AND a.account NOT IN (SELECT pseudonym FROM keptAccounts)
                WHERE t.kind = 'charge' AND t.at >= \(edge) AND t.number NOT IN (SELECT posting FROM charges)
                    AND t.number NOT IN (
                    SELECT reverses FROM ledgerTransactions WHERE reverses IS NOT NULL)
                UNION ALL
                SELECT account, currency, -(nano / 1000000000), -(nano % 1000000000) FROM postedDays
                WHERE posted >= \(edge / Instant.day))
            GROUP BY account, currency
            """)
        for line in lines {
            let difference = try line.sum(2)
            try judgement.look(
                difference == 0,
                "\(file.place): account \(try line.id(0, as: AccountID.self)): its days in \(try line.text(1)) and their"
                    + " charges differ by \(difference)")
        }
    }
}
