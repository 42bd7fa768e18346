import Engine
import MeteringService
import Schema
import Support
import Testing

/// Transfers and the register of upstreams. Policy §10.2–10.4; docs/contracts.md: Usage.
struct TransferTests {
    private func load(_ change: (inout Upstream) -> Void, _ stand: TestStand<Metering>, version: Int64 = 2) {
        var upstream = Upstream.lawful("openai-us", of: .example, version: version)
        change(&upstream)
        stand.give(Place.config, .config(Config(upstream: upstream)))
    }

    private func unlawful(_ stand: TestStand<Metering>) throws -> Int64? {
        try stand.number("SELECT sum(unlawful) AS answer FROM transfers")
    }

    @Test func `a transfer with an agreement in force and a safeguard is lawful`() throws {
        let stand = try startedMetering()
        stand.give(.of(1))
        #expect(try unlawful(stand) == 0)
        #expect(stand.alarms == [])
        #expect(try stand.texts("SELECT country || ' ' || count AS answer FROM transfers") == ["SG 1"])
    }

    @Test func `one without agreement is recorded, charged, counted as unlawful and an alarm`() throws {
        let stand = try startedMetering()
        load({ $0.agreement = nil }, stand)
        stand.give(.of(1))
        #expect(try stand.calls() == ["\(State.charged) 1 0"])
        #expect(try unlawful(stand) == 1)
        #expect(stand.shard.report.counters["transfers_unlawful"] == 1)
        #expect(stand.alarms == ["unlawful-transfer openai-us"])
        load({ _ in }, stand, version: 3)
        #expect(stand.alarms == [], "the alarm ends when its reason is mended")
        stand.give(.of(2))
        #expect(try unlawful(stand) == 1)
    }

    @Test func `so is one without safeguard, and a failed attempt too`() throws {
        let stand = try startedMetering()
        load({ $0.safeguard = nil }, stand)
        stand.give(.of(1, .of([.textIn: 1], outcome: .failed)))
        #expect(try unlawful(stand) == 1)
    }

    @Test func `a safeguard is needed unless the person is known to be outside the EEA`() throws {
        let stand = try startedMetering()
        load({ $0.safeguard = nil }, stand)
        for (place, region) in [SubjectRegion.outside, .eea, .unknown].enumerated() {
            let account = AccountID(high: 70, low: UInt64(place))
            var state = AccountState.of(account)
            state.region = region
            stand.give(Place.accounts, .account(state))
            stand.give(.of(UInt64(place)), of: account)
            #expect(try unlawful(stand) == Int64(place))
        }
        load({ ($0.safeguard, $0.agreement) = (nil, nil) }, stand, version: 3)
        stand.give(.of(9), of: AccountID(high: 70, low: 0))
        #expect(try unlawful(stand) == 3, "an agreement is needed for everybody")
    }

    @Test func `an agreement counts from its first moment to before its last, when the attempt began`() throws {
        let stand = try startedMetering()
        load({ ($0.agreementFrom, $0.agreementTo) = (.example, .example + Instant.minute) }, stand)
        for (id, time) in [(1, -1), (2, 0), (3, Instant.minute - 1), (4, Instant.minute)] as [(UInt64, Int64)] {
            stand.give(.of(id, .of([.textIn: 1], startedAt: .example + time)))
        }
        #expect(try unlawful(stand) == 2)
    }

    @Test func `an upstream that is not in the register is unlawful, without a country`() throws {
        let stand = try startedMetering()
        stand.give(.of(1, .of([.textIn: 1], upstream: "nowhere")))
        #expect(try unlawful(stand) == 1)
        #expect(stand.alarms.contains("unlawful-transfer nowhere"))
        #expect(try stand.texts("SELECT country AS answer FROM transfers") == [""])
    }

    @Test func `transfers are counted per account, day, upstream and country, a repeated call once`() throws {
        let stand = try startedMetering()
        let yesterday = Instant.example + -Instant.day
        stand.give(.of(1), .of(2), .of(2), .of(3, at: yesterday))
        stand.give(.of(1), .of(4))
        stand.give(.of(5), of: .other)
        #expect(try stand.texts("SELECT count AS answer FROM transfers ORDER BY account, day") == ["1", "3", "1"])
    }
}
