package import Schema

/// The models and upstreams that made-up workloads use: names and prices look real, but are nobody's offer.
package enum Catalogue {
    /// A model at one provider, with its prices in US dollars per million tokens.
    package struct Model: Sendable {
        package let provider: String
        package let model: String
        /// The upstreams that serve it, the usual one first.
        package let upstreams: [String]
        /// The region that its attempts and prices name; nil: none.
        package let region: String?
        package let input: String
        package let output: String
        /// Nil where it has no cache.
        package let cacheRead: String?
        /// Input, output and cache read above 200,000 input tokens; nil: one band.
        package let long: (input: String, output: String, cacheRead: String)?
        package let reasons: Bool
        /// Half price in the tier `batch`, double in `priority`.
        package let hasTiers: Bool
        /// The input price until the change within the period; nil: it stays.
        package let inputBefore: String?

        init(
            _ provider: String, _ model: String, _ upstreams: [String], _ input: String, _ output: String,
            cache: String? = nil, region: String? = nil, long: (String, String, String)? = nil, reasons: Bool = false,
            tiers: Bool = false, before: String? = nil
        ) {
            (self.provider, self.model, self.upstreams, self.region) = (provider, model, upstreams, region)
            (self.input, self.output, cacheRead) = (input, output, cache)
            self.long = long.map { (input: $0.0, output: $0.1, cacheRead: $0.2) }
            (self.reasons, hasTiers, inputBefore) = (reasons, tiers, before)
        }
    }

    /// From the most used to the least.
    package static let models: [Model] = [
        Model("openai", "gpt-4o-mini", openai, "0.12", "0.60", cache: "0.06", tiers: true, before: "0.15"),
        Model(
            "anthropic", "claude-sonnet-4-5", ["anthropic-us"], "3.00", "15.00", cache: "0.30",
            long: ("6.00", "22.50", "0.60"), tiers: true),
        Model("google", "gemini-2.5-flash", ["google-us"], "0.30", "2.50", cache: "0.075", before: "0.25"),
        Model("openai", "gpt-4o", openai, "2.50", "10.00", cache: "1.25", tiers: true),
        Model("anthropic", "claude-haiku-4-5", ["anthropic-us"], "0.80", "5.00", cache: "0.08", before: "1.00"),
        Model(
            "google", "gemini-2.5-pro", ["google-us"], "1.25", "10.00", cache: "0.31", long: ("2.50", "15.00", "0.625"),
            reasons: true),
        Model("openai", "gpt-4.1-mini", openai, "0.40", "1.60", cache: "0.10", tiers: true),
        Model("mistral", "mistral-small-2503", ["mistral-fr"], "0.10", "0.30"),
        Model("openai", "o4-mini", openai, "1.10", "4.40", cache: "0.275", reasons: true),
        Model("aws", "claude-sonnet-4-5", ["bedrock-eu"], "3.30", "16.50", cache: "0.33", region: "eu-central-1"),
        Model("together", "llama-3.3-70b", ["together-us"], "0.88", "0.88"),
        Model("openai", "gpt-4.1", openai, "2.00", "8.00", cache: "0.50", tiers: true),
        Model("google", "gemini-2.5-flash-lite", ["google-us"], "0.10", "0.40", cache: "0.025"),
        Model("mistral", "codestral-2501", ["mistral-fr"], "0.30", "0.90"),
        Model("openai", "gpt-4.1-nano", openai, "0.10", "0.40", cache: "0.025"),
        Model("openai", "o3", openai, "2.00", "8.00", cache: "0.50", reasons: true),
        Model("mistral", "mistral-large-2411", ["mistral-fr"], "2.00", "6.00"),
        Model("aws", "nova-pro-v1:0", ["bedrock-eu"], "0.80", "3.20", cache: "0.20", region: "eu-central-1"),
        Model("together", "deepseek-v3", ["together-us"], "1.25", "1.25"),
        Model("anthropic", "claude-opus-4-1", ["anthropic-us"], "15.00", "75.00", cache: "1.50"),
        Model("fastlane", "llama-3.3-70b", ["fastlane-sg"], "0.50", "0.50"),
    ]
    private static let openai = ["openai-us", "openai-eu"]

    /// Eight upstreams in five countries; the last has no agreement.
    package static let upstreams: [UpstreamFile.Entry] = [
        entry("openai-us", "openai", "US", "DPA of 2026-01-15", "EU SCC 2021/914, module 3"),
        entry("openai-eu", "openai", "IE", "DPA of 2026-01-15", "none needed: EEA"),
        entry("anthropic-us", "anthropic", "US", "DPA of 2026-02-01", "EU SCC 2021/914, module 3"),
        entry("google-us", "google", "US", "Cloud DPA of 2025-11-03", "EU-US Data Privacy Framework"),
        entry("bedrock-eu", "aws", "DE", "AWS DPA of 2025-09-20", "none needed: EEA"),
        entry("mistral-fr", "mistral", "FR", "DPA of 2026-03-12", "none needed: EEA"),
        entry("together-us", "together", "US", "DPA of 2026-04-01", "EU SCC 2021/914, module 3"),
        UpstreamFile.Entry(name: "fastlane-sg", provider: "fastlane", country: "SG"),
    ]

    private static func entry(
        _ name: String, _ provider: String, _ country: String, _ agreement: String, _ safeguard: String
    ) -> UpstreamFile.Entry {
        UpstreamFile.Entry(
            name: name, provider: provider, country: country, agreement: agreement, safeguard: safeguard)
    }

    /// The catalogue as a price book: in force from 120 days before a moment on, with a change of three models' prices
    /// 36 hours before it, at a full hour, or at a moment.
    package static func priceBook(around moment: Instant, changing change: Instant? = nil) -> PriceFile {
        let change = (change ?? Instant(unchecked: (moment.hours - 36) * Instant.hour)).description
        let start = Instant(unchecked: (moment.days - 120) * Instant.day).description
        let lists = models.map { model in
            PriceFile.List(
                provider: model.provider, model: model.model, prices: rows(of: model, from: start, change: change))
        }
        return PriceFile(currency: "USD", source: "example, nobody's offer", models: lists)
    }

    private static func rows(of model: Model, from start: String, change: String) -> [PriceFile.Row] {
        var rows: [PriceFile.Row] = []
        for tier in model.hasTiers ? [Tier.standard, .batch, .priority] : [.standard] {
            var now = PriceFile.Row(
                from: model.inputBefore == nil ? start : change, region: model.region,
                tier: tier == .standard ? nil : tier.rawValue,
                perMillion: units(model, model.input, model.output, model.cacheRead, tier))
            if model.reasons { now.derive = ["reasoning": "text_out"] }
            if let long = model.long {
                var over = now
                (now.inputUpTo, over.inputOver) = (200_000, 200_000)
                over.perMillion = units(model, long.input, long.output, long.cacheRead, tier)
                rows.append(over)
            }
            if let before = model.inputBefore {
                var old = now
                (old.from, old.to) = (start, change)
                old.perMillion = units(model, before, model.output, model.cacheRead, tier)
                rows.append(old)
            }
            rows.append(now)
        }
        return rows
    }

    private static func units(
        _ model: Model, _ input: String, _ output: String, _ cacheRead: String?, _ tier: Tier
    ) -> [String: String] {
        var prices = [UnitClass.textIn.rawValue: input, UnitClass.textOut.rawValue: output]
        prices[UnitClass.cacheRead.rawValue] = cacheRead
        return prices.mapValues { text in
            let nano = MoneyText.nano(text) ?? 0  // the table above has only decimal texts: a test loads all of them
            return MoneyText.text(tier == .batch ? nano / 2 : tier == .priority ? nano * 2 : nano)
        }
    }
}
