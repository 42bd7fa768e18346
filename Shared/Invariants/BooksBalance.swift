/// Double entry: the entries of each transaction sum to zero in each currency, and so does every file. A transaction
/// has two sides at least, an entry its transaction and its account. A settlement that only moves use from one grant to
/// another of its kind has none. What is brought forward of transactions that are gone sums to zero, too.
package struct BooksBalance: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            let transactions = try file.lines(
                """
                SELECT t.number, coalesce(a.currency, '?'), count(e.nano), \(sum(of: "e.nano")), t.kind = 'settlement' AND (
                    SELECT count(*) >= 2 AND sum(nano) = 0 FROM creditUses u WHERE u.posting = t.number)
                FROM ledgerTransactions t LEFT JOIN ledgerEntries e ON e.posting = t.number
                    LEFT JOIN ledgerAccounts a ON a.number = e.account
                GROUP BY t.number, a.currency
                """)
            for line in transactions {
                let (number, currency, sides) = (try line.integer(0), try line.text(1), try line.integer(2))
                let sum = try line.sum(3)
                let isMove = try line.integer(5) == 1 && sides == 0
                judgement.look(
                    isMove || sum == 0 && sides >= 2 && currency != "?",
                    "\(file.place): transaction \(number): \(sides) entries in \(currency) sum to \(sum)")
            }
            let sums = try file.lines(
                """
                SELECT coalesce(a.currency, '?'), \(sum(of: "e.nano"))
                FROM ledgerEntries e LEFT JOIN ledgerAccounts a ON a.number = e.account GROUP BY a.currency
                """)
            for line in sums where try line.sum(1) != 0 {
                judgement.breaks("\(file.place): all entries in \(try line.text(0)) sum to \(try line.sum(1))")
            }
            let openings = try file.lines(
                "SELECT currency, \(sum(of: "opening")) FROM ledgerAccounts GROUP BY currency")
            for line in openings where try line.sum(1) != 0 {
                judgement.breaks(
                    "\(file.place): what is brought forward in \(try line.text(0)) sums to \(try line.sum(1))")
            }
            let lost = try file.lines(
                "SELECT posting FROM ledgerEntries WHERE posting NOT IN (SELECT number FROM ledgerTransactions)")
            if let line = lost.first {
                judgement.breaks("\(file.place): an entry of transaction \(try line.integer(0)), which is not there")
            }
        }
        return judgement.finding(self, "transactions")
    }
}
