import Schema

/// What is known of where an attempt went.
final class Route {
    /// The numbers of its names.
    let key: RouteKey
    /// The country of the upstream; nil: it is not in the register.
    let country: Country?
    /// The number of the price list; nil: there is none.
    let list: Int64?
    /// An agreement with the upstream is in force from the first moment to before the second.
    private let agreed: (from: Int64, to: Int64)
    private let hasSafeguard: Bool
    /// By unit class, in the order of `UnitClass.allCases`; those of a class lie between two of `ends`.
    private let rates: [Rate]
    private let ends: [Int]

    /// A price without its names: reading one counts no references.
    private struct Rate {
        let currency: Currency
        let nanoPerMillion: Int64
        let bandFrom: Int64
        let bandTo: Int64
        let validFrom: Instant
        let validTo: Instant

        init(_ price: Price) {
            (currency, nanoPerMillion) = (price.currency, price.nanoPerMillion.value)
            (bandFrom, bandTo) = (price.bandFrom.value, price.bandTo?.value ?? .max)
            (validFrom, validTo) = (price.validFrom, price.validTo ?? Instant(unchecked: .max))
        }
    }

    init(_ key: RouteKey, upstream: Upstream?, list: Int64?, prices: [Price]) {
        (self.key, country, self.list) = (key, upstream?.country, list)
        if let upstream, upstream.agreement != nil {
            agreed = (upstream.agreementFrom?.value ?? .min, upstream.agreementTo?.value ?? .max)
        } else {
            agreed = (.max, .min)
        }
        hasSafeguard = upstream?.safeguard != nil
        var (rates, ends): ([Rate], [Int]) = ([], [0])
        for unit in UnitClass.allCases {
            rates += prices.filter { $0.unit == unit }.map { Rate($0) }
            ends.append(rates.count)
        }
        (self.rates, self.ends) = (rates, ends)
    }

    /// The price of a class for an account's currency, at a time, in the band of an attempt's input units.
    func price(_ unit: UnitClass, _ currency: Currency, at moment: Instant, band: Int64) -> Int64? {
        for index in ends[unit.place]..<ends[unit.place + 1] {
            let rate = rates[index]
            guard rate.currency == currency, rate.validFrom <= moment, moment < rate.validTo else { continue }
            // the lowest band begins at 0 and takes an attempt without input units too
            if rate.bandFrom < band || rate.bandFrom == 0, band <= rate.bandTo { return rate.nanoPerMillion }
        }
        return nil
    }

    /// True where a transfer rests on an agreement in force and, for a person who is not known to be outside the EEA,
    /// on a named safeguard. Policy §10.3, §10.4.
    func isLawful(at moment: Instant, of account: Accounts.Entry) -> Bool {
        agreed.from <= moment.value && moment.value < agreed.to && (hasSafeguard || account.isOutside)
    }
}

/// Where an attempt went, in numbers of `Names`; region 0 is none.
struct RouteKey {
    let upstream: Int64
    let model: Int64
    let region: Int64
    let tier: Tier
}

/// Where an attempt went, in names: what a route is found by, with one hash instead of four.
struct RouteNames: Hashable {
    private let upstream: UpstreamName
    private let model: ModelName
    private let region: RegionName?
    /// The number of the tier: an enum with names is compared by them.
    private let tier: Int

    init(_ attempt: Attempt) {
        (upstream, model, region) = (attempt.upstream, attempt.model, attempt.region)
        tier = (attempt.tierServed ?? .standard).number
    }

    static func == (left: RouteNames, right: RouteNames) -> Bool {
        left.tier == right.tier && left.model.text == right.model.text && left.upstream.text == right.upstream.text
            && left.region?.text == right.region?.text
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(upstream.text)
        hasher.combine(model.text)
        if let region { hasher.combine(region.text) }
        hasher.combine(tier)
    }
}
