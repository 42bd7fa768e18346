package import Schema

/// The prices that were published, and what a call costs by them: written from the contract's rules, not from the
/// service's code.
package struct PriceModel: Sendable {
    /// A version of a model's price list.
    struct Version: Sendable {
        let list: PriceList
        /// It lay in the topics before anything ran.
        let isFromStart: Bool
    }
    private(set) var versions: [Version] = []
    private(set) var upstreams: [(upstream: Upstream, isFromStart: Bool)] = []

    /// What a call must cost.
    package struct Charge: Equatable, Sendable {
        /// 1 charged, 2 free, 3 no price, 4 no usage: as the table of calls numbers them.
        package var state: Int64
        /// Millionths of a nano-unit.
        package var femto: Int128
    }

    mutating func add(_ list: PriceList, isFromStart: Bool) {
        versions.append(Version(list: list, isFromStart: isFromStart))
    }

    mutating func add(_ upstream: Upstream, isFromStart: Bool) { upstreams.append((upstream, isFromStart)) }

    /// A list as a call's row names it; nil: the row says that there was none.
    package struct ListName: Equatable, Sendable {
        package let provider: String
        package let model: String
        package let version: Int64
    }

    /// What a call costs by the lists that its row names, one for each billed attempt. Nil: it cannot name these.
    package func charge(_ call: Call, by lists: [ListName?]) -> Charge? {
        let billed = call.attempts.filter { $0.outcome != .failed }
        guard billed.count == lists.count else { return nil }
        var charge = Charge(state: 2, femto: 0)
        for (attempt, name) in zip(billed, lists) {
            guard let list = list(of: attempt, named: name) else { return nil }
            guard charge.state < 3 else { continue }
            guard !attempt.units.isEmpty else {
                charge = Charge(state: 4, femto: 0)
                continue
            }
            guard let cost = list.flatMap({ cost(of: attempt, by: $0, at: call.calledAt) }) else {
                charge = Charge(state: 3, femto: 0)
                continue
            }
            charge = Charge(state: 1, femto: charge.femto + cost)
        }
        return charge
    }

    /// The list that a row names, or none where there may have been none. Nil: it may not say so.
    private func list(of attempt: Attempt, named name: ListName?) -> PriceList?? {
        let known = upstreams.first { $0.upstream.name == attempt.upstream }
        guard let name else {
            let isKnown = known.map { entry in
                entry.isFromStart
                    && versions.contains {
                        $0.isFromStart && $0.list.provider == entry.upstream.provider && $0.list.model == attempt.model
                    }
            }
            return isKnown ?? false ? nil : .some(nil)
        }
        guard name.provider == known?.upstream.provider.text, name.model == attempt.model.text else { return nil }
        let version = versions.first {
            $0.list.provider.text == name.provider && $0.list.model.text == name.model
                && $0.list.version.value == name.version
        }
        return version.map { .some($0.list) }
    }

    private func cost(of attempt: Attempt, by list: PriceList, at moment: Instant) -> Int128? {
        let classes: [UnitClass] = [
            .textIn, .cacheRead, .cacheWrite5m, .cacheWrite1h, .audioIn, .audioCached, .imageIn,
        ]
        let input = attempt.units.filter { classes.contains($0.unit) }.reduce(0) { $0 + $1.count.value }
        var sum: Int128 = 0
        for unit in attempt.units {
            let price = list.prices.first { price in
                price.unit == unit.unit && price.currency == .dollar && price.region == attempt.region
                    && price.tier == attempt.tierServed ?? .standard && price.validFrom <= moment
                    && (price.validTo.map { moment < $0 } ?? true)
                    && (price.bandFrom.value == 0 || price.bandFrom.value < input)
                    && (price.bandTo.map { input <= $0.value } ?? true)
            }
            guard let price else { return nil }
            sum += Int128(price.nanoPerMillion.value) * Int128(unit.count.value)
        }
        return sum
    }
}
