import Schema
import Store

/// The receiving ends of links: for each, the number of the last row that was applied. At or below: dropped. The next
/// one: applied. Above: neither applied nor skipped, for the missing rows come again.
struct Links {
    static let table = """
        CREATE TABLE marks (
            topic        TEXT NOT NULL,
            origin       TEXT NOT NULL,                                                 -- service/partition/incarnation
            mark         INTEGER NOT NULL CHECK (mark >= 0),
            holeSince    INTEGER,                                                         -- Instant
            holeSequence INTEGER,                                                        -- the first row above the hole
            holeOffset   INTEGER,                                                         -- and where it lies
            baseline     INTEGER NOT NULL CHECK (baseline >= 1),                          -- the first row that was seen
            PRIMARY KEY (topic, origin)
        ) STRICT, WITHOUT ROWID
        """

    /// One link's end.
    struct Mark: Equatable {
        let topic: TopicName
        let origin: String
        var mark: Int64
        /// Rows below were not there when the file began: where one comes all the same, its sender sends it again, for
        /// its first delivery had failed. It is applied: every message is state, or idempotent by its own id.
        var baseline: Int64 = 1
        var hole: Hole?
        var isChanged = false
        var isAlarmed = false
    }
    /// Rows that are missing.
    struct Hole: Equatable {
        let since: Instant
        let sequence: Int64
        let offset: Int64
    }
    /// What to do with a row.
    enum Verdict: Equatable { case apply, drop, hole(expected: Int64, isNew: Bool) }

    private(set) var marks: [Mark] = []

    init(_ store: Store, alarms: Alarms) throws(StoreError) {
        var found: [Mark] = []
        let sql: SQL = """
            /* scan: links of one file */
            SELECT topic, origin, mark, holeSince, holeSequence, holeOffset, baseline FROM marks
            """
        try store.each(sql) { row throws(StoreError) in
            guard let topic = TopicName(text: try row.value(0)) else { throw StoreError.wrongType(column: "topic") }
            var mark = Mark(topic: topic, origin: try row.value(1), mark: try row.value(2), baseline: try row.value(6))
            if let since: Int64 = try row.value(3) {
                mark.hole = Hole(since: Instant(unchecked: since), sequence: try row.value(4), offset: try row.value(5))
            }
            mark.isAlarmed = alarms.all.contains { $0.name == "link-hole" && $0.subject == mark.alarmSubject }
            found.append(mark)
        }
        marks = found
    }

    /// Judges a row and moves the mark. `baseline`: up to this offset, rows before the first that the
    /// file sees of a link may have expired before the file was made.
    mutating func judge(
        _ link: LinkHeader, topic: TopicName, offset: Int64, baseline: Int64, now: Instant
    ) -> Verdict {
        guard let index = marks.firstIndex(where: { $0.origin == link.origin && $0.topic == topic }) else {
            // a file that is new to a topic whose start is gone takes the first row that it sees for its baseline
            let isBaseline = link.sequence == 1 || offset < baseline
            var mark = Mark(
                topic: topic, origin: link.origin, mark: isBaseline ? link.sequence : 0,
                baseline: isBaseline ? link.sequence : 1, isChanged: true)
            if !isBaseline { mark.hole = Hole(since: now, sequence: link.sequence, offset: offset) }
            marks.append(mark)
            return isBaseline ? .apply : .hole(expected: 1, isNew: true)
        }
        let expected = marks[index].mark + 1
        if link.sequence < marks[index].baseline { return .apply }
        if link.sequence < expected { return .drop }
        if link.sequence == expected {
            marks[index].mark = expected
            marks[index].hole = nil
            marks[index].isChanged = true
            return .apply
        }
        let isNew = marks[index].hole == nil
        if isNew {
            marks[index].hole = Hole(since: now, sequence: link.sequence, offset: offset)
            marks[index].isChanged = true
        }
        return .hole(expected: expected, isNew: isNew)
    }

