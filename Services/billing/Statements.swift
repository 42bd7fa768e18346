import Engine
import Schema
import Store

/// What came to an account and went, from its ledger: payments' events one by one, usage by the day of its posting.
struct Statements {
    let tx: Transaction

    /// The statement of [from, to), or why there is none.
    func answer(_ question: StatementQuestion, of account: AccountID) throws -> Answer {
        let (currency, from, to) = (question.currency, question.from, question.to)
        guard from < to, to - from <= Limits.statementDays * Instant.day else { return .refused(.longStatement) }
        let lines = try lines(account, currency, from: from, to: to)
        guard lines.count <= AccountStatement.linesMax else { return .refused(.longStatement) }
        let since = try sum(account, currency, since: from)
        let opening = try Ledger(tx: tx).left(of: account, currency) - since
        let closing = lines.reduce(opening) { $0 + $1.nano.value }
        return .done(
            .statement(
                AccountStatement(
                    account: account, currency: currency, from: from, to: to,
                    openingNano: NanoAmount(unchecked: opening), lines: lines,
                    closingNano: NanoAmount(unchecked: closing))))
    }

    /// What has come since a moment, less what went.
    private func sum(_ account: AccountID, _ currency: Currency, since moment: Instant) throws -> Int64 {
        let sum: Int64? = try tx.first(
            value: """
                SELECT coalesce(sum(e.nano), 0) FROM ledgerAccounts a JOIN ledgerEntries e ON e.account = a.number
                    JOIN ledgerTransactions t ON t.number = e.posting
                WHERE a.kind IN ('prepaid', 'promotional', 'receivable') AND a.account = \(account)
                    AND a.currency = \(currency) AND t.at >= \(moment)
                """)
        return -(sum ?? 0)
    }

    private func lines(
        _ account: AccountID, _ currency: Currency, from: Instant, to: Instant
    ) throws -> [StatementLine] {
        var lines: [StatementLine] = []
        let sql: SQL = """
            SELECT min(t.at), t.kind, t.payment, sum(e.nano),
                CASE WHEN t.kind IN ('charge', 'reversal') THEN -(t.at / 86400000000) ELSE t.number END AS line
            FROM ledgerAccounts a JOIN ledgerEntries e ON e.account = a.number
                JOIN ledgerTransactions t ON t.number = e.posting
            WHERE a.kind IN ('prepaid', 'promotional', 'receivable') AND a.account = \(account)
                AND a.currency = \(currency) AND t.at >= \(from) AND t.at < \(to) AND t.kind != 'settlement'
            GROUP BY line ORDER BY min(t.at), min(t.number) LIMIT \(Int64(AccountStatement.linesMax + 1))
            """
        try tx.each(sql) { row throws(StoreError) in
            let kind: String = try row.value(1)
            let nano: Int64 = try row.value(3)
            lines.append(
                StatementLine(
                    at: try row.value(0), kind: StatementKind(rawValue: kind) ?? .usage, payment: try row.value(2),
                    nano: NanoAmount(unchecked: -nano)))
        }
        return lines
    }
}
