package import Schema

/// Makes a call from a row of a trace: which model and tier, what was cached, which attempts it took.
package struct CallMaker: Sendable {
    /// What a made call comes to once it is admitted.
    package enum Fate: Equatable, Sendable { case charged, free }

    private let models: HeavyTail
    package init() { models = HeavyTail(count: Catalogue.models.count) }

    /// A call at a moment, for a row's tokens.
    package func call(
        at moment: Instant, _ row: TraceRow, _ random: inout SplitMix64
    ) -> (call: Call, fate: Fate) {
        let model = Catalogue.models[models.choose(&random)]
        let tier = tier(of: model, &random)
        let units = units(of: model, row, &random)
        let dice = random.below(1_000)
        let outcomes: [AttemptOutcome] =
            switch dice {
            case ..<25: [.failed, .served]
            case ..<28: [.failed, .failed, .served]
            case ..<36: Array(repeating: .failed, count: Int(random.within(1...3)))
            case ..<48: [.cut]
            default: [.served]
            }
        let attempts = outcomes.enumerated().map { index, outcome in
            attempt(index, outcome, model, tier, units, moment, &random)
        }
        let outcome: Outcome =
            switch outcomes.last {
            case .cut: .abortedByCaller
            case .failed, nil: .failed
            case .served: .completed
            }
        let id = random.uuid()
        let key = random.below(4)
        let call = Call(
            callID: CallID(high: id.high, low: id.low), calledAt: moment,
            apiKeyID: APIKeyID(high: 0x7d9e_2b4c_1f3a_4d5e, low: 0xb6c7_d8e9_f0a1_b200 | UInt64(key)), outcome: outcome,
            attempts: attempts)
        return (call, outcome == .failed ? .free : .charged)
    }

    private func tier(of model: Catalogue.Model, _ random: inout SplitMix64) -> Tier? {
        switch random.below(100) {
        case ..<6 where model.hasTiers: .batch
        case 6..<9 where model.hasTiers: .priority
        case 9..<40: .standard
        default: nil  // absent means standard
        }
    }

    private func units(
        of model: Catalogue.Model, _ row: TraceRow, _ random: inout SplitMix64
    ) -> [UnitCount] {
        let isLong = model.long != nil && random.chance(perMille: 10)
        let input = isLong ? row.input + random.within(200_001...400_000) : row.input
        let cached = model.cacheRead != nil && random.chance(perMille: 300) ? input * random.within(20...90) / 100 : 0
        let counts: [(UnitClass, Int64)] = [
            (.textIn, input - cached), (.cacheRead, cached), (.textOut, row.output),
            (.reasoning, model.reasons ? row.output * random.within(1...4) : 0),
        ]
        return counts.filter { $0.1 > 0 }.map { UnitCount(unit: $0.0, count: UnitQuantity(unchecked: $0.1)) }
    }

    private func attempt(
        _ index: Int, _ outcome: AttemptOutcome, _ model: Catalogue.Model, _ tier: Tier?, _ units: [UnitCount],
        _ moment: Instant, _ random: inout SplitMix64
    ) -> Attempt {
        let upstream = model.upstreams[index % model.upstreams.count]
        let duration = random.within(80...9_000)
        let isStated = outcome == .served && random.chance(perMille: 20)
        return Attempt(
            number: AttemptNumber(unchecked: Int64(index + 1)), upstream: UpstreamName(unchecked: upstream),
            model: ModelName(unchecked: model.model), region: model.region.map(RegionName.init(unchecked:)),
            tierServed: tier, startedAt: moment + Int64(index) * 9_100_000 + random.within(1_000...40_000),
            durationMs: DurationMs(unchecked: duration), outcome: outcome,
            // what a failed attempt read is a transfer all the same, but free
            units: outcome == .failed ? Array(units.prefix(1)) : units,
            stated: isStated
                ? [StatedCost(currency: .dollar, nano: NanoAmount(unchecked: random.within(1_000...90_000_000)))] : [])
    }
}
