import Engine
import MeteringService
import Schema
import Store
import Support
import Testing

/// A price that arrives rates what waited for it. docs/contracts.md: Usage, Prices.
struct RepricingTests {
    private static let late = ModelName(unchecked: "late-model")

    private func attempt(_ units: KeyValuePairs<UnitClass, Int64> = [.textIn: 2]) -> Attempt {
        .of(units, model: Self.late.text)
    }

    @Test func `a price that comes rates what waited for it, with its totals going out once`() throws {
        let stand = try startedMetering()
        let hour = Instant.example + Instant.hour
        stand.now = hour
        let parked = try stand.give(
            .of(1, attempt()), .of(2, attempt()), .of(3, at: hour, attempt()), .of(4, .of([.textIn: 5]))
        ).totals()
        #expect(parked.map(\.nano.value) == [5, 0] && parked.map(\.revision.value) == [3, 1])
        #expect(stand.alarms == ["unpriced no price"])
        let list = PriceList.of([.of(.textIn, 7_000_000)], model: Self.late)
        let actions = stand.give(Place.config, .config(Config(priceList: list)))
        #expect(try actions.totals().map(\.nano.value) == [33, 14])
        #expect(try actions.totals().map(\.revision.value) == [5, 2] && actions.totals().map(\.calls.value) == [3, 1])
        #expect(try stand.calls() == ["1 14 0", "1 14 0", "1 5 0", "1 14 0"])
        #expect(stand.alarms == [] && stand.shard.report.counters["calls_repriced"] == 3)
        #expect(try stand.give(Place.config, .config(Config(priceList: list))).totals() == [], "once")
        #expect(try stand.number("SELECT count(*) AS answer FROM unpriced") == 0)
    }

    @Test func `a price that is not in force at the call's time rates nothing`() throws {
        let stand = try startedMetering()
        stand.give(.of(1, attempt()))
        let prices: [Price] = [.of(.textIn, 7, from: .example + 1)]
        let actions = stand.give(Place.config, .config(Config(priceList: .of(prices, model: Self.late))))
        #expect(try actions.totals() == [] && stand.calls() == ["\(State.noPrice) 0 0"])
        #expect(stand.alarms == ["unpriced no price"])
    }

    @Test func `a call that lacks two prices waits for both`() throws {
        let stand = try startedMetering()
        let other = ModelName(unchecked: "other-model")
        stand.give(.of(1, attempt(), .of([.textIn: 3], number: 2, model: other.text)))
        let first = PriceList.of([.of(.textIn, 1_000_000)], model: Self.late)
        #expect(try stand.give(Place.config, .config(Config(priceList: first))).totals() == [])
        let second = PriceList.of([.of(.textIn, 1_000_000)], model: other)
        #expect(try stand.give(Place.config, .config(Config(priceList: second))).totals().map(\.nano.value) == [5])
    }

    @Test func `an upstream that comes into the register rates what went to it`() throws {
        let stand = try startedMetering()
        stand.give(.of(1, .of([.textIn: 4], upstream: "new-one")))
        let upstream = Config(upstream: .lawful("new-one", of: .example))
        #expect(try stand.give(Place.config, .config(upstream)).totals().map(\.nano.value) == [4])
    }

    @Test func `a class that comes with the next version of a list is rated, and the rest of the model too`() throws {
        let stand = try startedMetering()
        stand.give(.of(1, .of([.textIn: 1, .textOut: 1])), .of(2, .of([.page: 1])), .of(3, .of([:])))
        let list = PriceList.of([.text, .of(.textOut, 9_000_000)], version: 2)
        #expect(try stand.give(Place.config, .config(Config(priceList: list))).totals().map(\.nano.value) == [10])
        #expect(try stand.calls() == ["1 10 0", "\(State.noPrice) 0 0", "\(State.noUsage) 0 0"])
        #expect(try stand.texts("SELECT version AS answer FROM calls ORDER BY callID") == ["2", "1", "1"])
    }

    @Test func `many calls are rated some at a time`() throws {
        let stand = try startedMetering()
        for batch in 0..<21 as Range<UInt64> {
            let calls = (0..<500).map { Call.of(batch * 500 + $0, attempt()) }
            stand.give(Place.usage, .usage(calls, of: .example))
        }
        let list = PriceList.of([.of(.textIn, 1_000_000)], model: Self.late)
        let first = try stand.give(Place.config, .config(Config(priceList: list))).totals()
        #expect(first.map(\.nano.value) == [20_000])
        let second = try stand.wait(2 * Instant.minute).totals()
        #expect(second.map(\.nano.value) == [21_000] && second.map(\.revision.value) == [21_000])
        #expect(stand.alarms == [])
    }

    @Test func `what was parked before anybody noted for which price is rated too`() throws {
        let path = "memory:metering-parked-before"
        let old = try Store.create(path, migrations: Metering.allMigrations.filter { $0.number <= 1_001 })
        try old.execute("INSERT INTO calls VALUES (20000, 1, 1728000000000000, x'00', 3, 1, 0, 0, x'00', x'00')")
        let store = try Store.open(path, migrations: Metering.allMigrations)
        let parked = try store.all(
            values: "SELECT upstream || ' ' || day FROM unpriced /* scan: a test looks */", as: String.self)
        let due = try store.all(
            values: "SELECT upstream || ' ' || model FROM repricings /* scan: a test looks */", as: String.self)
        #expect(parked == ["0 20000"] && due == ["0 0"])
    }
}
