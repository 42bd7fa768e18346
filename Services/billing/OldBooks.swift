import Engine
import Schema
import Store

/// The end of payment records: transactions past their years go, and what they came to is brought forward, so that
/// every balance stays as it is. A payment goes with the postings that name it, after the last one that used its
/// credit. What an open account has left of it is a debt of ours, and no record of the past: its payment stays until
/// then. Policy §4.4.
struct OldBooks {
    let tx: Transaction

    /// Transactions of usage that may go when their time is over. A charge that was taken back goes with what took it
    /// back; one that its hour's mark still names stays.
    private func charges(_ column: String) -> SQL {
        """
        SELECT \(raw: column) FROM ledgerTransactions t
        WHERE t.kind IN ('charge', 'settlement', 'reversal')
            AND NOT EXISTS (
                SELECT 1 FROM ledgerTransactions r WHERE r.reverses = t.number AND r.reverses IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM charges c WHERE c.posting IN (t.number, t.reverses))
            AND NOT EXISTS (
                SELECT 1 FROM holds h WHERE h.held = 'payment-records' AND h.until > \(tx.moment) AND h.person =
                    coalesce((
                        SELECT a.account FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
                        WHERE e.posting = t.number AND a.account IS NOT NULL LIMIT 1
                    ), (
                        SELECT p.account FROM creditUses u JOIN payments p ON p.payment = u.grantID
                        WHERE u.posting = t.number LIMIT 1)))\(raw: " ")
        """
    }

    /// When the oldest of them was posted; they are numbered in the order of their times.
    func oldestCharge() throws -> Instant? {
        var sql = charges("t.at")
        sql += "ORDER BY t.number LIMIT 1 /* scan: one row */"
        return try tx.first(value: sql)
    }

    /// Brings transactions of usage from before an edge forward, at most so many rows' worth; says how many.
    func carryCharges(before edge: Instant, rows: Int) throws -> Int {
        var sql = charges("t.number")
        sql += "AND t.at < \(edge) ORDER BY t.number LIMIT \(Self.count(rows)) /* scan: a step's rows */"
        let numbers = try tx.store.all(values: sql, as: Int64.self)
        var customers: Set<AccountID> = []
        for number in numbers {
            customers.formUnion(try self.customers(of: number))
            let reversed: Int64?? = try tx.first(
                value: "SELECT reverses FROM ledgerTransactions WHERE number = \(number)", as: Int64?.self)
            try carry(number)
            if let reversed, let charge = reversed { try carry(charge, wasReversed: true) }
        }
        for customer in customers.sorted() { try closeBooks(of: customer) }
        return numbers.count * Limits.rowsABooking
    }

    /// When the last thing happened to the payment that may go next: its first event says when it is looked at.
    func oldestPayment() throws -> Instant? {
        let edge = try tx.edge(of: .paymentRecords)
        var sql = try payments("p.at", before: edge)
        sql += "ORDER BY p.at LIMIT 1 /* scan: one row */"
        if let due: Instant = try tx.first(value: sql) { return due }
        return try tx.first(value: "SELECT at FROM payments WHERE at >= \(edge) ORDER BY at LIMIT 1")
    }

    /// Ends payments of which nothing is from behind an edge, at most so many rows' worth; says how many.
    func endPayments(before edge: Instant, rows: Int) throws -> Int {
        var ended: [(payment: PaymentID, account: AccountID)] = []
        var sql = try payments("DISTINCT p.payment, p.account", before: edge)
        sql += "ORDER BY p.at LIMIT \(Self.count(rows)) /* scan: a step's rows */"
        try tx.each(sql) { row throws(StoreError) in ended.append((try row.value(0), try row.value(1))) }
        for (payment, account) in ended { try end(payment, of: account) }
        for account in Set(ended.map(\.account)).sorted() { try closeBooks(of: account) }
        return ended.count * Limits.rowsABooking
    }

    /// Payments with all their events and postings from before an edge, whose credit no transaction names any more and
    /// no open account has left.
    private func payments(_ columns: String, before edge: Instant) throws -> SQL {
        """
        SELECT \(raw: columns) FROM payments p WHERE p.at < \(edge)
            AND NOT EXISTS (SELECT 1 FROM payments q WHERE q.payment = p.payment AND q.at >= \(edge))
            AND NOT EXISTS (
                SELECT 1 FROM ledgerTransactions t
                WHERE t.payment = p.payment AND t.payment IS NOT NULL AND t.at >= \(edge))
            AND NOT EXISTS (SELECT 1 FROM creditUses u WHERE u.grantID = p.payment AND u.nano < 0)
            AND NOT EXISTS (
                SELECT 1 FROM credits c
                WHERE c.account = p.account AND c.currency = p.currency AND c.grantID = p.payment AND (
                    c.carried + c.expired + c.remaining != c.nano OR c.remaining > 0 AND EXISTS (
                        SELECT 1 FROM accounts a WHERE a.account = p.account AND (
                            a.closed IS NULL OR a.closed >= \(try tx.edge(of: .accountInformation))))))
            AND NOT EXISTS (
                SELECT 1 FROM holds h
                WHERE h.held = 'payment-records' AND h.until > \(tx.moment) AND h.person = p.account)\(raw: " ")
        """
    }

