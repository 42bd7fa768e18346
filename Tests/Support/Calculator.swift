package import Schema

/// The second opinion on every bill: rates calls by the rules in docs/contracts.md: Usage, Prices, Totals and money.
/// It shares no arithmetic and no lookup with the product.
package struct Calculator {
    /// What a call comes to.
    package enum Verdict: Equatable, Sendable {
        /// Its exact price, in millionths of a nano-unit.
        case charged(Digits)
        /// No attempt served or was cut by the caller.
        case free
        /// A class, a model or an upstream without a price in the currency.
        case noPrice
        /// A billed attempt that says nothing of what it used.
        case noUsage
    }

    /// The price lists that are in force, by provider and model: the highest version of each.
    package var lists: [PriceList] = []
    /// The register, the highest version of each.
    package var upstreams: [Upstream] = []

    package init() {}

    /// Takes a list; the higher version of a model wins.
    package mutating func load(_ list: PriceList) {
        let others = lists.filter { $0.provider != list.provider || $0.model != list.model }
        let present = lists.first { $0.provider == list.provider && $0.model == list.model }
        if let present, present.version >= list.version { return }
        lists = others + [list]
    }

    /// Takes an entry of the register; the higher version wins.
    package mutating func load(_ upstream: Upstream) {
        if let present = upstreams.first(where: { $0.name == upstream.name }), present.version >= upstream.version {
            return
        }
        upstreams = upstreams.filter { $0.name != upstream.name } + [upstream]
    }

    /// Rates a call. "Billed: attempts that served or that the caller cut; failed ones are free by rule."
    /// The first attempt that cannot be rated names the reason.
    package func rate(_ call: Call, in currency: Currency) -> Verdict {
        let billed = call.attempts.filter { $0.outcome == .served || $0.outcome == .cut }
        guard !billed.isEmpty else { return .free }
        var sum = Digits(0)
        for attempt in billed {
            guard !attempt.units.isEmpty else { return .noUsage }
            for unit in attempt.units {
                guard let price = price(of: unit.unit, attempt, calledAt: call.calledAt, currency) else {
                    return .noPrice
                }
                sum = sum + Digits(price) * Digits(unit.count.value)
            }
        }
        return .charged(sum)
    }

    /// "Per (provider, model, region, tier served, context band, class), valid from–to. No fallback when rating."
    private func price(of unit: UnitClass, _ attempt: Attempt, calledAt: Instant, _ currency: Currency) -> Int64? {
        guard let provider = upstreams.first(where: { $0.name == attempt.upstream })?.provider else { return nil }
        let list = lists.first { $0.provider == provider && $0.model == attempt.model }
        let fitting = (list?.prices ?? []).filter { price in
            price.unit == unit && price.currency == currency && price.region == attempt.region
                && price.tier == (attempt.tierServed ?? .standard) && price.validFrom.value <= calledAt.value
                && (price.validTo == nil || calledAt.value < price.validTo?.value ?? 0)
                && isInBand(inputUnits(attempt), from: price.bandFrom.value, to: price.bandTo?.value)
        }
        return fitting.first?.nanoPerMillion.value
    }

    /// "By the attempt's input units (text, cache read and writes, audio, image)."
    private func inputUnits(_ attempt: Attempt) -> Int64 {
        let input: [UnitClass] = [.textIn, .cacheRead, .cacheWrite5m, .cacheWrite1h, .audioIn, .audioCached, .imageIn]
        return attempt.units.filter { input.contains($0.unit) }.map(\.count.value).reduce(0, +)
    }

    /// "(from, to]": and where there is no input at all, the lowest band.
    private func isInBand(_ units: Int64, from: Int64, to: Int64?) -> Bool {
        if units == 0 { return from == 0 }
        return units > from && (to == nil || units <= to ?? 0)
    }
}
