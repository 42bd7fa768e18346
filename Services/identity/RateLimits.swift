import Engine
import Schema
import Store

/// How full the leaky buckets are. A bucket is known by a keyed hash that changes every day. SECURITY.md, Budgets.
struct RateLimits: Noun {
    static let name = "buckets"
    static let category = DataCategory.technical
    static let table = """
        CREATE TABLE buckets (
            name    TEXT NOT NULL,                                                        -- Limit
            key     BLOB NOT NULL CHECK (length(key) = 32),                               -- Digest of whose it is
            emptyAt INTEGER NOT NULL,                                                     -- Instant
            PRIMARY KEY (name, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX bucketsByTime ON buckets (emptyAt)
        """
    let tx: Transaction

    /// Takes one from each of some buckets, or from none; nil: taken, else when there is room again.
    func take(_ buckets: [(limit: Limit, key: Digest)], at now: Instant) throws -> Instant? {
        let room = try fill(buckets, at: now)
        if room != nil { tx.count("limits_reached") }
        return room
    }

    /// Counts one of something that is not limited; true where there are more than the bucket takes.
    func overflows(_ limit: Limit, at now: Instant) throws -> Bool { try fill([(limit, Self.all)], at: now) != nil }

    /// True where nothing was counted for as long as a full bucket needs to run empty.
    func isEmpty(_ limit: Limit, at now: Instant) throws -> Bool {
        let emptyAt: Instant? = try tx.first(
            value: "SELECT emptyAt FROM buckets WHERE name = \(limit.name) AND key = \(Self.all)")
        return emptyAt.map { $0 <= now } ?? true
    }

    private func fill(_ buckets: [(limit: Limit, key: Digest)], at now: Instant) throws -> Instant? {
        var filled: [(Limit, Digest, Instant)] = []
        var room: Instant?
        for (limit, key) in buckets {
            let known: Instant? = try tx.first(
                value: "SELECT emptyAt FROM buckets WHERE name = \(limit.name) AND key = \(key)")
            let emptyAt = max(known ?? now, now) + limit.interval
            let free = emptyAt + -limit.interval * limit.count
            if free > now { room = max(room ?? free, free) }
            filled.append((limit, key, emptyAt))
        }
        if let room { return room }
        for (limit, key, emptyAt) in filled {
            try tx.change(
                .one,
                """
                INSERT INTO buckets (name, key, emptyAt) VALUES (\(limit.name), \(key), \(emptyAt))
                ON CONFLICT (name, key) DO UPDATE SET emptyAt = excluded.emptyAt
                """)
        }
        return nil
    }

    /// The bucket of something: an HMAC under the day.
    func key(_ kind: String, _ value: [UInt8], at now: Instant) throws -> Digest {
        let day = withUnsafeBytes(of: now.days.bigEndian) { Array($0) }
        return try tx.hmac(.session, Array("limit".utf8), Array(kind.utf8), day, value)
    }

    /// The bucket of all.
    static let all = Digest(unchecked: Array(repeating: 0, count: 32))

    /// Forgets buckets that are empty. It needs no broker's time, as other purges do: a bucket is empty by the same
    /// clock that filled it, and tells of nobody.
    func forget(at now: Instant) throws {
        try tx.change(
            .any,
            """
            DELETE FROM buckets WHERE (name, key) IN
                (SELECT name, key FROM buckets WHERE emptyAt <= \(now) ORDER BY emptyAt LIMIT \(Limits.timerRowsMax))
            """)
    }
}
