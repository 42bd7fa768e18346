package import Schema

/// A made-up market: price lists with bands, tiers, regions and changes of price, a register of upstreams, and calls
/// that meet every edge of them. All of it follows from a seed.
package struct Market {
    /// The lists, one a model.
    package private(set) var lists: [PriceList] = []
    /// The register.
    package private(set) var upstreams: [Upstream] = []
    /// Prices change at these moments: they are in force from the first on, some only from the second.
    package let changes: [Instant]
    private let models = (1...6).compactMap { ModelName(text: "model-\($0)") }
    private let regions: [RegionName?] = [nil, nil, RegionName(text: "eu")]
    private let bandEdges: [Int64] = [1_000, 200_000]
    private var nextCall: UInt64 = 0

    /// Makes a market whose calls lie in the two days before a moment.
    package init(until now: Instant, random: inout SplitMix64) {
        changes = [now + -48 * Instant.hour, now + -20 * Instant.hour]
        let providers = ["alpha", "beta"].compactMap { ProviderName(text: $0) }
        for (index, name) in ["alpha-1", "alpha-2", "beta-1"].enumerated() {
            upstreams.append(.lawful(name, of: providers[index / 2]))
        }
        for provider in providers {
            for model in models where !random.isOne(in: 6) {
                let prices = prices(random: &random)
                lists.append(
                    PriceList(provider: provider, model: model, version: Revision(unchecked: 1), prices: prices))
            }
        }
    }

    /// Everything that metering must know, as config records.
    package var records: [TestRecord] {
        upstreams.map { .config(Config(upstream: $0)) } + lists.map { .config(Config(priceList: $0)) }
    }

    /// The second opinion on this market.
    package var calculator: Calculator {
        var calculator = Calculator()
        for list in lists { calculator.load(list) }
        for upstream in upstreams { calculator.load(upstream) }
        return calculator
    }

    private func prices(random: inout SplitMix64) -> [Price] {
        var prices: [Price] = []
        let classes = UnitClass.allCases.shuffled(using: &random).prefix(2) + [.textIn, .textOut, .cacheRead]
        let edge = random.isOne(in: 2) ? nil : random.one(of: bandEdges)
        var bands: [(from: Int64, to: Int64?)] = [(0, edge)]
        if let edge { bands.append((edge, nil)) }
        for region in Set(regions) where region == nil || random.isOne(in: 2) {
            for tier in [Tier.standard, random.one(of: [.batch, .priority, .flex])] {
                for unit in Set(classes).sorted(by: { $0.rawValue < $1.rawValue }) where !random.isOne(in: 12) {
                    let currency: Currency = random.isOne(in: 15) ? Currency(text: "EUR") ?? .dollar : .dollar
                    for band in bands {
                        prices += versions(random: &random).map { from, to in
                            Price(
                                region: region, tier: tier, bandFrom: UnitQuantity(unchecked: band.from),
                                bandTo: band.to.map { UnitQuantity(unchecked: $0) }, unit: unit, currency: currency,
                                nanoPerMillion: UnitPrice(unchecked: random.number(0...3_000_000_000)), validFrom: from,
                                validTo: to, source: .example)
                        }
                    }
                }
            }
        }
        return prices
    }

    /// One price for all time, one price and then another, or one that ends.
    private func versions(random: inout SplitMix64) -> [(Instant, Instant?)] {
        switch random.number(0...2) {
        case 0: [(changes[0], nil)]
        case 1: [(changes[0], changes[1]), (changes[1], nil)]
        default: [(changes[0], changes[1])]
        }
    }

    /// A call that nobody made before.
    package mutating func call(random: inout SplitMix64) -> Call {
        nextCall += 1
        let edges = [changes[0], changes[1], changes[1] + -1]
        let time = random.isOne(in: 5) ? random.one(of: edges) : changes[0] + random.number(0...48 * Instant.hour)
        let count = random.isOne(in: 4) ? random.number(1...4) : 1
        return Call(
            callID: CallID(high: random.next(), low: nextCall), calledAt: time, apiKeyID: .example, outcome: .completed,
            attempts: (1...count).map { attempt($0, at: time, random: &random) })
    }

    private func attempt(_ number: Int64, at time: Instant, random: inout SplitMix64) -> Attempt {
        let names = upstreams.map(\.name) + upstreams.map(\.name) + [UpstreamName(unchecked: "nowhere-1")]
        let outcome: AttemptOutcome = random.isOne(in: 5) ? random.one(of: [.failed, .cut]) : .served
        let tier: Tier? = random.isOne(in: 3) ? random.one(of: Tier.allCases) : nil
        return Attempt(
            number: AttemptNumber(unchecked: number), upstream: random.one(of: names), model: random.one(of: models),
            region: random.one(of: regions), tierServed: tier, startedAt: time, durationMs: .example, outcome: outcome,
            units: random.isOne(in: 40) ? [] : units(random: &random))
    }

    private func units(random: inout SplitMix64) -> [UnitCount] {
        var classes: [UnitClass] = [.textIn, .textOut]
        if random.isOne(in: 3) { classes.append(.cacheRead) }
        if random.isOne(in: 10), let other = UnitClass.allCases.randomElement(using: &random), !classes.contains(other)
        {
            classes.append(other)
        }
        return classes.shuffled(using: &random).map {
            UnitCount(unit: $0, count: UnitQuantity(unchecked: count(random: &random)))
        }
    }

    /// Counts at the edges of bands, small ones and huge ones.
    private func count(random: inout SplitMix64) -> Int64 {
        let edge = random.one(of: bandEdges)
        switch random.number(0...9) {
        case 0: return 0
        case 1: return edge
        case 2: return edge + 1
        case 3: return random.number(0...1_000_000_000)
        default: return random.number(1...30_000)
        }
    }
}

extension Upstream {
    /// An upstream with an agreement and a safeguard.
    package static func lawful(_ name: String, of provider: ProviderName, version: Int64 = 1) -> Upstream {
        Upstream(
            name: UpstreamName(unchecked: name), provider: provider, country: .example,
            version: Revision(unchecked: version), agreement: .example, agreementFrom: nil, agreementTo: nil,
            safeguard: .example)
    }
}
