import Foundation
package import Schema

/// A price book as a user writes it: JSON, money as decimal text per million units, times as RFC 3339 or a day.
///
///     {"currency": "USD", "source": "price list of 2026-11-01", "models": [
///       {"provider": "openai", "model": "gpt-4o-mini", "prices": [
///         {"from": "2026-01-01", "perMillion": {"text_in": "0.15", "text_out": "0.60"},
///          "derive": {"reasoning": "text_out"}}]}]}
package struct PriceFile: Codable, Equatable, Sendable {
    /// Of the prices that name none.
    package var currency: String?
    /// Of the prices that name none.
    package var source: String?
    package var models: [List]

    /// One model's whole list: what it replaces is gone.
    package struct List: Codable, Equatable, Sendable {
        package var provider: String
        package var model: String
        package var prices: [Row]
    }

    /// The prices of some classes under the same conditions.
    package struct Row: Codable, Equatable, Sendable {
        package var from: String
        package var to: String?
        package var region: String?
        package var tier: String?
        /// The context band: input units over this …
        package var inputOver: Int64?
        /// … and up to this.
        package var inputUpTo: Int64?
        package var currency: String?
        package var source: String?
        /// Class to money: `"text_in": "2.50"`.
        package var perMillion: [String: String]
        /// Class to the class whose price it takes, written out as a price of its own: `"reasoning": "text_out"`.
        package var derive: [String: String]?

        package init(
            from: String, to: String? = nil, region: String? = nil, tier: String? = nil, perMillion: [String: String]
        ) {
            (self.from, self.to, self.region, self.tier) = (from, to, region, tier)
            self.perMillion = perMillion
        }
    }

    package init(currency: String?, source: String?, models: [List]) {
        (self.currency, self.source, self.models) = (currency, source, models)
    }

    /// Reads a file's text; a field that is not known is refused by name.
    package init(reading text: String) throws(Failure) {
        try StrictJSON.check(
            text,
            allowed: [
                "": ["currency", "source", "models"], "models": ["provider", "model", "prices"],
                "models.prices": [
                    "from", "to", "region", "tier", "inputOver", "inputUpTo", "currency", "source", "perMillion",
                    "derive",
                ],
            ])
        self = try StrictJSON.decode(Self.self, text)
    }

    /// The lists in the words of the schema, version 1, prices in a fixed order.
    package func lists() throws(Failure) -> [PriceList] {
        var seen: Set<String> = []
        var lists: [PriceList] = []
        for list in models {
            let name = "\(list.provider)/\(list.model)"
            guard seen.insert(name).inserted else {
                throw .refused("\(name) has two lists: write one list with all of its prices")
            }
            guard let provider = ProviderName(text: list.provider), let model = ModelName(text: list.model) else {
                throw .refused("\(name) is no name: use letters, digits and ._:/@-, 96 at most")
            }
            var prices: [Price] = []
            for row in list.prices { prices += try self.prices(row, of: name) }
            prices.sort { $0.line < $1.line }
            lists.append(PriceList(provider: provider, model: model, version: Revision(unchecked: 1), prices: prices))
        }
        return lists
    }

    private func prices(_ row: Row, of name: String) throws(Failure) -> [Price] {
        var prices = try row.perMillion.map { ($0.key, $0.value, nil as String?) }.sorted { $0.0 < $1.0 }
            .mapTyped { (unit, money, _) throws(Failure) in try price(row, unit, money, nil, name) }
        for (unit, origin) in (row.derive ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let money = row.perMillion[origin], row.perMillion[unit] == nil else {
                throw .refused(
                    "\(name): \(unit) cannot derive from \(origin): give \(origin) a price in the same row, and \(unit) none"
                )
            }
            prices.append(try price(row, unit, money, "derived from \(origin)", name))
        }
        return prices
    }

    private func price(
        _ row: Row, _ unit: String, _ money: String, _ derived: String?, _ name: String
    ) throws(Failure) -> Price {
        func read<Value>(_ value: Value?, _ what: String, _ text: String, _ hint: String) throws(Failure) -> Value {
            guard let value else { throw .refused("\(name): \(what) \(text) is not allowed: \(hint)") }
            return value
        }
        let units = UnitClass.allCases.map(\.rawValue)
        let unitClass = try read(
            UnitClass(rawValue: unit), "the class", unit,
            Nearest.advice(to: unit, among: units, all: "docs/publish.md"))
        let currencyText = row.currency ?? currency ?? ""
        let sourceText = derived ?? row.source ?? source ?? ""
        return Price(
            region: try row.region.mapTyped { (text) throws(Failure) in
                try read(RegionName(text: text), "the region", text, "use letters, digits and ._:/@-")
            },
            tier: try read(
                Tier(rawValue: row.tier ?? "standard"), "the tier", row.tier ?? "", "standard, batch, priority, flex"),
            bandFrom: try read(UnitQuantity(row.inputOver ?? 0), "inputOver", "\(row.inputOver ?? 0)", "0 or more"),
            bandTo: try row.inputUpTo.mapTyped { (number) throws(Failure) in
                try read(UnitQuantity(number), "inputUpTo", "\(number)", "more than inputOver")
            },
            unit: unitClass,
            currency: try read(
                Currency(text: currencyText), "the currency", currencyText, "three capital letters, as USD"),
            nanoPerMillion: try read(
                MoneyText.nano(money).flatMap { UnitPrice($0) }, "the price", money,
                "decimal text per million, as \"2.50\""),
            validFrom: try read(
                TimeText.instant(row.from), "from", row.from, "write 2026-11-24 or 2026-11-24T08:30:00Z"),
            validTo: try row.to.mapTyped { (text) throws(Failure) in
                try read(TimeText.instant(text), "to", text, "write 2026-11-24 or 2026-11-24T08:30:00Z")
            },
            source: try read(
                Remark(text: sourceText), "the source", sourceText, "say where the price is from, 200 bytes at most")
        )
    }
}

extension Array {
    /// `map` that keeps the type of what it throws.
    package func mapTyped<Other, E: Error>(_ body: (Element) throws(E) -> Other) throws(E) -> [Other] {
        var all: [Other] = []
        all.reserveCapacity(count)
        for element in self { all.append(try body(element)) }
        return all
    }
}

extension Optional {
    /// `map` that keeps the type of what it throws.
    package func mapTyped<Other, E: Error>(_ body: (Wrapped) throws(E) -> Other) throws(E) -> Other? {
        guard let self else { return nil }
        return try body(self)
    }
}
