import Schema

/// Operators publish price lists and the register of upstreams, each record in every partition: before anything runs,
/// and new versions, a late model and a late upstream meanwhile.
package struct Prices: Workload {
    /// Models that have prices from the start.
    let models: Int
    package init(models: Int) { self.models = models }

    package func plan(_ script: inout Script) {
        let before = Instant(unchecked: script.start.value - Instant.hour)
        for (number, country) in ["US", "DE", "SG"].enumerated() {
            upstream("up-\(number)", "maker-\(number % 2)", country, at: before, &script)
        }
        for model in 0..<models {
            list("maker-\(model % 2)", "model-\(model)", 1, prices(model, factor: 1, script.start), at: before, &script)
        }
        let long = Instant(unchecked: script.start.value - 100 * Instant.day)
        list("maker-0", "model-huge", 1, [price(.textIn, UnitPrice.range.upperBound, long)], at: before, &script)
        let again = script.moment()
        list("maker-0", "model-0", 2, prices(0, factor: 3, script.start), at: again, &script)
        list(
            "maker-0", "model-0", 1, prices(0, factor: 1, script.start), at: again + Instant.second,
            promise: .refused(.staleVersion), &script)
        list("maker-1", "model-1", 2, prices(1, factor: 2, script.start), at: script.moment(), &script)
        list("maker-1", "model-late", 1, prices(1, factor: 5, script.start), at: script.moment(), &script)
        upstream("up-late", "maker-1", "IE", at: script.moment(), &script)
    }

    private func price(
        _ unit: UnitClass, _ nano: Int64, _ from: Instant, to: Instant? = nil, band: ClosedRange<Int64>? = nil,
        tier: Tier = .standard, region: RegionName? = nil, currency: Currency = .dollar
    ) -> Price {
        Price(
            region: region, tier: tier, bandFrom: UnitQuantity(unchecked: band?.lowerBound ?? 0),
            bandTo: band.flatMap { $0.upperBound == .max ? nil : UnitQuantity(unchecked: $0.upperBound) }, unit: unit,
            currency: currency, nanoPerMillion: UnitPrice(unchecked: nano), validFrom: from, validTo: to,
            source: .example)
    }

    /// Each model is priced in another way: by bands, by time, by tier and region, in another currency, plainly.
    private func prices(_ model: Int, factor: Int64, _ start: Instant) -> [Price] {
        let long = Instant(unchecked: start.value - 100 * Instant.day)
        let change = Instant(unchecked: (start.hours - 7) * Instant.hour)
        let nano = 150_000_001 * Int64(model + 1) * factor
        let out = price(.textOut, nano * 4, long)
        switch model % 5 {
        case 1:
            return [
                price(.textIn, nano, long, band: 0...2_000), price(.textIn, nano * 2, long, band: 2_000 ... .max),
                price(.cacheRead, nano / 10, long), out,
            ]
        case 2: return [price(.textIn, nano, long, to: change), price(.textIn, nano / 2, change), out]
        case 3:
            let region = RegionName(unchecked: "eu-1")
            return [price(.textIn, nano, long), out]
                + [
                    price(.textIn, nano / 2, long, tier: .batch), price(.textOut, nano * 2, long, tier: .batch),
                    price(.textIn, nano + 7, long, region: region), price(.textOut, nano * 4 + 7, long, region: region),
                ]
        case 4: return [price(.textIn, nano, long, currency: Currency(text: "EUR") ?? .dollar), out]
        default: return [price(.textIn, nano, long), price(.cacheRead, nano / 10, long), out]
        }
    }

    private func list(
        _ provider: String, _ model: String, _ version: Int64, _ prices: [Price], at moment: Instant,
        promise: Script.Promise = .taken, _ script: inout Script
    ) {
        let list = PriceList(
            provider: ProviderName(unchecked: provider), model: ModelName(unchecked: model),
            version: Revision(unchecked: version), prices: prices)
        if promise == .taken { script.prices.add(list, isFromStart: moment < script.start) }
        publish(Config(priceList: list), at: moment, promise, &script)
    }

    private func upstream(
        _ name: String, _ provider: String, _ country: String, at moment: Instant, _ script: inout Script
    ) {
        let isLawful = country != "SG"
        let upstream = Upstream(
            name: UpstreamName(unchecked: name), provider: ProviderName(unchecked: provider),
            country: Country(text: country) ?? .example, version: Revision(unchecked: 1),
            agreement: isLawful ? .example : nil, agreementFrom: nil, agreementTo: nil,
            safeguard: isLawful ? .example : nil)
        script.prices.add(upstream, isFromStart: moment < script.start)
        publish(Config(upstream: upstream), at: moment, .taken, &script)
    }

    /// Writes a record to every partition; one is repeated, as where a write that broke off was mended.
    private func publish(_ config: Config, at moment: Instant, _ promise: Script.Promise, _ script: inout Script) {
        for partition in 0..<script.partitions {
            let record = BusRecord(
                key: Array(config.key.utf8), value: config.encoded(), headers: script.headers(source: "troth"))
            script.publish(at: moment, to: Topics.meteringConfig, partition: partition, record, promise)
            if script.random.chance(perMille: 100) {
                script.publish(at: moment, to: Topics.meteringConfig, partition: partition, record, promise)
            }
        }
    }
}
