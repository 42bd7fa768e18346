/// Every call that is kept lies in its account's life: from 5 minutes before it was opened to 5 minutes after it was
/// closed, and identity has said that there is such an account. docs/contracts.md: Who.
package struct NoCallOutsideItsAccount: Law {
    private static let tolerance: Int64 = 5 * 60 * 1_000_000
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "metering") {
            let lines = try file.lines(
                """
                SELECT c.account, a.opened, a.closed, min(c.calledAt), max(c.calledAt), a.state
                FROM calls c LEFT JOIN accounts a ON a.number = c.account GROUP BY c.account
                """)
            for line in lines {
                let number = try line.integer(0)
                guard let opened = try line.optionalInteger(1) else {
                    judgement.look(false, "\(file.place): calls of account \(number), which is not in the table")
                    continue
                }
                let (first, last) = (try line.integer(3), try line.integer(4))
                let end = try line.optionalInteger(2).map { $0 + Self.tolerance } ?? .max
                let isWhole = try (line.text(5) == "closed") == (end != .max)
                judgement.look(
                    isWhole && first >= opened - Self.tolerance && last <= end,
                    "\(file.place): account \(number), opened \(opened), has calls from \(first) to \(last);"
                        + " they may go to \(end)")
            }
        }
        return judgement.finding(self, "accounts with calls")
    }
}
