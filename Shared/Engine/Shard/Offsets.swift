import Schema
import Store

/// What the file is and how far it has read each input. The file is the truth about progress.
struct Offsets {
    static let table = """
        CREATE TABLE file (
            one         INTEGER PRIMARY KEY CHECK (one = 1),
            service     TEXT NOT NULL,
            partition   INTEGER NOT NULL,
            partitions  INTEGER NOT NULL,
            incarnation BLOB NOT NULL CHECK (length(incarnation) = 16),
            cluster     TEXT,                                                             -- none before the first start
            drained     INTEGER NOT NULL DEFAULT 0 CHECK (drained IN (0, 1)),
            now         INTEGER NOT NULL                                                  -- Instant; never goes back
        ) STRICT;
        CREATE TABLE inputs (
            topic    TEXT NOT NULL PRIMARY KEY,
            next     INTEGER NOT NULL CHECK (next >= 0),
            baseline INTEGER NOT NULL CHECK (baseline >= 0)                               -- see Links.judge; mostly 0
        ) STRICT, WITHOUT ROWID
        """

    /// The next offset of each input; nil: never read.
    var next: [Int64?]
    /// For each input, the topic's end when the file began to read it, where the topic's start was gone by then.
    var baseline: [Int64]
    var cluster: String?
    var isDrained: Bool
    let incarnation: Incarnation
    let partitions: Int32
    var now: Instant

    /// Reads what the file says of itself.
    init(_ store: Store, inputs: [Input]) throws(StoreError) {
        var found: (incarnation: Incarnation, partitions: Int32, cluster: String?, isDrained: Bool, now: Instant)?
        try store.each("SELECT incarnation, partitions, cluster, drained, now FROM file WHERE one = 1") {
            row throws(StoreError) in
            let raw: [UInt8] = try row.value(0)
            let incarnation = raw.withUnsafeBytes { Incarnation(raw: $0) }
            guard let incarnation else { throw StoreError.wrongType(column: "incarnation") }
            found = (
                incarnation, try row.value(1), try row.value(2), try row.value(3), Instant(unchecked: try row.value(4))
            )
        }
        guard let found else { throw StoreError.corrupt(path: store.path) }
        incarnation = found.incarnation
        partitions = found.partitions
        cluster = found.cluster
        isDrained = found.isDrained
        now = found.now
        next = []
        baseline = []
        for input in inputs {
            let topic = input.topic.name.text
            next.append(try store.first(value: "SELECT next FROM inputs WHERE topic = \(topic)", as: Int64.self))
            let baseline: Int64? = try store.first(value: "SELECT baseline FROM inputs WHERE topic = \(topic)")
            self.baseline.append(baseline ?? 0)
        }
    }

    /// Writes the next offset of an input.
    func save(_ store: Store, topic: TopicName, next: Int64, now: Instant) throws(StoreError) {
        try store.change(.one, "UPDATE inputs SET next = \(next) WHERE topic = \(topic.text)")
        try store.change(.one, "UPDATE file SET now = \(now.value) WHERE one = 1")
    }

    /// Writes where an input begins.
    static func saveStart(_ store: Store, topic: TopicName, next: Int64, baseline: Int64) throws(StoreError) {
        try store.change(
            .one,
            """
            INSERT INTO inputs (topic, next, baseline) VALUES (\(topic.text), \(next), \(baseline))
            ON CONFLICT (topic) DO UPDATE SET next = excluded.next, baseline = excluded.baseline
            """)
    }
}
