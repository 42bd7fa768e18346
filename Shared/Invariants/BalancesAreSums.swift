/// The balance of each account of the ledger is what it was brought forward with and the sum of its entries.
package struct BalancesAreSums: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            let accounts = try file.lines(
                """
                SELECT a.number, a.kind, a.currency, a.balance, \(sum(of: "e.nano")), a.opening
                FROM ledgerAccounts a LEFT JOIN ledgerEntries e ON e.account = a.number GROUP BY a.number
                """)
            for line in accounts {
                let (balance, sum) = (try line.integer(3), try line.sum(4) + Int128(try line.integer(6)))
                try judgement.look(
                    Int128(balance) == sum,
                    "\(file.place): ledger account \(try line.integer(0)), \(try line.text(1)) in \(try line.text(2)):"
                        + " balance \(balance), entries \(sum)")
            }
        }
        return judgement.finding(self, "accounts of the ledger")
    }
}
