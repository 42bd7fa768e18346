import Engine
import MeteringService
import Schema
import Support
import Testing

/// Prices. docs/contracts.md: Prices, Usage (what is billed).
struct RatingTests {
    private func rate(_ prices: [Price], _ calls: Call...) throws -> [String] {
        let stand = try startedMetering(prices)
        #expect(try stand.give(Place.usage, .usage(calls, of: .example)).refusals() == [])
        return try stand.calls()
    }

    @Test func `a price is in force from its first moment to before its last`() throws {
        let (from, to) = (Instant.example + -Instant.hour, Instant.example)
        let prices: [Price] = [
            .of(.textIn, 1_000_000, from: from, to: to), .of(.textIn, 2_000_000, from: to, to: to + Instant.second),
        ]
        let rated = try rate(
            prices, .of(1, at: from + -1), .of(2, at: from), .of(3, at: to + -1), .of(4, at: to),
            .of(5, at: to + Instant.second))
        #expect(
            rated == [
                "\(State.noPrice) 0 0", "\(State.charged) 1 0", "\(State.charged) 1 0", "\(State.charged) 2 0",
                "\(State.noPrice) 0 0",
            ])
    }

    @Test func `a band is (from, to], by all input units, and takes the whole attempt`() throws {
        let prices: [Price] = [
            .of(.textIn, 1_000_000, band: (0, 100)), .of(.textIn, 2_000_000, band: (100, 200)),
            .of(.textOut, 10_000_000, band: (0, 100)), .of(.textOut, 20_000_000, band: (100, 200)),
            .of(.cacheRead, 0, band: (0, 100)), .of(.cacheRead, 0, band: (100, 200)),
        ]
        let rated = try rate(
            prices, .of(1, .of([.textIn: 100, .textOut: 1])), .of(2, .of([.textIn: 101, .textOut: 1])),
            .of(3, .of([.textIn: 99, .cacheRead: 2, .textOut: 500])), .of(4, .of([.textIn: 0, .textOut: 1])),
            .of(5, .of([.textOut: 1])), .of(6, .of([.textIn: 200])), .of(7, .of([.textIn: 201])))
        #expect(
            rated == [
                "\(State.charged) 110 0", "\(State.charged) 222 0", "\(State.charged) 10198 0", "\(State.charged) 10 0",
                "\(State.charged) 10 0", "\(State.charged) 400 0", "\(State.noPrice) 0 0",
            ])
    }

    @Test func `tier and region are exact: no fallback when rating`() throws {
        let europe = try #require(RegionName(text: "eu"))
        let asia = try #require(RegionName(text: "asia"))
        let prices: [Price] = [
            .of(.textIn, 1_000_000), .of(.textIn, 2_000_000, tier: .batch), .of(.textIn, 3_000_000, region: europe),
        ]
        let rated = try rate(
            prices, .of(1), .of(2, .of([.textIn: 1], tier: .standard)), .of(3, .of([.textIn: 1], tier: .batch)),
            .of(4, .of([.textIn: 1], region: europe)), .of(5, .of([.textIn: 1], tier: .priority)),
            .of(6, .of([.textIn: 1], region: europe, tier: .batch)), .of(7, .of([.textIn: 1], region: asia)))
        #expect(rated.map { $0.split(separator: " ")[1] } == ["1", "1", "2", "3", "0", "0", "0"])
        #expect(rated[4...].allSatisfy { $0.hasPrefix(State.noPrice) })
    }

    @Test func `a class without a price, a price in another currency or an unknown upstream leaves the call unpriced`()
        throws
    {
        let euro = try #require(Currency(text: "EUR"))
        let stand = try startedMetering([.of(.textIn, 1_000_000), .of(.textOut, 1_000_000, currency: euro)])
        stand.give(
            .of(1, .of([.textIn: 5, .page: 1])), .of(2, .of([.textOut: 1])),
            .of(3, .of([.textIn: 1], upstream: "nowhere")),
            .of(4, .of([.textIn: 1], model: "nothing")))
        #expect(try stand.calls() == [String](repeating: "\(State.noPrice) 0 0", count: 4))
        #expect(stand.shard.report.counters["calls_unpriced"] == 4)
        #expect(stand.alarms.contains("unpriced no price"))
        #expect(try stand.texts("SELECT calls || ' ' || nano || ' ' || revision AS answer FROM hours") == ["4 0 4"])
    }

    @Test func `a call of which no attempt served is free by rule, and a transfer`() throws {
        let stand = try startedMetering()
        stand.give(.of(1, .of([.textIn: 9], outcome: .failed), .of([.textIn: 9], number: 2, outcome: .failed)))
        #expect(try stand.calls() == ["\(State.free) 0 0"])
        #expect(try stand.number("SELECT sum(count) AS answer FROM transfers") == 2)
    }

    @Test func `attempts that served or that the caller cut are billed, failed ones are not`() throws {
        let call = Call.of(
            1, .of([.textIn: 1], outcome: .failed), .of([.textIn: 10], number: 2, outcome: .cut),
            .of([.textIn: 100], number: 3))
        #expect(try rate([.text], call) == ["\(State.charged) 110 0"])
    }

    @Test func `an attempt that served without units is parked and an alarm, never free`() throws {
        let stand = try startedMetering()
        stand.give(.of(1, .of([:])), .of(2, .of([.textIn: 1]), .of([:], number: 2)))
        #expect(try stand.calls() == ["\(State.noUsage) 0 0", "\(State.noUsage) 0 0"])
        #expect(stand.alarms.contains("unpriced no usage"))
    }

    @Test func `an amount is exact to a millionth of a nano-unit`() throws {
        #expect(
            try rate([.of(.textIn, 1)], .of(1, .of([.textIn: 1])), .of(2, .of([.textIn: 1_999_999]))) == [
                "1 0 1", "1 1 999999",
            ])
    }

    @Test func `a higher version of a list rates what comes after it, and re-rates nothing`() throws {
        let stand = try startedMetering()
        stand.give(.of(1))
        stand.give(Place.config, .config(Config(priceList: .of([.of(.textIn, 7_000_000)], version: 2))))
        stand.give(.of(2))
        #expect(try stand.calls() == ["\(State.charged) 1 0", "\(State.charged) 7 0"])
        #expect(
            try stand.texts("SELECT hex(lists) AS answer FROM calls ORDER BY callID") == ["01", "02"],
            "each call names the list that rated it")
    }

    @Test func `a lower version, or the same with another content, is refused; a repeated one is not`() throws {
        let stand = try startedMetering()
        let two = TestRecord.config(Config(priceList: .of([.of(.textIn, 2_000_000)], version: 2)))
        #expect(try stand.give(Place.config, two, two).refusals() == [])
        let other = TestRecord.config(Config(priceList: .of([.of(.textIn, 3_000_000)], version: 2)))
        let lower = TestRecord.config(Config(priceList: .of([.of(.textIn, 3_000_000)], version: 1)))
        #expect(try stand.give(Place.config, other, lower).refusals() == [.staleVersion, .staleVersion])
        let upstream = TestRecord.config(Config(upstream: .lawful("openai-us", of: .example)))
        let moved = TestRecord.config(Config(upstream: .lawful("openai-us", of: ProviderName(unchecked: "other"))))
        #expect(try stand.give(Place.config, upstream, moved).refusals() == [.staleVersion])
        stand.give(.of(1))
        #expect(try stand.calls() == ["\(State.charged) 2 0"])
    }
}