    /// Deletes days whose charges were posted before an edge, at most so many; says how many.
    func endDays(before edge: Instant, rows: Int) throws -> Int {
        var days: [(account: AccountID, since: Int64, currency: Currency, posted: Int64)] = []
        let sql: SQL = """
            SELECT account, since, currency, posted FROM postedDays WHERE posted < \(edge.days) AND NOT EXISTS (
                SELECT 1 FROM holds WHERE held = 'payment-records' AND person = account AND until > \(tx.moment))
            ORDER BY posted LIMIT \(rows)
            """
        try tx.each(sql) { row throws(StoreError) in
            days.append((try row.value(0), try row.value(1), try row.value(2), try row.value(3)))
        }
        for day in days {
            try tx.change(
                .one,
                """
                DELETE FROM postedDays WHERE account = \(day.account) AND since = \(day.since)
                    AND currency = \(day.currency) AND posted = \(day.posted)
                """)
        }
        for account in Set(days.map(\.account)).sorted() { try closeBooks(of: account) }
        return days.count
    }

    private static func count(_ rows: Int) -> Int { max(1, rows / Limits.rowsABooking) }

    private func customers(of number: Int64) throws -> [AccountID] {
        try tx.store.all(
            values: """
                SELECT a.account FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
                WHERE e.posting = \(number) AND a.account IS NOT NULL
                """)
    }

    /// Brings a transaction forward: each of its accounts opens with its entry, each grant that it drew on was used.
    /// What was taken back was not.
    private func carry(_ number: Int64, wasReversed: Bool = false) throws {
        try tx.change(
            .any,
            """
            UPDATE ledgerAccounts SET opening = opening + (
                SELECT nano FROM ledgerEntries WHERE posting = \(number) AND ledgerEntries.account = number)
            WHERE number IN (SELECT account FROM ledgerEntries WHERE posting = \(number))
            """)
        for use in wasReversed ? [] : try Credits(tx: tx).uses(of: number) {
            try tx.change(
                .one,
                """
                UPDATE credits SET carried = carried + \(use.nano)
                WHERE (account, currency) = (
                    SELECT account, currency FROM payments WHERE payment = \(use.grant) LIMIT 1)
                    AND grantID = \(use.grant)
                """)
        }
        try tx.change(.any, "DELETE FROM creditUses WHERE posting = \(number)")
        try tx.change(.any, "DELETE FROM ledgerEntries WHERE posting = \(number)")
        try tx.change(.one, "DELETE FROM ledgerTransactions WHERE number = \(number)")
    }

    /// Ends a payment: its events, its postings and its grant. What is left of that belongs to nobody who could ask for
    /// it.
    private func end(_ payment: PaymentID, of account: AccountID) throws {
        var left: [(priority: Int64, currency: Currency, nano: Int64)] = []
        try tx.each(
            """
            SELECT priority, currency, remaining FROM credits
            WHERE account = \(account) AND grantID = \(payment) AND remaining > 0
            """
        ) { row throws(StoreError) in left.append((try row.value(0), try row.value(1), try row.value(2))) }
        for grant in left {
            let isBought = grant.priority == Credits.boughtPriority
            try writeOff(grant.nano, isBought ? .prepaid : .promotional, of: account, grant.currency)
        }
        let postings = try tx.store.all(
            values: """
                SELECT number FROM ledgerTransactions WHERE payment = \(payment) AND payment IS NOT NULL
                ORDER BY number
                """, as: Int64.self)
        for number in postings { try carry(number) }
        try tx.change(.any, "DELETE FROM credits WHERE account = \(account) AND grantID = \(payment)")
        try tx.change(.any, "DELETE FROM payments WHERE payment = \(payment)")
    }

    /// Takes what a customer has, or owes, into the house's own books: what was given and not used cost nothing, all
    /// else is income or a loss of it.
    private func writeOff(_ nano: Int64, _ kind: Ledger.Kind, of account: AccountID, _ currency: Currency) throws {
        let house: Ledger.Kind = kind == .promotional ? .promotions : .revenue
        try carry(
            try Ledger(tx: tx).post(
                .expiry, [.init(kind: kind, nano: nano), .init(kind: house, nano: -nano)], of: account, currency,
                at: tx.moment))
    }

    /// The books of a customer who is gone end with the last record of them, and with them the pseudonym.
    private func closeBooks(of account: AccountID) throws {
        let remains: Int64? = try tx.first(
            value: """
                SELECT 1 WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.account = \(account) AND (
                        a.closed IS NULL OR a.closed >= \(try tx.edge(of: .accountInformation))))
                    OR EXISTS (SELECT 1 FROM payments WHERE account = \(account))
                    OR EXISTS (SELECT 1 FROM postedHours WHERE account = \(account))
                    OR EXISTS (SELECT 1 FROM postedDays WHERE account = \(account))
                    OR EXISTS (
                        SELECT 1 FROM ledgerAccounts a JOIN ledgerEntries e ON e.account = a.number
                        WHERE a.kind IN ('prepaid', 'promotional', 'receivable') AND a.account = \(account))
                """)
        guard remains == nil else { return }
        var debts: [(currency: Currency, nano: Int64)] = []
        try tx.each(
            """
            SELECT currency, balance FROM ledgerAccounts
            WHERE kind = 'receivable' AND account = \(account) AND balance != 0 ORDER BY currency
            """
        ) { row throws(StoreError) in debts.append((try row.value(0), try row.value(1))) }
        for debt in debts { try writeOff(-debt.nano, .receivable, of: account, debt.currency) }
        try tx.change(
            .any,
            """
            DELETE FROM ledgerAccounts
            WHERE kind IN ('prepaid', 'promotional', 'receivable') AND account = \(account) AND balance = 0
            """)
        try tx.change(.zeroOrOne, "DELETE FROM keptAccounts WHERE pseudonym = \(account)")
    }
}
