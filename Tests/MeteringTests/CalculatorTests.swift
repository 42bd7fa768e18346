import Engine
import MeteringService
import Schema
import Support
import Testing

/// Money: the second opinion agrees on every call.
struct CalculatorTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `an independent calculator agrees on state and amount of every call`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var market = Market(until: .example, random: &random)
        let calculator = market.calculator
        let stand = try TestStand(Metering(), at: .example)
        stand.start()
        stand.give(Place.accounts, .account(.of()))
        #expect(try stand.give(Place.config, market.records).refusals() == [])
        let calls = (0..<1_500).map { _ in market.call(random: &random) }
        for start in stride(from: 0, to: calls.count, by: 300) {
            let actions = stand.give(Place.usage, .usage(Array(calls[start..<start + 300]), of: .example))
            #expect(try actions.refusals() == [])
        }
        let found = try stand.texts(
            """
            SELECT lower(hex(callID)) || ' ' || state || ' ' || nano || ' ' || millionths AS answer
            FROM calls ORDER BY callID
            """
        )
        let expected = calls.sorted { $0.callID < $1.callID }.map { call in
            "\(call.callID.text.replacing("-", with: "")) \(words(calculator.rate(call, in: .dollar)))"
        }
        #expect(found.count == calls.count)
        for (found, expected) in zip(found, expected) where found != expected {
            Issue.record("metering says \(found), the calculator \(expected)")
        }
        #expect(Set(expected.map { $0.split(separator: " ")[1] }).count == 4, "the market meets every state")
    }

    private func words(_ verdict: Calculator.Verdict) -> String {
        switch verdict {
        case .charged(let amount): "\(State.charged) \(amount.dropping(6)) \(amount.lowest(6))"
        case .free: "\(State.free) 0 0"
        case .noPrice: "\(State.noPrice) 0 0"
        case .noUsage: "\(State.noUsage) 0 0"
        }
    }

    @Test(
        arguments: [
            (0, 0, "0"), (7, 8, "56"), (999_999_999, 999_999_999, "999999998000000001"),
            (1_000_000_000_000_000_000, 1_000_000_000_000, "1000000000000000000000000000000"),
        ] as [(Int64, Int64, String)])
    func `the calculator multiplies`(left: Int64, right: Int64, product: String) {
        #expect((Digits(left) * Digits(right)).description == product)
    }

    @Test func `the calculator adds and cuts`() {
        #expect((Digits(999) + Digits(1)).description == "1000")
        #expect((Digits(0) + Digits(0)).description == "0" && Digits(1_234_567).dropping(6).description == "1")
        #expect(Digits(5_000_007).lowest(6).description == "7" && Digits(5).dropping(6).description == "0")
    }
}
