import Schema

/// What is new in some records of an input: offsets passed, links judged, misplaced records marked, bad ones refused.
/// It works on copies; they become the shard's own when the transaction has committed.
package struct Intake {
    /// The file's partition.
    package let partition: Int32
    private let partitions: Int32
    private let topic: TopicName
    private let kind: TopicKind
    private let trust: TopicTrust
    private let recordBytesMax: Int
    private let owner: String
    private let signature: SignatureCheck?
    private let records: Records
    private let range: Range<Int>
    private let baseline: Int64
    private(set) var next: Int64
    var links: Links
    private(set) var refused: [(offset: Int64, refusal: Refusal)] = []
    private(set) var notes: [Note] = []
    /// Sources of misplaced records that the log was told of, or will be.
    private(set) var namedSources: Set<String>

    init(
        _ records: Records, _ range: Range<Int>, of topic: any AnyTopic, partition: Int32, partitions: Int32,
        next: Int64,
        baseline: Int64, links: Links, namedSources: Set<String>, secrets: Secrets
    ) {
        (self.records, self.range) = (records, range)
        // asked once: each record needs them, and an existential answers slowly
        (self.topic, kind, trust, recordBytesMax) = (topic.name, topic.kind, topic.trust, topic.recordBytesMax)
        owner = topic.owner
        signature = topic.isSigned ? SignatureCheck(topic, partition: partition, secrets: secrets) : nil
        (self.partition, self.partitions) = (partition, partitions)
        (self.next, self.baseline, self.links, self.namedSources) = (next, baseline, links, namedSources)
    }

    /// How many records there are.
    package var count: Int { range.count }

    /// Shows each record that is new; what the body throws refuses the record. A misplaced one says where it belongs:
    /// its message is sent on, not taken.
    mutating func each(at now: Instant, _ body: (RecordView, AccountID?) throws(Refusal) -> Void) {
        let records = self.records
        records.each(range) { record in
            guard record.offset >= next else { return }
            next = record.offset + 1
            do throws(Refusal) {
                guard try isNew(record, at: now) else { return }
                var record = record
                record.destination = destination(of: record)
                try body(record, try Self.account(of: record, kind))
            } catch {
                refused.append((record.offset, error))
            }
        }
    }

    /// Passes the records without taking them: an operator skips one.
    mutating func skip(at now: Instant) { each(at: now) { _, _ in } }

    /// False for a record that is dropped, or ignored because rows before it are missing.
    private mutating func isNew(_ record: RecordView, at now: Instant) throws(Refusal) -> Bool {
        guard !record.isTooBig else { throw Refusal(.tooBig) }
        if record.isTombstone {
            switch kind {
            case .state, .stateOfAll: return false
            // an erasure has emptied it before it went out: it counts, and says nothing
            case .service:
                try passEmpty(record, at: now)
                return false
            case .outside, .everybody, .deadLetters, .replies, .clock: throw Refusal(.malformed)
            }
        }
        guard record.value.count <= recordBytesMax else { throw Refusal(.tooBig) }
        let link = record.headers.first(LinkHeader.name)
        if trust == .outside {
            guard link == nil else { throw Refusal(.linkHeader, fields: FieldName.list("troth-link")) }
            return true
        }
        try signature?.check(record)
        guard kind == .service else { return true }
        guard let header = link.flatMap({ LinkHeader($0, writer: owner) }) else { throw Refusal(.missingLink) }
        return judge(header, record, at: now)
    }

    /// Moves a link's mark over an empty record.
    private mutating func passEmpty(_ record: RecordView, at now: Instant) throws(Refusal) {
        guard let header = record.headers.first(LinkHeader.name).flatMap({ LinkHeader($0, writer: owner) }) else {
            throw Refusal(.missingLink)
        }
        _ = judge(header, record, at: now)
    }

    /// False for a record whose link drops it, or that lies behind a hole.
    private mutating func judge(_ header: LinkHeader, _ record: RecordView, at now: Instant) -> Bool {
        switch links.judge(header, topic: topic, offset: record.offset, baseline: baseline, now: now) {
        case .apply: return true
        case .drop: return false
        case .hole(let expected, let isNew):
            if isNew {
                notes.append(
                    .hole(topic: topic, origin: header.origin, expected: expected, found: header.sequence))
            }
            return false
        }
    }

    /// Where a record belongs that a client has put into the wrong partition; nil: it is in its place.
    private mutating func destination(of record: RecordView) -> Int32? {
        guard kind == .outside, let key = record.key, AccountID(ascii: key) != nil else { return nil }
        let right = Schema.partition(of: key, n: partitions)
        guard right != partition else { return nil }
        let source = record.source?.text ?? "unknown"
        if namedSources.count < Limits.sourcesNamedMax, namedSources.insert(source).inserted {
            notes.append(.misplaced(topic: topic, source: source))
        }
        return right
    }

    private static func account(of record: RecordView, _ kind: TopicKind) throws(Refusal) -> AccountID? {
        guard kind == .outside else { return record.key.flatMap { AccountID(ascii: $0) } }
        guard let key = record.key, let account = AccountID(ascii: key) else {
            throw Refusal(.badKey, fields: FieldName.list("key"))
        }
        return account
    }
}

/// The `ce_source` of a record from outside: a name, so that it may stand in a log.
package struct SourceName: Name {
    package let text: String
    package init(unchecked text: String) { self.text = text }
    package static let example = SourceName(unchecked: "gateway/eu-1")
}

extension FieldName {
    /// Names that are on the list.
    static func list(_ names: String...) -> [FieldName] { names.compactMap { FieldName(text: $0) } }
}