    /// Writes the marks that changed.
    mutating func save(_ store: Store) throws(StoreError) {
        for index in marks.indices where marks[index].isChanged {
            let mark = marks[index]
            try store.change(
                .one,
                """
                INSERT INTO marks (topic, origin, mark, holeSince, holeSequence, holeOffset, baseline)
                VALUES (\(mark.topic.text), \(mark.origin), \(mark.mark), \(mark.hole?.since.value),
                    \(mark.hole?.sequence), \(mark.hole?.offset), \(mark.baseline))
                ON CONFLICT (topic, origin) DO UPDATE SET mark = excluded.mark, holeSince = excluded.holeSince,
                    holeSequence = excluded.holeSequence, holeOffset = excluded.holeOffset
                """)
            marks[index].isChanged = false
        }
    }

    /// Gives the missing rows of a link up: the next one is the first above the hole. Nil: there is no such hole.
    mutating func accept(topic: TopicName, origin: String) -> (lost: ClosedRange<Int64>, offset: Int64)? {
        guard let index = marks.firstIndex(where: { $0.origin == origin && $0.topic == topic }),
            let hole = marks[index].hole
        else { return nil }
        let lost = marks[index].mark + 1...hole.sequence - 1
        marks[index].mark = hole.sequence - 1
        marks[index].hole = nil
        marks[index].isChanged = true
        return (lost, hole.offset)
    }

    /// The places of marks whose alarm must be raised (open for too long) or may go (closed).
    func alarmsDue(at now: Instant) -> [Int] {
        marks.indices.filter { index in
            let isLong = marks[index].hole.map { now - $0.since >= Limits.holeAlarmAfter } ?? false
            return isLong != marks[index].isAlarmed
        }
    }

    /// Remembers whether the alarm of a mark is raised.
    mutating func setAlarmed(_ index: Int, _ isAlarmed: Bool) { marks[index].isAlarmed = isAlarmed }

    /// The next time at which an alarm is due, or may go.
    func wake(at now: Instant) -> Instant? {
        let changing = marks.filter { $0.isAlarmed == ($0.hole == nil) }
        return changing.map { $0.hole.map { $0.since + Limits.holeAlarmAfter } ?? now }.min()
    }
}

/// The `troth-link` header: `service/partition/incarnation/sequence`.
struct LinkHeader: Equatable {
    static let name: StaticString = "troth-link"
    /// `service/partition/incarnation`: the file that wrote the row.
    let origin: String
    /// From 1.
    let sequence: Int64

    init(origin: String, sequence: Int64) { (self.origin, self.sequence) = (origin, sequence) }

    /// Reads the header. Nil: it is of another form, or of another service than the topic's writer.
    init?(_ bytes: UnsafeRawBufferPointer, writer: String) {
        let parts = String(decoding: bytes.prefix(200), as: UTF8.self).split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == writer, let partition = Int32(parts[1]), partition >= 0,
            Incarnation(text: String(parts[2])) != nil, let sequence = Int64(parts[3]), sequence > 0, sequence < 1 << 53
        else { return nil }
        self.init(origin: "\(parts[0])/\(partition)/\(parts[2])", sequence: sequence)
    }

    var text: String { "\(origin)/\(sequence)" }
}

extension Shard {
    /// Raises the alarms of links whose rows are missing for long, and clears those of closed holes.
    mutating func watchLinks() throws {
        for index in links.alarmsDue(at: now) {
            let mark = links.marks[index]
            try transact { tx in
                if mark.isAlarmed {
                    tx.clear("link-hole", mark.alarmSubject)
                } else {
                    tx.raise(
                        "link-hole", mark.alarmSubject,
                        remedy: "start the sender of these rows; if they are lost: troth link accept … --reason …")
                }
            }
            links.setAlarmed(index, !mark.isAlarmed)
        }
    }
}

extension Links.Mark {
    /// As alarms name it.
    var alarmSubject: String { "\(topic) from \(origin)" }
}
