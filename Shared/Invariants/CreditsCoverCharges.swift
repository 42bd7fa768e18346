import Schema

/// Credit is what was paid less what was used: of each grant, remaining + uses = nano; of each account, the prepaid
/// balance is what its grants have left; of each transaction, its uses are its prepaid entry; a payment has one grant.
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
            SELECT c.grantID, c.nano, c.remaining, \(sum(of: "u.nano"))
            FROM credits c LEFT JOIN (
                SELECT grantID, nano FROM creditUses
                WHERE posting NOT IN (SELECT reverses FROM ledgerTransactions WHERE reverses IS NOT NULL)
            ) u ON u.grantID = c.grantID
            GROUP BY c.account, c.currency, c.priority, c.grantID
            """)
        for line in lines {
            let (nano, remaining, used) = (try line.integer(1), try line.integer(2), try line.sum(3))
            try judgement.look(
                Int128(remaining) + used == Int128(nano) && remaining >= 0,
                "\(file.place): grant \(hex(try line.blob(0))): \(nano) given, \(used) used, \(remaining) left")
        }
    }

    private func balances(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let lines = try file.lines(
            """
            SELECT account, currency, sum(high), sum(low) FROM (
                SELECT account, currency, remaining / 1000000000 AS high, remaining % 1000000000 AS low FROM credits
                UNION ALL
                SELECT account, currency, balance / 1000000000, balance % 1000000000 FROM ledgerAccounts
                WHERE kind = 'prepaid')
            GROUP BY account, currency
            """)
        for line in lines {
            let difference = try line.sum(2)
            try judgement.look(
                difference == 0,
                "\(file.place): account \(try line.id(0, as: AccountID.self)): its credit and its prepaid balance in"
                    + " \(try line.text(1)) differ by \(difference)")
        }
    }

    private func uses(_ file: any WorldFile, _ judgement: inout Judgement) throws {
        let lines = try file.lines(
            """
            SELECT t.number, t.kind,
                (SELECT sum(nano) FROM creditUses u WHERE u.posting = t.number),
                (SELECT sum(e.nano) FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
                 WHERE e.posting = t.number AND a.kind = 'prepaid')
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
            SELECT p.payment, coalesce(c.nano = p.nano AND c.account = p.account AND c.currency = p.currency, 0)
            FROM payments p LEFT JOIN credits c ON c.grantID = p.payment
            """)
        for line in lines {
            try judgement.look(
                try line.integer(1) == 1, "\(file.place): payment \(hex(try line.blob(0))) has no grant of its amount")
        }
        let paid = try file.lines("SELECT coalesce(currency, '?'), \(sum(of: "nano")) FROM payments GROUP BY currency")
        for line in paid {
            let currency = try line.text(0)
            let booked = try file.lines(
                """
                SELECT \(sum(of: "e.nano")) FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
                WHERE a.kind = 'payments' AND a.currency = '\(currency)'
                """)
            let (received, entries) = (try line.sum(1), try booked.first?.sum(0) ?? 0)
            judgement.look(
                received == entries, "\(file.place): \(received) \(currency) received, \(entries) booked as payments")
        }
    }
}
