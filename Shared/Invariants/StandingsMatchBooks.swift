import Schema

/// What the gateway was told of an account is how its books stand: it stops whoever has nothing left, and whoever it
/// lets through has something.
package struct StandingsMatchBooks: Law {
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            let lines = try file.lines(
                """
                SELECT s.account, s.standing, s.available, l.nano, \(sum(of: "-a.balance"))
                FROM standings s LEFT JOIN spendingLimits l ON l.account = s.account AND l.currency = s.currency
                    LEFT JOIN ledgerAccounts a ON a.account = s.account AND a.currency = s.currency
                GROUP BY s.account
                """)
            for line in lines {
                let (standing, told) = (try line.text(1), Int128(try line.integer(2)))
                let left = try line.sum(4)
                let isLimited = try line.optionalInteger(3) != nil
                // a limit leaves as much as there is, or less; what was told is as it was, to a tenth
                let fits =
                    switch standing {
                    case "stop": told <= 0 && (left <= 0 || isLimited)
                    default: told > 0 && left > 0 && (isLimited || abs(left - told) <= told / 10)
                    }
                try judgement.look(
                    fits,
                    "\(file.place): account \(try line.id(0, as: AccountID.self)) was told as \(standing) with \(told),"
                        + " it has \(left)")
            }
        }
        return judgement.finding(self, "standings")
    }

    private func abs(_ number: Int128) -> Int128 { number < 0 ? -number : number }
}
