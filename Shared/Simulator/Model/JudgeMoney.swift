import Invariants
import Schema

extension Judge {
    /// Each payment counts once, each event of it once, and what is left is what was paid and given, less what went
    /// back, what was used and what has expired.
    func judgeMoney(_ hours: [HourKey: (revision: Int64, femto: Int128)]) throws -> Finding {
        var wrong: [String] = []
        var left: [AccountID: Int64] = [:]
        for (key, sum) in hours { left[key.account, default: 0] -= Int64(sum.femto / 1_000_000) }
        var rows: [PaymentRow] = []
        var balances: [AccountID: Int64] = [:]
        for file in files(of: "billing") {
            for row in try file.rows(
                "SELECT payment, account, kind, step, nano FROM payments ORDER BY 1, 3, 4 /* scan: the judge */")
            {
                let event = MoneyModel.Event(
                    payment: row[0].identifier(), kind: row[2].text, step: row[3].integer, nano: row[4].integer)
                rows.append(PaymentRow(event: event, account: row[1].identifier()))
            }
            for row in try file.rows(
                "SELECT account, balance FROM ledgerAccounts WHERE account IS NOT NULL /* scan: the judge */")
            {
                balances[row[0].identifier(), default: 0] -= row[1].integer
            }
            for row in try file.rows("SELECT account, expired FROM credits /* scan: the judge */") {
                left[row[0].identifier(), default: 0] -= row[1].integer
            }
        }
        for (account, nano) in Self.worth(of: rows) { left[account, default: 0] += nano }
        wrong += judgePayments(rows.filter { $0.event.kind == "top-up" }) + judgeEvents(rows)
        for account in script.accounts
        where !world.leaving.contains(account) && (balances[account] ?? 0) != (left[account] ?? 0) {
            wrong.append("\(account) has \(balances[account] ?? 0) left, it should be \(left[account] ?? 0)")
        }
        return finding("MoneyAsPaid", script.money.payments.count + script.money.events.count, wrong)
    }

    private struct PaymentRow {
        let event: MoneyModel.Event
        let account: AccountID
    }

    private func judgePayments(_ rows: [PaymentRow]) -> [String] {
        var wrong: [String] = []
        var found = Dictionary(rows.map { ($0.event.payment, $0) }) { first, _ in first }
        if found.count != rows.count { wrong.append("\(rows.count - found.count) payments are kept twice") }
        for payment in script.money.payments {
            let row = found.removeValue(forKey: payment.id)
            if row == nil, !payment.isCertain { continue }
            // of an erased account the record stays, under a pseudonym
            let isOwn = row?.account == payment.account || world.leaving.contains(payment.account)
            if !isOwn || !payment.amounts.contains(row?.event.nano ?? 0) {
                wrong.append(
                    "payment \(payment.id) of \(payment.amounts) is \(row.map { "\($0.event.nano)" } ?? "missing")")
            }
        }
        if !found.isEmpty { wrong.append("\(found.count) payments that nobody made") }
        return wrong
    }

    private func judgeEvents(_ rows: [PaymentRow]) -> [String] {
        var open = Set(rows.map(\.event).filter { $0.kind != "top-up" })
        var wrong: [String] = []
        for (event, _, isCertain) in script.money.events where open.remove(event) == nil && isCertain {
            wrong.append("\(event.kind) \(event.step) of payment \(event.payment) is missing")
        }
        if !open.isEmpty { wrong.append("\(open.count) events of payments that nobody told") }
        return wrong
    }

    /// What the payments of each account come to, by the contract's rules.
    private static func worth(of rows: [PaymentRow]) -> [AccountID: Int64] {
        var worth: [AccountID: Int64] = [:]
        for (_, events) in Dictionary(grouping: rows, by: \.event.payment) {
            guard let paid = events.first(where: { $0.event.kind == "top-up" || $0.event.kind == "promotion" }) else {
                continue
            }
            var left = paid.event.nano
            let refunds = events.map(\.event).filter { $0.kind == "refund" }.sorted { $0.step < $1.step }
            for refund in refunds where refund.nano <= left { left -= refund.nano }
            let steps = { (kind: String) in Set(events.map(\.event).filter { $0.kind == kind }.map(\.step)) }
            let isOpen = !steps("dispute").isSubset(of: steps("reinstatement"))
            worth[paid.account, default: 0] += isOpen ? 0 : left
        }
        return worth
    }
}
