import BillingService
import Engine
import Schema
import Support
import Testing

/// What billing shows a person: all that it holds. Policy §7.3, §8.1.
struct ExportTests {
    private static let account = "x'5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021'"

    /// The same rows, read from the tables.
    private static var oracle: [String: String] {
        let own = "account = \(account)"
        let numbers = "SELECT number FROM ledgerAccounts WHERE \(own)"
        func sum(_ kind: String) -> String {
            money(
                "(SELECT -sum(e.nano) FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account \(mine(kind)))"
            )
        }
        func mine(_ kind: String) -> String { "WHERE e.posting = t.number AND a.kind = '\(kind)' AND a.\(own)" }
        let uses = """
            (SELECT json_group_array(json_object('payment', \(id("grantID")), 'amount', \(money("nano"))))
             FROM (SELECT grantID, nano FROM creditUses WHERE posting = t.number ORDER BY grantID))
            """
        return [
            "accounts": "SELECT json_object('account', \(id("account")), 'version', version, 'state', state, "
                + "'currency', currency, 'closed', \(time("closed"))) AS answer FROM accounts WHERE \(own)",
            "ledgerAccounts": "SELECT json_object('kind', kind, 'currency', currency, 'amount', \(money("-balance")), "
                + "'opening', \(money("-opening"))) AS answer FROM ledgerAccounts WHERE \(own) ORDER BY kind, currency",
            "payments":
                "SELECT json_object('payment', \(id("payment")), 'kind', kind, 'step', step, 'currency', currency, "
                + "'amount', \(money("nano")), 'booked', \(money("booked")), 'expires', \(end("expiry")), "
                + "'at', \(time("at"))) AS answer FROM payments WHERE \(own) ORDER BY payment, kind, step",
            "credits": "SELECT json_object('payment', \(id("grantID")), 'currency', currency, 'priority', priority, "
                + "'expires', \(end("expiry")), 'amount', \(money("nano")), "
                + "'carried', \(money("carried")), 'remaining', \(money("remaining")), "
                + "'expired', \(money("expired")), 'ended', json(iif(lapsed, 'true', 'false'))) AS answer "
                + "FROM credits WHERE \(own) ORDER BY currency, priority, expiry, grantID",
            "ledger": "SELECT json_object('number', number, 'at', \(time("at")), 'kind', kind, 'reverses', reverses, "
                + "'payment', \(id("payment")), 'currency', (SELECT max(a.currency) FROM ledgerEntries e "
                + "JOIN ledgerAccounts a ON a.number = e.account WHERE e.posting = t.number AND a.\(own)), "
                + "'prepaid', \(sum("prepaid")), 'promotional', \(sum("promotional")), "
                + "'receivable', \(sum("receivable")), 'uses', json(\(uses))) AS answer FROM ledgerTransactions t "
                + "WHERE number IN (SELECT posting FROM ledgerEntries WHERE account IN (\(numbers))) OR number IN "
                + "(SELECT posting FROM creditUses WHERE grantID IN (SELECT grantID FROM credits WHERE \(own))) "
                + "ORDER BY number",
            "postedHours": "SELECT json_object('hour', \(time("hour")), 'currency', currency, 'revision', revision, "
                + "'amount', \(money("nano")), 'millionths', exact) AS answer FROM postedHours WHERE \(own) "
                + "ORDER BY hour, currency",
            "postedDays": "SELECT json_object('since', \(time("since")), 'currency', currency, "
                + "'amount', \(money("nano")), 'net', \(money("net")), 'tax', \(money("tax"))) AS answer FROM postedDays WHERE \(own) "
                + "ORDER BY since, currency",
            "charges": "SELECT json_object('posting', posting, 'hour', \(time("hour")), 'currency', currency, "
                + "'net', \(money("net")), 'tax', \(money("tax")), 'reversed', json(iif(reversed, 'true', 'false'))) "
                + "AS answer FROM charges WHERE \(own) ORDER BY hour, currency, posting",
            "spendingLimits": "SELECT json_object('currency', currency, 'amount', \(money("nano")), 'window', window) "
                + "AS answer FROM spendingLimits WHERE \(own)",
            "standings": "SELECT json_object('revision', revision, 'standing', standing, 'currency', currency, "
                + "'available', \(money("available")), 'ends', \(time("ends"))) AS answer FROM standings WHERE \(own)",
        ]
    }

    private static func id(_ column: String) -> String {
        let parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]
        return parts.map { "substr(lower(hex(\(column))), \($0.0), \($0.1))" }.joined(separator: " || '-' || ")
            .replacingNull(column)
    }
    private static func time(_ column: String) -> String {
        "strftime('%Y-%m-%dT%H:%M:%SZ', \(column) / 1000000, 'unixepoch')"
    }
    private static func end(_ column: String) -> String { time("nullif(\(column), 9223372036854775807)") }
    private static func money(_ value: String) -> String {
        "printf('%s%d.%09d', iif((\(value)) < 0, '-', ''), abs(\(value)) / 1000000000, abs(\(value)) % 1000000000)"
            .replacingNull(value)
    }

    @Test func `what is exported of a person is what the tables hold`() throws {
        let books = try Books.busy()
        let rows = try books.export()
        for (slice, sql) in Self.oracle {
            let held = try books.stand.texts(sql)
            // no hour is old enough to be part of a day: PurgeTests
            #expect(!held.isEmpty || slice == "postedDays", "\(slice): the test has none")
            #expect(rows[slice] == held, "\(slice)")
        }
        #expect(Set(rows.keys) == Set(Self.oracle.keys))
    }

    @Test func `a transaction that only moves use from one payment to another is shown`() throws {
        let books = try Books.busy()
        let moves = try books.stand.texts(
            """
            SELECT DISTINCT posting AS answer FROM creditUses JOIN credits USING (grantID)
            WHERE posting NOT IN (SELECT posting FROM ledgerEntries) AND lower(hex(account)) = '5f0c7a1e8d6b4c2f9a3e1b7d4c5f6021'
            """)
        #expect(!moves.isEmpty, "the test has none")
        let rows = try #require(books.export()["ledger"])
        for number in moves { #expect(rows.contains { $0.hasPrefix(#"{"number":\#(number),"#) }) }
    }

    @Test func `every table that names an account is a slice's`() throws {
        let books = try Books()
        let shown = ["accounts", "charges", "credits", "ledgerAccounts", "payments", "postedHours", "spendingLimits"]
        let named = try books.stand.tables(naming: ["account", "subject", "owner"])
        #expect(named == (shown + ["postedDays", "standings"]).sorted())
        #expect(Set(named).isSubset(of: Self.oracle.keys))
        let slices = Billing.owns.filter { $0 is any Slice.Type }.map { $0.name }
        #expect(Set(slices) == Set(Self.oracle.keys))
    }

    @Test func `a stranger's export has every slice, and no row`() throws {
        let books = try Books.busy()
        let rows = try books.export(AccountID(high: 8, low: 8))
        #expect(Set(rows.keys) == Set(Self.oracle.keys) && rows.values.allSatisfy(\.isEmpty))
    }
}

extension String {
    /// An expression that is NULL where another one is.
    fileprivate func replacingNull(_ other: String) -> String { "iif((\(other)) IS NULL, NULL, \(self))" }
}
