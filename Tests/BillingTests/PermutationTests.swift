import BillingService
import Engine
import MeteringService
import Schema
import Support
import Testing

/// Money: order and batching change nothing, from usage to the ledger.
struct PermutationTests {
    /// Everything that happens to some accounts in two days.
    private struct Story {
        var usage: [(account: AccountID, call: Call)] = []
        var topUps: [(account: AccountID, topUp: TopUp)] = []
        let market: Market

        /// A heavy tail: few accounts make most of the calls.
        init(calls: Int, accounts: Int, random: inout SplitMix64) {
            var market = Market(until: .example, random: &random)
            let ids = (0..<accounts).map { AccountID(high: random.next(), low: UInt64($0)) }
            for _ in 0..<calls {
                let place = random.number(0...random.number(0...Int64(accounts - 1)))
                usage.append((ids[Int(place)], market.call(random: &random)))
            }
            for number in 1...UInt64(accounts) {
                let nano = NanoAmount(unchecked: random.number(1_000_000...900_000_000_000))
                topUps.append((random.one(of: ids), TopUp(payment: .of(number), currency: .dollar, nano: nano)))
            }
            self.market = market
        }
    }

    /// What the books say in the end.
    private struct Outcome: Equatable {
        var ledger: [String]
        var posted: [String]
    }

    /// Runs a story in an order and batches of its own: a tenth of the calls is sent twice.
    private func run(_ story: Story, random: inout SplitMix64) throws -> Outcome {
        let metering = try TestStand(Metering(), at: .example)
        metering.start()
        metering.give(1, story.market.records)
        let billing = try Books()
        let accounts = Set(story.usage.map(\.account) + story.topUps.map(\.account)).sorted()
        for account in accounts.shuffled(using: &random) { billing.hear(.of(account)) }
        // some accounts are heard of when some of their calls wait already
        var unheard = accounts.shuffled(using: &random)[...]
        func hear(_ count: Int) -> [Outgoing] {
            let some = unheard.prefix(count)
            unheard = unheard.dropFirst(count)
            return metering.give(2, some.map { .account(.of($0)) }).sent
        }
        var early = hear(accounts.count / 2)
        var usage = (story.usage + story.usage.filter { _ in random.isOne(in: 10) }).shuffled(using: &random)[...]
        var topUps = story.topUps.shuffled(using: &random)[...]
        var totals: [Total] = []
        while !usage.isEmpty {
            let batch = usage.prefix(Int(random.number(1...6_000)))
            usage = usage.dropFirst(batch.count)
            var messages = (early + metering.give(0, records(batch, random: &random)).sent)[...]
            early = hear(usage.isEmpty ? accounts.count : Int(random.number(0...9)))
            if usage.isEmpty { messages += early }
            while let message = messages.popFirst() {
                totals += try message.message(Totals.self).totals
                messages += metering.step(.delivered(message.delivery)).sent
            }
            try tell(&totals, keeping: Int(random.number(0...500)), billing, random: &random)
            for _ in 0..<random.number(0...20) {
                guard let (account, topUp) = topUps.popFirst() else { break }
                try billing.topUp(topUp.nano.value, topUp.payment.low, of: account)
            }
        }
        try tell(&totals, keeping: 0, billing, random: &random)
        for (account, topUp) in topUps { try billing.topUp(topUp.nano.value, topUp.payment.low, of: account) }
        #expect(metering.shard.report.state == "running" && metering.shard.report.deadLetters == [:])
        #expect(metering.shard.report.counters["calls_repeated"] ?? 0 > 0)
        #expect(billing.stand.shard.report.state == "running" && billing.stand.shard.report.alarms == [])
        try billing.checkSums()
        return Outcome(
            ledger: try billing.ledger(),
            posted: try billing.stand.texts(
                """
                SELECT lower(hex(account)) || ' ' || hour || ' ' || currency || ' ' || nano || ' ' || exact AS answer
                FROM postedHours ORDER BY account, hour, currency
                """))
    }

    /// Tells billing what metering sent, in batches of another size and partly in another order.
    private func tell(_ totals: inout [Total], keeping: Int, _ books: Books, random: inout SplitMix64) throws {
        var rest = totals.dropLast(keeping)
        totals = Array(totals.suffix(min(keeping, totals.count)))
        while !rest.isEmpty {
            let batch = rest.prefix(Int(random.number(1...900)))
            rest = rest.dropFirst(batch.count)
            books.tell(batch.shuffled(using: &random))
        }
    }

    /// Calls of one account share a record, as far as they come.
    private func records(
        _ batch: ArraySlice<(account: AccountID, call: Call)>, random: inout SplitMix64
    ) -> [TestRecord] {
        var places: [AccountID: Int] = [:]
        var groups: [(account: AccountID, calls: [Call])] = []
        for (account, call) in batch {
            if let place = places[account], groups[place].calls.count < 40, !random.isOne(in: 8) {
                groups[place].calls.append(call)
            } else {
                places[account] = groups.count
                groups.append((account, [call]))
            }
        }
        return groups.map { .usage($0.calls, of: $0.account) }
    }

    /// What each account's hours must come to, by the calculator: rounded down, hour by hour.
    private func expected(_ story: Story) -> [String] {
        let calculator = story.market.calculator
        var sums: [AccountID: [Int64: Digits]] = [:]
        for (account, call) in story.usage {
            let hour = call.calledAt.value / Instant.hour * Instant.hour
            var amount = Digits(0)
            if case .charged(let price) = calculator.rate(call, in: .dollar) { amount = price }
            sums[account, default: [:]][hour] = (sums[account]?[hour] ?? Digits(0)) + amount
        }
        return sums.keys.sorted().flatMap { account in
            (sums[account] ?? [:]).sorted { $0.key < $1.key }.map { hour, sum in
                "\(account.text.replacing("-", with: "")) \(hour) USD \(sum.dropping(6)) \(sum.lowest(6))"
            }
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func `100,000 calls in any order and batching give the same balance of every account of the ledger`() throws {
        var random = SplitMix64(seed: 2_026)
        let story = Story(calls: 100_000, accounts: 200, random: &random)
        let expected = expected(story)
        var outcomes: [Outcome] = []
        for _ in 0..<3 { outcomes.append(try run(story, random: &random)) }
        for outcome in outcomes.dropFirst() {
            let differing = zip(outcome.ledger, outcomes[0].ledger).first { $0 != $1 }
            #expect(differing.map { "\($0)" } == nil)
            #expect(outcome.ledger.count == outcomes[0].ledger.count)
        }
        for outcome in outcomes {
            let differing = zip(outcome.posted, expected).first { $0 != $1 }
            #expect(differing.map { "\($0)" } == nil, "the calculator disagrees")
            #expect(outcome.posted.count == expected.count)
        }
    }
}
