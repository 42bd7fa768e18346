import Engine
import Schema
import Store

extension Ledger: Slice {
    static let title = "What came to your account and went"
    static let columns: [SliceColumn] = [
        .init("number", "the transaction's number", .integer), .init("at", "when", .instant),
        .init("kind", "what for", .text), .init("reverses", "the transaction that it takes back", .integer),
        .init("payment", "the payment that it is about", .id), .init("currency", "currency", .text),
        .init("prepaid", "what it added to the credit that you bought, or took from it", .money),
        .init("promotional", "what it added to the credit that you were given, or took from it", .money),
        .init("receivable", "what it paid of what you owe, or added to that", .money),
        .init(
            "uses", "the credit that it used, payment by payment; below zero: gave back", .other(#""type": "array""#)),
    ]

    static let keptBy: KeptGround? = .law

    /// The ledger's accounts of a customer.
    static func accounts(of holder: StoredValue, in tx: Transaction) throws -> [Int64] {
        try tx.store.all(
            values: """
                SELECT number FROM ledgerAccounts
                WHERE kind IN ('prepaid', 'promotional', 'receivable') AND account = \(holder) ORDER BY number
                """)
    }

    static func page(
        of person: SlicePerson, after place: SlicePlace?, rows: Int, in tx: Transaction
    ) throws -> SlicePage {
        var edge: Int64 = 0
        if case .integer(let number) = place?.key.first { edge = number }
        let numbers = try postings(of: person.holder, after: edge, rows: rows, in: tx)
        var page = SlicePage()
        for number in numbers { page.add(try line(number, of: person, in: tx)) }
        if numbers.count == rows, let last = numbers.last { page.next = SlicePlace([.integer(last)]) }
        return page
    }

    /// The next transactions that touch a customer: by their entries, and of those that only move use from one grant
    /// to another, by what a grant got back.
    private static func postings(
        of holder: StoredValue, after edge: Int64, rows: Int, in tx: Transaction
    ) throws -> [Int64] {
        var numbers: Set<Int64> = []
        for account in try accounts(of: holder, in: tx) {
            numbers.formUnion(
                try tx.store.all(
                    values: """
                        SELECT posting FROM ledgerEntries WHERE account = \(account) AND posting > \(edge)
                        ORDER BY posting LIMIT \(rows)
                        """, as: Int64.self))
        }
        let grants = try tx.store.all(
            values: "SELECT grantID FROM credits WHERE account = \(holder)", as: StoredValue.self)
        for grant in grants {
            numbers.formUnion(
                try tx.store.all(
                    values: """
                        SELECT posting FROM creditUses WHERE grantID = \(grant) AND nano < 0 AND posting > \(edge)
                        ORDER BY posting LIMIT \(rows)
                        """, as: Int64.self))
        }
        return Array(numbers.sorted().prefix(rows))
    }

    private static func line(_ number: Int64, of person: SlicePerson, in tx: Transaction) throws -> JSONLine {
        var values: [String: StoredValue] = ["number": .integer(number)]
        try tx.each("SELECT at, kind, reverses, payment FROM ledgerTransactions WHERE number = \(number)") {
            row throws(StoreError) in
            for (index, name) in ["at", "kind", "reverses", "payment"].enumerated() {
                values[name] = try row.value(Int32(index))
            }
        }
        let entries: SQL = """
            SELECT a.kind, a.currency, -e.nano FROM ledgerEntries e JOIN ledgerAccounts a ON a.number = e.account
            WHERE e.posting = \(number) AND a.account = \(person.holder)
            """
        try tx.each(entries) { row throws(StoreError) in
            values[try row.value(0, as: String.self)] = try row.value(2)
            values["currency"] = try row.value(1)
        }
        var line = JSONLine()
        for column in columns.dropLast() {
            try column.write(values[column.name] ?? .null, of: person.subject, to: &line, in: tx)
        }
        line.add("uses", try Credits(tx: tx).uses(of: number).map { Use(payment: $0.grant, nano: $0.nano) })
        return line
    }

    /// What a transaction drew on a grant.
    private struct Use: Encodable {
        let payment: PaymentID
        let amount: String
        init(payment: PaymentID, nano: Int64) { (self.payment, amount) = (payment, SliceText.money(nano)) }
    }

    /// The law keeps the books. What they tell of usage is kept by the day: more is of no use to it. Policy §4.4.
    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        var removal = SliceRemoval()
        guard act == .erase else { return removal }
        removal.kept = try left(of: person, with: act, in: tx)
        guard removal.kept > 0 else { return removal }
        removal.until = try KeptAccounts(tx: tx).open(for: person).until
        for account in try accounts(of: person.holder, in: tx) {
            try tx.change(
                .any,
                """
                UPDATE ledgerTransactions SET at = at - at % \(Instant.day)
                WHERE number IN (SELECT posting FROM ledgerEntries WHERE account = \(account))
                    AND kind IN ('charge', 'reversal', 'settlement', 'expiry') AND at % \(Instant.day) != 0
                """)
        }
        return removal
    }

    static func left(of person: SlicePerson, with act: RightsAct, in tx: Transaction) throws -> Int64 {
        guard act == .erase else { return 0 }
        return try tx.first(
            value: """
                SELECT count(*) FROM (
                    SELECT posting FROM ledgerEntries WHERE account IN (
                        SELECT number FROM ledgerAccounts
                        WHERE kind IN ('prepaid', 'promotional', 'receivable') AND account = \(person.holder))
                    UNION
                    SELECT posting FROM creditUses
                    WHERE grantID IN (SELECT grantID FROM credits WHERE account = \(person.holder)) AND nano < 0)
                """) ?? 0
    }
}
