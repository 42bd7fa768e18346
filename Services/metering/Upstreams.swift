import Engine
package import Schema
package import Store

/// The register of upstreams, as the last config records say. Policy §10.2–10.4.
struct Upstreams: Noun {
    static let name = "upstreams"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE upstreams (
            name          TEXT NOT NULL PRIMARY KEY,                                      -- UpstreamName
            provider      TEXT NOT NULL,
            country       TEXT NOT NULL,
            version       INTEGER NOT NULL,
            agreement     TEXT,
            agreementFrom INTEGER,
            agreementTo   INTEGER,
            safeguard     TEXT,
            contentDays   INTEGER CHECK (contentDays >= 0),                               -- NULL: not known
            contact       TEXT                                                            -- for notices of erasure
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Takes an entry. False: there is a higher version, or the same with another content.
    func load(_ upstream: Upstream, at now: Instant) throws -> Bool {
        if let present = try find(upstream.name), present.version >= upstream.version { return present == upstream }
        try tx.change(
            .one,
            """
            INSERT INTO upstreams (\(Upstream.columns))
            VALUES (\(upstream.name), \(upstream.provider), \(upstream.country), \(upstream.version),
                \(upstream.agreement), \(upstream.agreementFrom), \(upstream.agreementTo), \(upstream.safeguard),
                \(upstream.contentDays), \(upstream.erasureContact))
            ON CONFLICT (name) DO UPDATE SET provider = excluded.provider, country = excluded.country,
                version = excluded.version, agreement = excluded.agreement, agreementFrom = excluded.agreementFrom,
                agreementTo = excluded.agreementTo, safeguard = excluded.safeguard,
                contentDays = excluded.contentDays, contact = excluded.contact
            """)
        try Names(tx: tx).learn(upstream.name.text, on: now.days)
        if upstream.hasAgreement(at: now), upstream.safeguard != nil {
            tx.clear("unlawful-transfer", upstream.name.text)
        }
        PriceBook(tx: tx).forgetRoutes()
        return true
    }

    /// An upstream by its name.
    func find(_ name: UpstreamName) throws -> Upstream? {
        try tx.first("SELECT \(Upstream.columns) FROM upstreams WHERE name = \(name)")
    }
}

extension Upstream: RowDecodable {
    package static let columns: Columns =
        "name, provider, country, version, agreement, agreementFrom, agreementTo, safeguard, contentDays, contact"

    package init(row: borrowing Row) throws(StoreError) {
        self.init(
            name: try row.value(0), provider: try row.value(1), country: try row.value(2), version: try row.value(3),
            agreement: try row.value(4), agreementFrom: try row.value(5), agreementTo: try row.value(6),
            safeguard: try row.value(7), contentDays: try row.value(8), erasureContact: try row.value(9))
    }
}
