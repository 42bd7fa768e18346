import Engine
import Schema
import Store

/// The call records of a person: they lie by day first, so that each day is looked at. docs/stores/metering.sql: calls.
extension CallRecords: Slice {
    static let title = "Call records"
    static let columns: [SliceColumn] = [
        SliceColumn("callID", "the call", .id), SliceColumn("calledAt", "when it was made", .instant),
        SliceColumn("apiKeyID", "with which API key", .id), SliceColumn("outcome", "how it ended", .text),
        SliceColumn("state", "charged, free, or waiting for a price", .text),
        SliceColumn("amount", "what it cost", .money),
        SliceColumn("millionths", "and so many millionths of the last place", .integer),
        SliceColumn("currency", "the currency", .text),
        SliceColumn("version", "how often it was rated", .integer),
        SliceColumn("priceLists", "the numbers of the price lists, by attempt", .other(#""type": "array""#)),
        SliceColumn("attempts", "to whom it was forwarded, and what was used", .other(#""type": "array""#)),
    ]

    static func holder(of subject: SubjectID, in tx: Transaction) throws -> StoredValue? {
        try UsageHours.holder(of: subject, in: tx)
    }

    static func page(
        of person: SlicePerson, after place: SlicePlace?, rows: Int, in tx: Transaction
    ) throws -> SlicePage {
        var page = SlicePage()
        guard let days = try days(tx), let account = try Accounts(tx: tx).find(person.subject.account) else {
            return page
        }
        var after = place?.key ?? [.integer(days.lowerBound), .integer(Int64.min), .blob([])]
        let first: Int64 = if case .integer(let day) = after[0] { day } else { days.lowerBound }
        for day in max(first, days.lowerBound)...max(first, days.upperBound) {
            if day > first { after = [.integer(day), .integer(Int64.min), .blob([])] }
            let found: [Shown] = try tx.store.all(
                """
                SELECT \(Shown.columns) FROM calls WHERE day = \(day) AND account = \(person.holder)
                    AND (calledAt, callID) > (\(after[1]), \(after[2]))
                ORDER BY calledAt, callID LIMIT \(rows - Int(page.rows))
                """)
            for call in found { page.add(try call.line(in: account.currency, tx)) }
            if Int(page.rows) == rows, let last = found.last {
                page.next = SlicePlace([.integer(day), .integer(last.calledAt.value), .blob(last.callID.raw)])
                break
            }
        }
        return page
    }

    static func remove(
        of person: SlicePerson, with act: RightsAct, at now: Instant, in tx: Transaction
    ) throws -> SliceRemoval {
        var removal = SliceRemoval()
        guard act == .erase, let days = try days(tx) else { return removal }
        for day in days {
            let rows = try count(of: person, on: day, tx)
            guard rows > 0 else { continue }
            try tx.change(
                .exactly(Int(rows)), "DELETE FROM calls WHERE day = \(day) AND account = \(person.holder)")
            removal.rows += rows
        }
        return removal
    }

    static func left(of person: SlicePerson, with act: RightsAct, in tx: Transaction) throws -> Int64 {
        guard act == .erase, let days = try days(tx) else { return 0 }
        return try days.reduce(0) { try $0 + count(of: person, on: $1, tx) }
    }

    private static func count(of person: SlicePerson, on day: Int64, _ tx: Transaction) throws -> Int64 {
        try tx.first(value: "SELECT count(*) FROM calls WHERE day = \(day) AND account = \(person.holder)") ?? 0
    }

    /// The days of which there are calls: no more than are accepted and kept. Policy §4.2.
    private static func days(_ tx: Transaction) throws -> ClosedRange<Int64>? {
        let first: Int64? = try tx.first(value: "SELECT day FROM calls ORDER BY day LIMIT 1 /* scan: one row */")
        let last: Int64? = try tx.first(value: "SELECT day FROM calls ORDER BY day DESC LIMIT 1 /* scan: one row */")
        guard let first, let last else { return nil }
        return first...last
    }

    /// A row, and what it says.
    private struct Shown: RowDecodable {
        static let columns: Columns = "calledAt, callID, state, version, nano, millionths, lists, content"
        let calledAt: Instant
        let callID: CallID
        let state, version, nano, millionths: Int64
        let lists, content: [UInt8]

        init(row: borrowing Row) throws(StoreError) {
            (calledAt, callID, state) = (try row.value(0), try row.value(1), try row.value(2))
            (version, nano, millionths) = (try row.value(3), try row.value(4), try row.value(5))
            (lists, content) = (try row.value(6), try row.value(7))
        }

        func line(in currency: Currency, _ tx: Transaction) throws -> JSONLine {
            let names = Names(tx: tx)
            guard let call = try StoredCall.read(content, id: callID, calledAt: calledAt, name: names.name),
                let state = Rating.State(rawValue: state), let numbers = StoredCall.numbers(lists)
            else { throw StoreError.corrupt(path: tx.store.path) }
            var line = JSONLine()
            line.add("callID", callID)
            line.add("calledAt", SliceText.instant(calledAt.value))
            line.add("apiKeyID", call.apiKeyID)
            line.add("outcome", call.outcome)
            line.add("state", state.text)
            line.add("amount", SliceText.money(nano))
            line.add("millionths", millionths)
            line.add("currency", currency)
            line.add("version", version)
            line.add("priceLists", numbers)
            line.add("attempts", call.attempts)
            return line
        }
    }
}

extension Rating.State {
    /// As an archive names it.
    fileprivate var text: String {
        switch self {
        case .charged: "charged"
        case .free: "free"
        case .noPrice: "waits for a price"
        case .noUsage: "waits for what was used"
        }
    }
}
