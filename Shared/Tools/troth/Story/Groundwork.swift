package import Schema

/// What must be there before usage can be rated: a price book and a register of upstreams.
package struct Groundwork {
    private let kafka: KafkaOptions

    package init(_ kafka: KafkaOptions) { self.kafka = kafka }

    /// What was loaded.
    package struct Loaded: Equatable, Sendable {
        package var models = 0
        package var prices = 0
        /// Prices that end within the period.
        package var changes = 0
        package var upstreams = 0
        /// Upstreams without an agreement.
        package var unlawful = 0
    }

    /// Loads the price book of the made-up workloads and its upstreams, as `price load` and `upstream load` do.
    /// `change`: when some prices change; nil: 36 hours ago.
    package func load(at now: Instant, changing change: Instant? = nil) throws(Failure) -> Loaded {
        let lists = try Catalogue.priceBook(around: now, changing: change).lists()
        let entries = try UpstreamFile(upstreams: Catalogue.upstreams).entries()
        let log = try ConfigLog(kafka)
        let changes = try PriceChange.plan(lists, over: log.priceList, at: now, reason: nil)
        let upstreams = entries.map {
            UpstreamLoad.next($0, over: log.newest[Config(upstream: $0).key]?.upstream).upstream
        }
        try log.write(changes.map { Config(priceList: $0.list) } + upstreams.map { Config(upstream: $0) }, now: now)
        let prices = lists.flatMap(\.prices)
        return Loaded(
            models: lists.count, prices: prices.count, changes: prices.count { $0.validTo != nil },
            upstreams: upstreams.count, unlawful: upstreams.count { !$0.hasAgreement(at: now) })
    }
}
