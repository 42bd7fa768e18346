import Engine
import Schema
import Store

/// Brings an account's credit to what its payments and its usage say, in whatever order they came: what was used is
/// spread over the grants in the order of use, each for the calls from before it ends; what they do not cover is owed,
/// what is left of an ended one has expired. The difference to what stands is posted. docs/contracts.md: Totals and
/// money.
struct Settlement {
    let tx: Transaction

    /// A grant as it stands, and as it should.
    private struct Grant {
        let place: Credits.Place
        let hasLapsed: Bool
        let nano, remaining, expired: Int64
        /// What its charges have drawn, less what reversals of them give back.
        let used: Int64
        var newNano, newUsed: Int64
        var newExpired: Int64 { hasLapsed ? newNano - newUsed : 0 }
        var newRemaining: Int64 { newNano - newUsed - newExpired }
        var isChanged: Bool { nano != newNano || remaining != newRemaining || expired != newExpired }
    }

    /// Settles an account. `sizes`: what grants are worth now; `returned`: what reversed charges had drawn on grants.
    /// What is posted of the account's hours is as the ledger has it.
    func settle(
        _ account: AccountID, _ currency: Currency, sizes: [PaymentID: Int64] = [:],
        returned: [PaymentID: Int64] = [:], at now: Instant
    ) throws {
        var grants = try read(account, currency, sizes, returned)
        let total = try Ledger(tx: tx).balance(.receivable, of: account, currency) + grants.reduce(0) { $0 + $1.used }
        let isKept = try KeptAccounts(tx: tx).has(account)
        let edge = try tx.edge(of: .paymentRecords)
        var covered: Int64 = 0
        for index in grants.indices {
            let expiry = grants[index].place.expiry
            if grants[index].place.kind == .promotional, isKept || expiry < edge.value {
                // the hours of an erased account, and those from that long ago, are gone: what it was used for stays
                grants[index].newUsed = min(grants[index].newNano, grants[index].used)
            } else {
                let reach = expiry == Credits.never ? total : try total - posted(account, currency, from: expiry)
                grants[index].newUsed = min(grants[index].newNano, max(0, reach - covered))
            }
            covered += grants[index].newUsed
        }
        try post(grants, account, currency, at: now)
        for grant in grants where grant.isChanged { try save(grant, account, currency) }
    }

    private func read(
        _ account: AccountID, _ currency: Currency, _ sizes: [PaymentID: Int64], _ returned: [PaymentID: Int64]
    ) throws -> [Grant] {
        var grants: [Grant] = []
        let sql: SQL = """
            SELECT priority, expiry, grantID, nano, remaining, expired, lapsed FROM credits
            WHERE account = \(account) AND currency = \(currency) ORDER BY priority, expiry, grantID
            """
        try tx.each(sql) { row throws(StoreError) in
            let place = Credits.Place(priority: try row.value(0), expiry: try row.value(1), id: try row.value(2))
            let (nano, remaining): (Int64, Int64) = (try row.value(3), try row.value(4))
            let (expired, lapsed): (Int64, Int64) = (try row.value(5), try row.value(6))
            grants.append(
                Grant(
                    place: place, hasLapsed: lapsed == 1, nano: nano, remaining: remaining, expired: expired,
                    used: nano - remaining - expired - (returned[place.id] ?? 0), newNano: sizes[place.id] ?? nano,
                    newUsed: 0))
        }
        return grants
    }

    /// What is posted of the calls from a moment on, a whole hour.
    private func posted(_ account: AccountID, _ currency: Currency, from moment: Int64) throws -> Int64 {
        let hours: Int64? = try tx.first(
            value: """
                SELECT coalesce(sum(nano), 0) FROM postedHours
                WHERE account = \(account) AND hour >= \(moment) AND currency = \(currency)
                """)
        let days: Int64? = try tx.first(
            value: """
                SELECT coalesce(sum(nano), 0) FROM postedDays
                WHERE account = \(account) AND since >= \(moment) AND currency = \(currency)
                """)
        return (hours ?? 0) + (days ?? 0)
    }

    private func post(_ grants: [Grant], _ account: AccountID, _ currency: Currency, at now: Instant) throws {
        let uses = grants.map { Credits.Use(grant: $0.place, nano: $0.newUsed - $0.used) }.filter { $0.nano != 0 }
        let bought = uses.reduce(0) { $0 + ($1.grant.kind == .prepaid ? $1.nano : 0) }
        let given = uses.reduce(0) { $0 + ($1.grant.kind == .promotional ? $1.nano : 0) }
        if !uses.isEmpty {
            let number = try Ledger(tx: tx).post(
                .settlement,
                [
                    .init(kind: .prepaid, nano: bought), .init(kind: .promotional, nano: given),
                    .init(kind: .receivable, nano: -bought - given),
                ], of: account, currency, at: now)
            try Credits(tx: tx).record(uses, for: number)
        }
        for grant in grants where grant.newExpired != grant.expired {
            let nano = grant.newExpired - grant.expired
            try Ledger(tx: tx).post(
                .expiry, [.init(kind: .promotional, nano: nano), .init(kind: .promotions, nano: -nano)], of: account,
                currency, at: now, for: grant.place.id)
        }
    }

    private func save(_ grant: Grant, _ account: AccountID, _ currency: Currency) throws {
        try tx.change(
            .one,
            """
            UPDATE credits SET nano = \(grant.newNano), remaining = \(grant.newRemaining), expired = \(grant.newExpired)
            WHERE account = \(account) AND currency = \(currency) AND priority = \(grant.place.priority)
                AND expiry = \(grant.place.expiry) AND grantID = \(grant.place.id)
            """)
    }
}
