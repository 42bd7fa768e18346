import Schema

/// Credit is what was paid and given less what was used: of each grant, remaining + expired + carried + uses = nano; of
/// each account, the prepaid and promotional balances are what its grants have left; of each transaction, its uses are
/// its entries there; a payment has one grant, of what its events come to.
package struct CreditsCoverCharges: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            try grants(file, &judgement)
            try balances(file, &judgement)
            try uses(file, &judgement)
            try payments(file, &judgement)
        }
        return judgement.finding(self, "grants, balances, uses and payments")
    }

    private func grants(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let lines = try file.lines(
            """
            SELECT c.grantID, c.nano, c.remaining, \(sum(of: "u.nano")), c.expired, c.carried
            FROM credits c LEFT JOIN (
                SELECT grantID, nano FROM creditUses
                WHERE posting NOT IN (SELECT reverses FROM ledgerTransactions WHERE reverses IS NOT NULL)
            ) u ON u.grantID = c.grantID
            GROUP BY c.account, c.currency, c.priority, c.expiry, c.grantID
            """)
        for line in lines {
            let (nano, remaining, expired) = (try line.integer(1), try line.integer(2), try line.integer(5))
            let used = try line.sum(3) + Int128(try line.integer(6))
            try judgement.look(
                Int128(remaining) + Int128(expired) + used == Int128(nano) && min(remaining, expired) >= 0 && used >= 0,
                "\(file.place): grant \(hex(try line.blob(0))): \(nano) given, \(used) used, \(expired) expired,"
                    + " \(remaining) left")
        }
    }

    private func balances(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let lines = try file.lines(
            """
            SELECT account, currency, sum(high), sum(low), kind FROM (
                SELECT account, currency, remaining / 1000000000 AS high, remaining % 1000000000 AS low,
                    CASE priority WHEN 100 THEN 'prepaid' ELSE 'promotional' END AS kind FROM credits
                UNION ALL
                SELECT account, currency, balance / 1000000000, balance % 1000000000, kind FROM ledgerAccounts
                WHERE kind IN ('prepaid', 'promotional'))
            GROUP BY account, currency, kind
            """)
        for line in lines {
            let difference = try line.sum(2)
            try judgement.look(
                difference == 0,
                "\(file.place): account \(try line.id(0, as: AccountID.self)): its credit and its \(try line.text(4)) balance"
                    + " in \(try line.text(1)) differ by \(difference)")
        }
    }

    private func uses(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let lines = try file.lines(
            """
            SELECT t.number, t.kind,
                (SELECT sum(nano) FROM creditUses u WHERE u.posting = t.number),
                (SELECT sum(e.nano) FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
                 WHERE e.posting = t.number AND a.kind IN ('prepaid', 'promotional'))
            FROM ledgerTransactions t WHERE t.kind IN ('charge', 'settlement')
            """)
        for line in lines {
            let (used, booked) = (try line.optionalInteger(2) ?? 0, try line.optionalInteger(3) ?? 0)
            try judgement.look(
                used == booked,
                "\(file.place): \(try line.text(1)) \(try line.integer(0)): \(used) drawn on grants, \(booked) booked")
        }
        let lost = try file.lines(
            """
            SELECT posting FROM creditUses WHERE grantID NOT IN (SELECT grantID FROM credits) OR posting NOT IN
                (SELECT number FROM ledgerTransactions WHERE kind IN ('charge', 'settlement'))
            """)
        if let line = lost.first {
            judgement.breaks("\(file.place): transaction \(try line.integer(0)) draws on no grant, or may not draw")
        }
    }

    private func payments(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let lines = try file.lines(
            """
            SELECT p.payment, \(sum(of: "p.booked")), c.nano, count(DISTINCT p.account) = 1
                AND count(DISTINCT p.currency) = 1 AND (c.grantID IS NULL OR min(p.account) = c.account
                AND min(p.currency) = c.currency), max(p.kind IN ('top-up', 'promotion'))
            FROM payments p LEFT JOIN credits c ON c.grantID = p.payment GROUP BY p.payment
            """)
        for line in lines {
            let (booked, grant) = (try line.sum(1), try line.optionalInteger(3))
            let isHere = try line.integer(5) == 1
            let fits = isHere ? grant.map { Int128($0) == booked } ?? false : grant == nil && booked == 0
            try judgement.look(
                fits && line.integer(4) == 1,
                "\(file.place): payment \(hex(try line.blob(0))) has no grant of what its events come to")
        }
        let strangers = try file.lines(
            "SELECT grantID FROM credits WHERE grantID NOT IN (SELECT payment FROM payments)")
        if let line = strangers.first { judgement.breaks("\(file.place): nobody paid for \(hex(try line.blob(0)))") }
        try booked(
            file, "payments",
            """
            SELECT currency, \(sum(of: "booked")) FROM payments
            WHERE payment NOT IN (SELECT payment FROM payments WHERE kind = 'promotion') GROUP BY currency
            """, &judgement)
        try booked(
            file, "promotions",
            """
            SELECT currency, \(sum(of: "(nano - expired)")) FROM credits WHERE priority != 100 GROUP BY currency
            """, &judgement)
    }

    private func booked(
        _ file: any WorldFile, _ kind: String, _ sql: String, _ judgement: inout Judgement
    ) throws {
        for line in try file.lines(sql) {
            let currency = try line.text(0)
            let booked = try file.lines(
                """
                SELECT \(sum(of: "e.nano")) FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
                WHERE a.kind = '\(kind)' AND a.currency = '\(currency)'
                """)
            let (received, entries) = (try line.sum(1), try booked.first?.sum(0) ?? 0)
            judgement.look(
                received == entries, "\(file.place): \(received) \(currency) came in, \(entries) booked as \(kind)")
        }
    }
}
