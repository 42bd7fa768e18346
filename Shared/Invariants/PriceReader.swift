/// The unit classes in the contract's order, by name. docs/contracts.md: Usage.
enum UnitNames {
    static let all = [
        "text_in", "text_out", "reasoning", "cache_read", "cache_write_5m", "cache_write_1h", "audio_in", "audio_out",
        "audio_cached", "image_in", "image_out", "image", "pixel", "second_in", "second_out", "character", "page",
        "query", "search_low", "search_medium", "search_high", "session", "request",
    ]
    /// What an attempt's context band is measured by: its input units. docs/contracts.md: Prices.
    static let input: Set<String> = [
        "text_in", "cache_read", "cache_write_5m", "cache_write_1h", "audio_in", "audio_cached", "image_in",
    ]
    /// Names of the tiers, by number from 1.
    static let tiers = ["standard", "batch", "priority", "flex"]
}

/// A file's price lists, and what a call costs by them: written from docs/contracts.md, not from the service.
struct PriceReader {
    struct StoredPrice {
        let region: String?
        let tier: String
        let from: Int64
        let to: Int64?
        let unit: String
        let currency: String
        let nanoPerMillion: Int64
        let validFrom: Int64
        let validTo: Int64?
    }
    struct StoredList {
        let provider: String
        let model: String
        var prices: [StoredPrice] = []
    }
    /// What a call must be recorded as.
    struct Verdict: Equatable {
        var state: Int64
        /// Millionths of a nano-unit.
        var femto: Int128
    }

    private(set) var lists: [Int64: StoredList] = [:]
    /// `names`, by number.
    let names: [Int64: String]
    /// The provider of each upstream in the register.
    private let providers: [String: String]
    /// The currency of each account, by its number.
    let currencies: [Int64: String]

    init(_ file: any WorldFile) throws {
        names = Dictionary(
            uniqueKeysWithValues: try file.lines("SELECT number, name FROM names").map {
                (try $0.integer(0), try $0.text(1))
            })
        providers = Dictionary(
            uniqueKeysWithValues: try file.lines("SELECT name, provider FROM upstreams").map {
                (try $0.text(0), try $0.text(1))
            })
        currencies = Dictionary(
            uniqueKeysWithValues: try file.lines("SELECT number, currency FROM accounts").map {
                (try $0.integer(0), try $0.text(1))
            })
        for line in try file.lines("SELECT number, provider, model FROM priceLists") {
            lists[try line.integer(0)] = StoredList(provider: try line.text(1), model: try line.text(2))
        }
        let prices = try file.lines(
            """
            SELECT list, region, tier, bandFrom, bandTo, unit, currency, nanoPerMillion, validFrom, validTo FROM prices
            ORDER BY list, place
            """)
        for line in prices {
            let price = StoredPrice(
                region: try line.optionalText(1), tier: try line.text(2), from: try line.integer(3),
                to: try line.optionalInteger(4), unit: try line.text(5), currency: try line.text(6),
                nanoPerMillion: try line.integer(7), validFrom: try line.integer(8),
                validTo: try line.optionalInteger(9))
            lists[try line.integer(0)]?.prices.append(price)
        }
    }

    /// Rates a call by the lists that its row names. The first attempt that cannot be rated decides.
    func rate(_ call: StoredCall, _ content: StoredContent, _ numbers: [Int64]) -> Verdict {
        let billed = content.attempts.filter(\.isBilled)
        guard !billed.isEmpty else { return Verdict(state: 2, femto: 0) }
        guard let currency = currencies[call.account] else { return Verdict(state: 0, femto: 0) }
        var femto: Int128 = 0
        for (attempt, number) in zip(billed, numbers) {
            if attempt.units.isEmpty { return Verdict(state: 4, femto: 0) }
            guard let cost = cost(attempt, by: number, currency, at: call.calledAt) else {
                return Verdict(state: 3, femto: 0)
            }
            femto += cost
        }
        return Verdict(state: 1, femto: femto)
    }

    /// The newest list of a model at an upstream; 0: there is none.
    func newest(of model: String, at upstream: String) -> Int64 {
        guard let provider = providers[upstream] else { return 0 }
        return lists.filter { $0.value.provider == provider && $0.value.model == model }.keys.max() ?? 0
    }

    /// What an attempt costs; nil where a class has no price.
    private func cost(
        _ attempt: StoredContent.StoredAttempt, by number: Int64, _ currency: String, at moment: Int64
    ) -> Int128? {
        let region = attempt.region == 0 ? nil : names[attempt.region]
        let tier = UnitNames.tiers[Int(attempt.tier) - 1]
        let units = attempt.units.map { (name: UnitNames.all[Int($0.unit) - 1], count: $0.count) }
        let band = units.reduce(Int128(0)) { $0 + (UnitNames.input.contains($1.name) ? Int128($1.count) : 0) }
        guard let list = lists[number] else { return nil }
        var femto: Int128 = 0
        for unit in units {
            let price = list.prices.first { price in
                price.unit == unit.name && price.currency == currency && price.tier == tier && price.region == region
                    && price.validFrom <= moment && moment < price.validTo ?? .max
                    && (Int128(price.from) < band || price.from == 0) && price.to.map { band <= Int128($0) } ?? true
            }
            guard let price else { return nil }
            femto += Int128(price.nanoPerMillion) * Int128(unit.count)
        }
        return femto
    }

    /// Whether each list that a call names is of its attempt's provider and model; 0 stands for no list.
    func namesItsLists(_ content: StoredContent, _ numbers: [Int64]) -> Bool {
        zip(content.attempts.filter(\.isBilled), numbers).allSatisfy { attempt, number in
            guard number != 0 else { return true }
            guard let list = lists[number], let upstream = names[attempt.upstream] else { return false }
            return list.model == names[attempt.model] && list.provider == providers[upstream]
        }
    }
}
