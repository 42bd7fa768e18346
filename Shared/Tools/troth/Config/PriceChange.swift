package import Schema

/// What loading a list does.
package struct PriceChange: Equatable, Sendable {
    package enum Kind: String, Sendable { case new, changed, unchanged, superseded }
    package let list: PriceList
    package let change: Kind
    package init(list: PriceList, change: Kind) { (self.list, self.change) = (list, change) }

    /// Checks all lists and gives each its version; throws every breach at once.
    package static func plan(
        _ lists: [PriceList], over find: (PriceList) -> PriceList?, at now: Instant, reason: String?
    ) throws(Failure) -> [PriceChange] {
        let faults = lists.flatMap { PriceRules.faults(in: $0) }
        guard faults.isEmpty else { throw .refused(faults.joined(separator: "\n")) }
        var breaches: [String] = []
        let changes = lists.map { list -> PriceChange in
            guard let old = find(list) else { return PriceChange(list: list, change: .new) }
            if old.checksum == list.checksum { return PriceChange(list: old, change: .unchanged) }
            let breach = PriceRules.breaches(old: old, new: list, at: now)
            if reason == nil { breaches += breach }
            let prices = breach.isEmpty ? list.prices : marked(list.prices, old: old, reason: reason ?? "")
            let next = PriceList(
                provider: list.provider, model: list.model, version: Revision(unchecked: old.version.value + 1),
                prices: prices)
            return PriceChange(list: next, change: breach.isEmpty ? .changed : .superseded)
        }
        guard breaches.isEmpty else {
            throw .refused((breaches + ["or load it with --supersede --reason TEXT"]).joined(separator: "\n"))
        }
        return changes
    }

    /// The prices, with the reason in the source of those that the old list has not.
    private static func marked(_ prices: [Price], old: PriceList, reason: String) -> [Price] {
        let known = Set(old.prices.map(\.line))
        return prices.map { price in
            guard !known.contains(price.line) else { return price }
            var price = price
            var text = "\(price.source.text); supersedes: \(reason)"
            while text.utf8.count > 200 { text.removeLast() }  // ends: each round makes it shorter
            price.source = Remark(text: text) ?? price.source
            return price
        }
    }
}
