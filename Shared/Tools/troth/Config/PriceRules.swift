package import Schema

/// The rules that a price list must keep, by itself and towards the list that it replaces. docs/contracts.md: Prices.
package enum PriceRules {
    /// How long after its load a changed price starts at the earliest.
    package static let notice: Int64 = Instant.hour
    /// How far back a price may still be asked for: calls are admitted for 89 days.
    package static let memory: Int64 = 91 * Instant.day

    /// What is wrong with a list by itself, one sentence each; empty where it is right.
    package static func faults(in list: PriceList) -> [String] {
        let name = "\(list.provider)/\(list.model)"
        guard !list.prices.isEmpty else { return ["\(name) has no price: give it one, or leave it out"] }
        guard list.prices.count <= PriceList.pricesMax else {
            return ["\(name) has \(list.prices.count) prices: write \(PriceList.pricesMax) at most"]
        }
        var faults: [String] = []
        for price in list.prices {
            if let to = price.validTo, to <= price.validFrom {
                faults.append("\(name) \(describe(price)) ends before it begins: correct from or to")
            }
            if let to = price.bandTo, to <= price.bandFrom {
                faults.append("\(name) \(describe(price)) has an empty band: inputUpTo must be above inputOver")
            }
        }
        guard faults.isEmpty else { return faults }
        for prices in grouped(list.prices) { faults += overlaps(prices, name) + gaps(prices, name) }
        return faults
    }

    /// What a load at `now` would change before the notice is over, where a price was already in force: one sentence
    /// each. Such a load needs `--supersede --reason`.
    package static func breaches(old: PriceList?, new: PriceList, at now: Instant) -> [String] {
        guard let old else { return [] }
        let edge = now + notice
        let name = "\(new.provider)/\(new.model)"
        let groups = Dictionary(grouping: new.prices, by: Group.init)
        return grouped(old.prices).flatMap { prices -> [String] in
            let replacing = groups[Group(prices[0])] ?? []
            return cells(prices + replacing, from: now + -memory, before: edge).compactMap { cell in
                guard let before = find(prices, cell) else { return nil }
                let after = find(replacing, cell)
                guard after?.nanoPerMillion != before.nanoPerMillion else { return nil }
                let change = after.map { "becomes \(MoneyText.text($0.nanoPerMillion.value))" } ?? "is taken away"
                return "\(name) \(describe(before)) \(change) from \(cell.time): start it at \(edge) or later"
            }
        }
    }

    /// The conditions that prices compete under.
    private struct Group: Hashable {
        let region: RegionName?
        let tier: Tier
        let unit: UnitClass
        let currency: Currency
        init(_ price: Price) {
            (region, tier, unit, currency) = (price.region, price.tier, price.unit, price.currency)
        }
    }

    private static func grouped(_ prices: [Price]) -> [[Price]] {
        Dictionary(grouping: prices, by: Group.init).values.sorted { $0[0].line < $1[0].line }
    }

    /// A moment and a band's lower edge: prices change only where one of their own begins or ends.
    private struct Cell: Equatable {
        let time: Instant
        let band: UnitQuantity
    }

    private static func cells(_ prices: [Price], from horizon: Instant, before edge: Instant) -> [Cell] {
        let ends = prices.flatMap { [$0.validFrom, $0.validTo].compactMap { $0 } }
        let times = Set(ends.map { max($0, horizon) }).filter { $0 < edge }.sorted()
        let bands = Set(prices.flatMap { [$0.bandFrom, $0.bandTo].compactMap { $0 } }).sorted()
        return times.flatMap { time in bands.map { Cell(time: time, band: $0) } }
    }

    private static func find(_ prices: [Price], _ cell: Cell) -> Price? {
        prices.first { price in
            price.isInForce(at: cell.time) && price.bandFrom <= cell.band
                && price.bandTo.map { cell.band < $0 } ?? true
        }
    }

    private static func overlaps(_ prices: [Price], _ name: String) -> [String] {
        var faults: [String] = []
        for (index, one) in prices.enumerated() {
            for other in prices[(index + 1)...] {
                let time = meet((one.validFrom, one.validTo), (other.validFrom, other.validTo))
                let band = meet((one.bandFrom, one.bandTo), (other.bandFrom, other.bandTo))
                if time && band {
                    faults.append(
                        "\(name) \(describe(one)) and \(describe(other)) overlap: end one where the other begins")
                }
            }
        }
        return faults
    }

    private static func meet<Point: Comparable>(
        _ one: (from: Point, to: Point?), _ other: (from: Point, to: Point?)
    ) -> Bool {
        (one.to.map { other.from < $0 } ?? true) && (other.to.map { one.from < $0 } ?? true)
    }

    private static func gaps(_ prices: [Price], _ name: String) -> [String] {
        let times = Set(prices.flatMap { [$0.validFrom, $0.validTo].compactMap { $0 } }).sorted()
        return times.compactMap { time in
            let bands = prices.filter { $0.isInForce(at: time) }.sorted { $0.bandFrom < $1.bandFrom }
            guard let first = bands.first else { return nil }
            var covered = first.bandTo
            var isWhole = first.bandFrom.value == 0
            for band in bands.dropFirst() {
                isWhole = isWhole && covered == band.bandFrom
                covered = band.bandTo
            }
            guard !isWhole || covered != nil else { return nil }
            return
                "\(name) \(describe(first)) leaves a gap between bands at \(time): cover every input from 0 without end"
        }
    }

    /// A price in words, for a fault.
    package static func describe(_ price: Price) -> String {
        var words = [price.unit.rawValue]
        if price.tier != .standard { words.append(price.tier.rawValue) }
        if let region = price.region { words.append("in \(region.text)") }
        if price.bandFrom.value > 0 || price.bandTo != nil {
            words.append("for \(price.bandFrom.value)–\(price.bandTo.map { "\($0.value)" } ?? "∞") input units")
        }
        words.append("at \(MoneyText.text(price.nanoPerMillion.value)) \(price.currency)")
        return words.joined(separator: " ")
    }
}
