import Schema

/// Promotional credit is used first, the soonest to end first, and only for calls from before its end; then bought
/// credit; nothing is owed while any is left. This holds in whatever order calls and payments came. What was used by
/// transactions that are gone stays as it was.
package struct CreditIsUsedInOrder: Law {
    private struct Owner: Hashable {
        let account: AccountID
        let currency: String
    }
    private struct Grant {
        let expiry: Int64
        let nano, used: Int128
    }
    private struct Books {
        var promotions: [Grant] = []
        var boughtLeft: Int128 = 0
        var boughtUsed: Int128 = 0
        var owed: Int128 = 0
        /// What was used by transactions that are gone, but for what payments covered that are gone, too.
        var usedBefore: Int128 = 0
    }
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        for file in world.files(of: "billing") {
            let books = try read(file)
            let owners = books.keys.sorted { ($0.account, $0.currency) < ($1.account, $1.currency) }
            for owner in owners {
                guard let own = books[owner] else { continue }
                let fault = try fault(own, owner, file)
                judgement.look(fault == nil, "\(file.place): account \(owner.account): \(fault ?? "")")
            }
        }
        return judgement.finding(self, "accounts with credit or debt")
    }

    private func read(_ file: any WorldFile) throws -> [Owner: Books] {
        var books: [Owner: Books] = [:]
        let grants = try file.lines(
            """
            SELECT account, currency, priority, expiry, nano, remaining, expired, carried FROM credits
            ORDER BY priority, expiry, grantID
            """)
        for line in grants {
            let owner = Owner(account: try line.id(0), currency: try line.text(1))
            let (nano, left) = (Int128(try line.integer(4)), Int128(try line.integer(5)))
            let used = nano - left - Int128(try line.integer(6))
            books[owner, default: Books()].usedBefore += Int128(try line.integer(7))
            if try line.integer(2) == 100 {
                books[owner, default: Books()].boughtLeft += left
                books[owner, default: Books()].boughtUsed += used
            } else {
                let grant = Grant(expiry: try line.integer(3), nano: nano, used: used)
                books[owner, default: Books()].promotions.append(grant)
            }
        }
        let debts = try file.lines(
            "SELECT account, currency, balance, opening FROM ledgerAccounts WHERE kind = 'receivable'")
        for line in debts {
            let owner = Owner(account: try line.id(0), currency: try line.text(1))
            books[owner, default: Books()].owed = Int128(try line.integer(2))
            books[owner, default: Books()].usedBefore += Int128(try line.integer(3))
        }
        return books
    }

    private func fault(_ books: Books, _ owner: Owner, _ file: any WorldFile) throws -> String? {
        guard books.owed >= 0 else { return "\(-books.owed) is owed to it, which it has not paid" }
        guard books.owed == 0 || books.boughtLeft == 0 else {
            return "\(books.owed) is owed while \(books.boughtLeft) of its credit is left"
        }
        let isKept = try !file.lines(
            "SELECT 1 FROM keptAccounts WHERE pseudonym = x'\(hex(owner.account.raw))'"
        ).isEmpty
        // the hours of an erased account are gone: nobody can tell which of them its promotions were for
        guard !isKept, !books.promotions.isEmpty, try !isCarriedForward(owner, file) else { return nil }
        let edge = try file.edge(.paymentRecords)
        let hours = try file.lines(
            """
            SELECT hour, nano FROM postedHours
            WHERE account = x'\(hex(owner.account.raw))' AND currency = '\(owner.currency)'
            UNION ALL SELECT since, nano FROM postedDays
            WHERE account = x'\(hex(owner.account.raw))' AND currency = '\(owner.currency)'
            """
        ).map { (hour: try $0.integer(0), nano: Int128(try $0.integer(1))) }
        var covered: Int128 = 0
        for grant in books.promotions {
            if grant.expiry >= edge {
                let reach = books.usedBefore + hours.reduce(Int128(0)) { $0 + ($1.hour < grant.expiry ? $1.nano : 0) }
                let used = min(grant.nano, max(0, reach - covered))
                guard grant.used == used else {
                    return "of a promotion of \(grant.nano) until \(grant.expiry), \(grant.used) is used, not \(used)"
                }
            }
            covered += grant.used
        }
        return nil
    }

    /// True while an account's transactions of usage that are past their period go, step by step.
    private func isCarriedForward(_ owner: Owner, _ file: any WorldFile) throws -> Bool {
        try !file.lines(
            """
            SELECT 1 FROM ledgerAccounts a JOIN ledgerEntries e ON e.account = a.number
                JOIN ledgerTransactions t ON t.number = e.posting
            WHERE a.account = x'\(hex(owner.account.raw))' AND t.kind = 'charge'
                AND t.at < \(try file.edge(.paymentRecords)) LIMIT 1
            """
        ).isEmpty
    }
}
