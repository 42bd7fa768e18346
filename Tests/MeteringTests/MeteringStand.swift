import Engine
import MeteringService
import Schema
import Support

/// The inputs of metering by their place.
enum Place {
    static let usage = 0
    static let config = 1
    static let accounts = 2
    static let commands = 3
}

/// Metering that has started, and knows two accounts, an upstream `openai-us` and what a million of some classes costs
/// there.
func startedMetering(_ prices: [Price] = [.text], at now: Instant = .example) throws -> TestStand<Metering> {
    let stand = try TestStand(Metering(), at: now)
    stand.start()
    stand.give(
        Place.config, .config(Config(upstream: .lawful("openai-us", of: .example))),
        .config(Config(priceList: .of(prices))))
    stand.give(Place.accounts, .account(.of()), .account(.of(.other)))
    return stand
}

extension TestStand where S == Metering {
    /// Gives calls of one account in one record.
    @discardableResult
    func give(_ calls: Call..., of account: AccountID = .example) -> [Action] {
        give(Place.usage, .usage(calls, of: account))
    }

    /// State, nano-units and millionths of each call, by time and id.
    func calls() throws -> [String] {
        try texts("SELECT state || ' ' || nano || ' ' || millionths AS answer FROM calls ORDER BY calledAt, callID")
    }

    /// The names of the alarms, with what they are about.
    var alarms: [String] { shard.report.alarms.map { "\($0.name.text) \($0.subject)" } }
}

extension AccountID {
    /// Another account that the stand knows.
    static let other = AccountID(high: 9, low: 9)
    /// One that nobody has opened.
    static let stranger = AccountID(high: 7, low: 7)
}

/// How a call's state lies in its row.
enum State {
    static let charged = "1"
    static let free = "2"
    static let noPrice = "3"
    static let noUsage = "4"
}

extension [Action] {
    /// Why records and calls were refused.
    func refusals() throws -> [Refusal.Reason] {
        try sent.filter { $0.topic == Topics.meteringDeadLetters.name }.map { try $0.message(DeadLetter.self).reason }
    }

    /// The totals that were sent.
    func totals() throws -> [Total] {
        try sent.filter { $0.topic == Topics.meteringTotals.name }.flatMap { try $0.message(Totals.self).totals }
    }
}

extension PriceList {
    /// The list of `gpt-4o-mini` at `openai`.
    static func of(_ prices: [Price], version: Int64 = 1, model: ModelName = .example) -> PriceList {
        PriceList(provider: .example, model: model, version: Revision(unchecked: version), prices: prices)
    }
}

extension Price {
    /// 1,000,000 nano-units per million of text in: one for each.
    static var text: Price { .of(.textIn, 1_000_000) }

    /// A price since 1970, unless it says otherwise.
    static func of(
        _ unit: UnitClass, _ nano: Int64, region: RegionName? = nil, tier: Tier = .standard,
        band: (Int64, Int64?) = (0, nil),
        currency: Currency = .dollar, from: Instant = Instant(unchecked: 0), to: Instant? = nil
    ) -> Price {
        Price(
            region: region, tier: tier, bandFrom: UnitQuantity(unchecked: band.0),
            bandTo: band.1.map { UnitQuantity(unchecked: $0) }, unit: unit, currency: currency,
            nanoPerMillion: UnitPrice(unchecked: nano), validFrom: from, validTo: to, source: .example)
    }
}

extension Call {
    /// A call by its number.
    static func of(_ id: UInt64, at time: Instant = .example, _ attempts: Attempt...) -> Call {
        Call(
            callID: CallID(high: 0, low: id), calledAt: time, apiKeyID: .example, outcome: .completed,
            attempts: attempts.isEmpty ? [.of([.textIn: 1])] : attempts)
    }
}

extension Attempt {
    /// An attempt at `openai-us` with `gpt-4o-mini`.
    static func of(
        _ units: KeyValuePairs<UnitClass, Int64>, number: Int64 = 1, upstream: String = "openai-us",
        model: String = ModelName.example.text, region: RegionName? = nil, tier: Tier? = nil,
        outcome: AttemptOutcome = .served, startedAt: Instant = .example
    ) -> Attempt {
        Attempt(
            number: AttemptNumber(unchecked: number), upstream: UpstreamName(unchecked: upstream),
            model: ModelName(unchecked: model), region: region, tierServed: tier, startedAt: startedAt,
            durationMs: .example, outcome: outcome,
            units: units.map { UnitCount(unit: $0.key, count: UnitQuantity(unchecked: $0.value)) })
    }
}
