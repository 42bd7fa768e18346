package import Engine
package import Schema
import Store

/// Who is given data or processes it: the register of upstreams, as an archive shows it. Policy §8.1, §10.2–10.4.
struct Processors: Noun {
    static let name = "processors"
    static let category = DataCategory.none
    static let table = """
        CREATE TABLE processors (
            name      TEXT NOT NULL PRIMARY KEY,                                          -- UpstreamName
            provider  TEXT NOT NULL,
            country   TEXT NOT NULL,
            version   INTEGER NOT NULL,
            safeguard TEXT
        ) STRICT, WITHOUT ROWID
        """
    let tx: Transaction

    /// Takes an entry; an older version changes nothing.
    func take(_ upstream: Upstream) throws {
        try tx.change(
            .any,
            """
            INSERT INTO processors (name, provider, country, version, safeguard)
            VALUES (\(upstream.name), \(upstream.provider), \(upstream.country), \(upstream.version),
                \(upstream.safeguard))
            ON CONFLICT (name) DO UPDATE SET provider = excluded.provider, country = excluded.country,
                version = excluded.version, safeguard = excluded.safeguard
                WHERE excluded.version > version
            """)
    }

    /// All of them, by name.
    func all() throws -> [ArchiveOrder.Recipient] {
        var all: [ArchiveOrder.Recipient] = []
        try tx.each(
            """
            SELECT name, provider, country, safeguard FROM processors ORDER BY name /* scan: a few upstreams */
            LIMIT \(Limits.processorsMax)
            """
        ) { row throws(StoreError) in
            all.append(
                ArchiveOrder.Recipient(
                    name: try row.value(0), provider: try row.value(1), country: try row.value(2),
                    safeguard: try row.value(3)))
        }
        return all
    }
}

extension RightsWorker {
    /// What everybody must know of upstreams; prices are no affair of ours.
    package func register(_ configs: Batch<Config>, at now: Instant, in tx: Transaction) throws {
        for entry in configs.entries {
            if let upstream = entry.message.upstream { try Processors(tx: tx).take(upstream) }
        }
    }
}

/// Who answers for the processing, and whom to write to about it: GDPR Art. 13(1)(a), (b). Archives show it.
package struct Controller: Equatable, Sendable {
    let name: String
    let contact: String
    /// Nobody is named: of a service that packs nothing.
    package static let unnamed = Controller(name: "", contact: "")
    package init(name: String, contact: String) { (self.name, self.contact) = (name, contact) }
}
