import Engine
package import Schema
package import Store

/// The price lists of all models, every version that a call may name.
struct PriceBook: Noun {
    static let name = "prices"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE priceLists (
            number     INTEGER PRIMARY KEY,
            provider   TEXT NOT NULL,
            model      TEXT NOT NULL,
            version    INTEGER NOT NULL,
            checksum   TEXT NOT NULL,
            receivedAt INTEGER NOT NULL,                                                  -- Instant
            UNIQUE (provider, model, version)
        ) STRICT;
        CREATE TABLE prices (
            list           INTEGER NOT NULL REFERENCES priceLists (number),
            place          INTEGER NOT NULL,
            region         TEXT,
            tier           TEXT NOT NULL,
            bandFrom       INTEGER NOT NULL,                                              -- input units, exclusive
            bandTo         INTEGER,                                                       -- inclusive
            unit           TEXT NOT NULL,
            currency       TEXT NOT NULL,
            nanoPerMillion INTEGER NOT NULL CHECK (nanoPerMillion >= 0),
            validFrom      INTEGER NOT NULL,                                              -- Instant
            validTo        INTEGER,                                                       -- Instant, exclusive
            source         TEXT NOT NULL,
            PRIMARY KEY (list, place)
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction
    private let known: KnownRoutes

    init(tx: Transaction) {
        self.tx = tx
        known = tx.store.memo(KnownRoutes.self) { KnownRoutes() }
    }

    /// Takes a list. False: there is a higher version, or the same with another content.
    func load(_ list: PriceList, at now: Instant) throws -> Bool {
        let sql: SQL = """
            SELECT version, checksum FROM priceLists WHERE provider = \(list.provider) AND model = \(list.model)
            ORDER BY version DESC LIMIT 1
            """
        var isNews = true
        var isRepeated = false
        try tx.each(sql) { row throws(StoreError) in
            let version: Revision = try row.value(0)
            isNews = version < list.version
            let checksum: Checksum = try row.value(1)
            isRepeated = version == list.version && checksum == list.checksum
        }
        guard isNews else { return isRepeated }
        try tx.change(
            .one,
            """
            INSERT INTO priceLists (provider, model, version, checksum, receivedAt)
            VALUES (\(list.provider), \(list.model), \(list.version), \(list.checksum), \(now))
            """)
        for (place, price) in list.prices.enumerated() { try insert(price, at: place, of: list) }
        try Names(tx: tx).learn(list.model.text, on: now.days)
        let regions = Set(list.prices.compactMap(\.region)).sorted()
        for region in regions { try Names(tx: tx).learn(region.text, on: now.days) }
        forgetRoutes()
        return true
    }

    private func insert(_ price: Price, at place: Int, of list: PriceList) throws {
        try tx.change(
            .one,
            """
            INSERT INTO prices (list, place, region, tier, bandFrom, bandTo, unit, currency, nanoPerMillion, validFrom,
                validTo, source)
            SELECT number, \(place), \(price.region), \(price.tier.rawValue), \(price.bandFrom), \(price.bandTo),
                \(price.unit.rawValue), \(price.currency), \(price.nanoPerMillion), \(price.validFrom), \(price.validTo),
                \(price.source)
            FROM priceLists
            WHERE provider = \(list.provider) AND model = \(list.model) AND version = \(list.version)
            """)
    }

    /// The prices of a route: an upstream's model in a region, in a tier. They may be none.
    func route(_ key: RouteKey) throws -> Route {
        if let route = known.routes[key] { return route }
        let route = try read(key)
        if known.routes.count >= Limits.routesInMemory { known.routes.removeAll() }
        known.routes[key] = route
        return route
    }

    /// Forgets what was read: a list or the register has changed.
    func forgetRoutes() { known.routes.removeAll() }

    private func read(_ key: RouteKey) throws -> Route {
        let names = Names(tx: tx)
        let upstream = try Upstreams(tx: tx).find(UpstreamName(unchecked: try names.name(key.upstream)))
        guard let upstream else { return Route(upstream: nil, list: nil, prices: []) }
        let model = try names.name(key.model)
        let region = key.region == 0 ? nil : try names.name(key.region)
        let list: Int64? = try tx.first(
            value: """
                SELECT number FROM priceLists WHERE provider = \(upstream.provider) AND model = \(model)
                ORDER BY version DESC LIMIT 1
                """)
        guard let list else { return Route(upstream: upstream, list: nil, prices: []) }
        let prices: [Price] = try tx.all(
            """
            SELECT \(Price.columns) FROM prices
            WHERE list = \(list) AND tier = \(key.tier.rawValue) AND region IS \(region) ORDER BY place
            """)
        return Route(upstream: upstream, list: list, prices: prices)
    }

    /// Routes that were looked up.
    private final class KnownRoutes {
        var routes: [RouteKey: Route] = [:]
    }
}

/// Where an attempt went, in numbers of `Names`; region 0 is none.
struct RouteKey: Hashable {
    let upstream: Int64
    let model: Int64
    let region: Int64
    let tier: Tier

    /// One number for all four: equal keys have equal ones.
    func hash(into hasher: inout Hasher) {
        hasher.combine(upstream << 40 ^ model << 20 ^ region << 4 ^ Int64(tier.number))
    }
}

/// What is known of where an attempt went.
final class Route {
    /// Nil: it is not in the register.
    private let upstream: Upstream?
    /// The country of the upstream; nil: it is not in the register.
    let country: Country?
    /// The number of the price list; nil: there is none.
    let list: Int64?
    private let hasSafeguard: Bool
    /// By unit class, in the order of `UnitClass.allCases`.
    private let prices: [[Price]]

    init(upstream: Upstream?, list: Int64?, prices: [Price]) {
        (self.upstream, country, self.list) = (upstream, upstream?.country, list)
        hasSafeguard = upstream?.safeguard != nil
        self.prices = UnitClass.allCases.map { unit in prices.filter { $0.unit == unit } }
    }

    /// The price of a class for an account's currency, at a time, in the band of an attempt's input units.
    func price(_ unit: UnitClass, _ currency: Currency, at moment: Instant, band: Int64) -> Int64? {
        let list = prices[unit.place]
        let prices = list.span
        for index in prices.indices where prices[index].isInForce(at: moment) && prices[index].currency == currency {
            // the lowest band begins at 0 and takes an attempt without input units too
            let (from, to) = (prices[index].bandFrom.value, prices[index].bandTo?.value)
            if from < band || from == 0, to.map({ band <= $0 }) ?? true { return prices[index].nanoPerMillion.value }
        }
        return nil
    }

    /// True where a transfer rests on an agreement in force and on a named safeguard. Policy §10.3, §10.4.
    func isLawful(at moment: Instant) -> Bool {
        hasSafeguard && upstream?.hasAgreement(at: moment) ?? false
    }
}

extension UnitClass {
    /// The place in `allCases`.
    var place: Int { number - 1 }
}

extension Price: RowDecodable {
    package static let columns: Columns =
        "region, tier, bandFrom, bandTo, unit, currency, nanoPerMillion, validFrom, validTo, source"

    package init(row: borrowing Row) throws(StoreError) {
        guard let tier = Tier(rawValue: try row.value(1)) else { throw row.wrongType(1) }
        guard let unit = UnitClass(rawValue: try row.value(4)) else { throw row.wrongType(4) }
        self.init(
            region: try row.value(0), tier: tier, bandFrom: try row.value(2), bandTo: try row.value(3), unit: unit,
            currency: try row.value(5), nanoPerMillion: try row.value(6), validFrom: try row.value(7),
            validTo: try row.value(8), source: try row.value(9))
    }
}
