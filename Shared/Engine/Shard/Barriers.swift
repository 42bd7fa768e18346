import Schema
import Store

/// Rows of a file's outbox before which nothing that was written later may go: who is erased must stand in the log
/// before any service is asked to erase. Rows of a barrier's own link follow it anyway, so they are not held.
struct Barriers {
    static let table = """
        CREATE TABLE barriers (
            number   INTEGER PRIMARY KEY,                                                 -- in the order of writing
            link     INTEGER NOT NULL,
            sequence INTEGER NOT NULL,                                                    -- the row that is waited for
            heads    BLOB NOT NULL                                                        -- 8 bytes a link: its next row
        ) STRICT
        """

    /// One row that is waited for, and where each link was when it was written.
    struct Barrier: Equatable {
        let link: Int
        let sequence: Int64
        /// The number of each link's next row; a link that came later is held from its first.
        let heads: [Int64]
    }

    /// Those whose row is not acknowledged, in the order of writing.
    private(set) var open: [Barrier] = []
    /// True where acknowledged ones are still in the table.
    private(set) var hasForgettable = false

    init() {}

    /// Reads those of a file whose rows are not acknowledged.
    init(_ store: Store, acked: [Int64]) throws(StoreError) {
        var found: [Barrier] = []
        try store.each("SELECT link, sequence, heads FROM barriers ORDER BY number /* scan: the open ones */") {
            row throws(StoreError) in
            found.append(
                Barrier(link: try row.value(0), sequence: try row.value(1), heads: Self.heads(try row.value(2))))
        }
        open = found.filter { acked.indices.contains($0.link) && acked[$0.link] < $0.sequence }
        hasForgettable = open.count < found.count
    }

    /// The last row of a link that may go; nil: none is held.
    func last(of link: Int) -> Int64? {
        // they were written one after the other, so the first holds the most
        guard let first = open.first(where: { $0.link != link }) else { return nil }
        return link < first.heads.count ? first.heads[link] - 1 : 0
    }

    /// A link has come so far.
    mutating func acknowledge(_ link: Int, _ acked: Int64) {
        let before = open.count
        open.removeAll { $0.link == link && $0.sequence <= acked }
        if open.count < before { hasForgettable = true }
    }

    /// Takes over what a committed transaction has written.
    mutating func adopt(_ written: [Barrier]) { open += written }

    /// Deletes those that are acknowledged.
    func forget(_ store: Store) throws(StoreError) {
        guard hasForgettable else { return }
        guard let first = open.first else {
            return try store.change(.any, "DELETE FROM barriers /* scan: all of them */")
        }
        try store.change(
            .any,
            """
            DELETE FROM barriers WHERE number < (
                SELECT min(number) FROM barriers WHERE link = \(first.link) AND sequence = \(first.sequence)
                /* scan: the open ones */)
            """)
    }

    /// Remembers that they are deleted.
    mutating func forgot() { hasForgettable = false }

    /// Writes one.
    static func insert(_ barrier: Barrier, _ store: Store) throws(StoreError) {
        let heads = barrier.heads.flatMap { head in withUnsafeBytes(of: head.bigEndian) { Array($0) } }
        try store.change(
            .one,
            "INSERT INTO barriers (link, sequence, heads) VALUES (\(barrier.link), \(barrier.sequence), \(heads))")
    }

    private static func heads(_ bytes: [UInt8]) -> [Int64] {
        stride(from: 0, to: bytes.count - 7, by: 8).map { start in
            Int64(bitPattern: bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }
    }
}
