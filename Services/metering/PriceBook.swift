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

    /// The prices of an attempt's route: an upstream's model in a region, in a tier. They may be none. Nil: it carries
    /// a new name, and there were too many today.
    func route(of attempt: Attempt, on day: Int64) throws -> Route? {
        let place = RouteNames(attempt)
        if let route = known.routes[place] { return route }
        guard let key = try key(of: attempt, on: day) else { return nil }
        let route = try read(key)
        if known.routes.count >= Limits.routesInMemory { known.routes.removeAll() }
        known.routes[place] = route
        return route
    }

    /// Forgets what was read: a list or the register has changed.
    func forgetRoutes() { known.routes.removeAll() }

    private func key(of attempt: Attempt, on day: Int64) throws -> RouteKey? {
        let names = Names(tx: tx)
        guard let upstream = try names.number(attempt.upstream.text, on: day),
            let model = try names.number(attempt.model.text, on: day)
        else { return nil }
        var region: Int64 = 0
        if let name = attempt.region {
            guard let number = try names.number(name.text, on: day) else { return nil }
            region = number
        }
        return RouteKey(upstream: upstream, model: model, region: region, tier: attempt.tierServed ?? .standard)
    }

    private func read(_ key: RouteKey) throws -> Route {
        let names = Names(tx: tx)
        let upstream = try Upstreams(tx: tx).find(UpstreamName(unchecked: try names.name(key.upstream)))
        guard let upstream else { return Route(key, upstream: nil, list: nil, prices: []) }
        let model = try names.name(key.model)
        let region = key.region == 0 ? nil : try names.name(key.region)
        let list: Int64? = try tx.first(
            value: """
                SELECT number FROM priceLists WHERE provider = \(upstream.provider) AND model = \(model)
                ORDER BY version DESC LIMIT 1
                """)
        guard let list else { return Route(key, upstream: upstream, list: nil, prices: []) }
        let prices: [Price] = try tx.all(
            """
            SELECT \(Price.columns) FROM prices
            WHERE list = \(list) AND tier = \(key.tier.rawValue) AND region IS \(region) ORDER BY place
            """)
        return Route(key, upstream: upstream, list: list, prices: prices)
    }

    /// Routes that were looked up.
    private final class KnownRoutes {
        var routes: [RouteNames: Route] = [:]
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
