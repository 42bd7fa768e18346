import BillingService
import Engine
import Schema
import Support
import Testing

/// Payments, refunds, disputes and promotional credit, in every order. docs/contracts.md: Totals and money.
struct PaymentEventTests {
    /// Something that happens to a payment.
    private enum Event {
        case topUp(UInt64, Int64)
        case refund(UInt64, step: Int64, Int64)
        case dispute(UInt64, step: Int64)
        case reinstate(UInt64, step: Int64)
        case promote(UInt64, Int64, until: Int64?)
    }

    private static let usage: [(hour: Int64, nano: Int64)] = [(-1, 70), (1, 25)]

    private static let stories: [[Event]] = [
        [
            .topUp(1, 100), .refund(1, step: 1, 40), .refund(1, step: 2, 80), .promote(2, 30, until: 0),
            .dispute(1, step: 1), .reinstate(1, step: 1),
        ],
        [
            .topUp(1, 100), .topUp(2, 50), .dispute(2, step: 1), .promote(3, 100, until: 0), .refund(1, step: 1, 30),
            .promote(4, 20, until: 24),
        ],
        [
            .topUp(1, 60), .dispute(1, step: 2), .reinstate(1, step: 1), .dispute(1, step: 1), .refund(1, step: 3, 60),
            .promote(5, 10, until: nil),
        ],
    ]

    @Test(.timeLimit(.minutes(3)), arguments: 0..<3)
    func `every order and every repetition of up to six events gives the same books`(story: Int) throws {
        let books = try Books()
        books.stand.now = Instant(unchecked: Hour.example.value + 3 * Instant.hour)
        for (number, order) in Self.permutations(Self.stories[story]).enumerated() {
            let account = AccountID(high: 77, low: UInt64(number))
            books.hear(.of(account))
            // usage and the end of credit come somewhere in between, elsewhere each time
            let (early, late, end) = (number % 7, number / 7 % 7, number / 49 % 7)
            var hours: [(hour: Int64, nano: Int64)] = []
            for count in 0...6 {
                if count > 0 {
                    try Self.happen(order[count - 1], to: account, books)
                    // whatever has happened happens again: nothing comes of it
                    for event in order[..<count] { try Self.happen(event, to: account, books) }
                }
                for (place, hour) in [(early, Self.usage[0]), (late, Self.usage[1])] where place == count {
                    books.tell(.of(hour.nano, 1, hour: hour.hour, account: account))
                    hours.append(hour)
                }
                if end == count { books.passMinute() }
                let found = try Self.stand(of: account, books)
                let expected = Self.oracle(Array(order[..<count]), hours)
                guard found != expected else { continue }
                Issue.record("\(order[..<count]), \(hours): \(found), not \(expected)")
                return
            }
            books.passMinute()
            #expect(try Self.expiredAt(account, books) == Self.expiry(Self.stories[story], Self.usage))
        }
        try books.checkSums()
    }

    private static func happen(_ event: Event, to account: AccountID, _ books: Books) throws {
        switch event {
        case .topUp(let id, let nano): try books.topUp(nano, id + account.low * 100, of: account)
        case .refund(let id, let step, let nano):
            try books.refund(nano, id + account.low * 100, step: step, of: account)
        case .dispute(let id, let step): try books.dispute(id + account.low * 100, step: step, of: account)
        case .reinstate(let id, let step):
            try books.dispute(id + account.low * 100, step: step, isWon: true, of: account)
        case .promote(let id, let nano, let until):
            try books.promote(nano, id + account.low * 100, until: until, of: account)
        }
    }

    /// What an account's books say: of each grant what was used, then what is owed.
    private static func stand(of account: AccountID, _ books: Books) throws -> [String] {
        let id = account.text.replacing("-", with: "")
        let grants = try books.stand.texts(
            """
            SELECT substr(hex(grantID), 17) || ' ' || nano || ' ' || (nano - remaining - expired) AS answer
            FROM credits WHERE account = x'\(id)' AND nano > 0 ORDER BY priority, expiry, grantID
            """)
        let named = grants.map { line in
            let payment = UInt64(line.prefix(16), radix: 16) ?? 0
            return "\(payment - account.low * 100)\(line.dropFirst(16))"
        }
        return named
            + (try books.stand.texts(
                """
                SELECT 'owed ' || balance AS answer FROM ledgerAccounts
                WHERE kind = 'receivable' AND account = x'\(id)' AND balance != 0
                """))
    }

    private static func expiredAt(_ account: AccountID, _ books: Books) throws -> Int64? {
        try books.stand.number(
            """
            SELECT coalesce(sum(expired), 0) AS answer FROM credits
            WHERE account = x'\(account.text.replacing("-", with: ""))'
            """)
    }

    /// What the events come to, unit by unit: each grant takes what it can of the hours before its end.
    private static func oracle(_ events: [Event], _ hours: [(hour: Int64, nano: Int64)]) -> [String] {
        var left = hours.sorted { $0.hour < $1.hour }
        var lines: [String] = []
        for grant in grants(events) {
            var used: Int64 = 0
            for index in left.indices where left[index].hour < grant.until {
                let part = min(left[index].nano, grant.nano - used)
                left[index].nano -= part
                used += part
            }
            if grant.nano > 0 { lines.append("\(grant.id) \(grant.nano) \(used)") }
        }
        let owed = left.reduce(0) { $0 + $1.nano }
        return owed > 0 ? lines + ["owed \(owed)"] : lines
    }

    private static func expiry(_ events: [Event], _ hours: [(hour: Int64, nano: Int64)]) -> Int64 {
        oracle(events, hours).reduce(0) { sum, line in
            let words = line.split(separator: " ").compactMap { Int64($0) }
            guard words.count == 3 else { return sum }
            let isOver = grants(events).contains { $0.id == UInt64(words[0]) && $0.until <= 3 }
            return sum + (isOver ? words[1] - words[2] : 0)
        }
    }

    /// The grants in the order of their use, with what is left of them after refunds and disputes.
    private static func grants(_ events: [Event]) -> [(id: UInt64, nano: Int64, until: Int64)] {
        var grants: [(id: UInt64, nano: Int64, until: Int64, isBought: Bool)] = []
        for event in events {
            if case .topUp(let id, let nano) = event { grants.append((id, nano, .max, true)) }
            if case .promote(let id, let nano, let until) = event { grants.append((id, nano, until ?? .max, false)) }
        }
        for index in grants.indices where grants[index].isBought {
            let id = grants[index].id
            var refunds: [(step: Int64, nano: Int64)] = []
            var (lost, won): (Set<Int64>, Set<Int64>) = ([], [])
            for event in events {
                if case .refund(id, let step, let nano) = event { refunds.append((step, nano)) }
                if case .dispute(id, let step) = event { lost.insert(step) }
                if case .reinstate(id, let step) = event { won.insert(step) }
            }
            for refund in refunds.sorted(by: { $0.step < $1.step }) where refund.nano <= grants[index].nano {
                grants[index].nano -= refund.nano
            }
            if !lost.subtracting(won).isEmpty { grants[index].nano = 0 }
        }
        return grants.sorted { ($0.isBought ? 1 : 0, $0.until, $0.id) < ($1.isBought ? 1 : 0, $1.until, $1.id) }
            .map { ($0.id, $0.nano, $0.until) }
    }

    private static func permutations<T>(_ items: [T]) -> [[T]] {
        guard items.count > 1 else { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
