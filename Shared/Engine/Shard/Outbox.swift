import Schema
import Seal
import Store

/// The sending ends of links: what a file has written and the log does not have for certain yet.
struct Outbox {
    static let table = """
        CREATE TABLE links (
            number    INTEGER PRIMARY KEY,
            topic     TEXT NOT NULL,
            partition INTEGER NOT NULL,
            next      INTEGER NOT NULL CHECK (next >= 1),                                 -- the number of the next row
            UNIQUE (topic, partition)
        ) STRICT;
        CREATE TABLE outbox (
            link     INTEGER NOT NULL REFERENCES links (number),
            sequence INTEGER NOT NULL,
            key      BLOB,
            headers  BLOB NOT NULL,
            value    BLOB,
            PRIMARY KEY (link, sequence)
        ) STRICT, WITHOUT ROWID
        """

    /// One link: rows up to `acked` are in the log, rows up to `sent` are on their way.
    struct Link: Equatable {
        let topic: TopicName
        let partition: Int32
        var next: Int64
        var acked: Int64
        var sent: Int64
        /// Rows up to here are not in the table any more.
        var forgotten: Int64
        var generation: UInt8 = 0
        /// After a failed delivery: when it is sent again.
        var restsUntil: Instant?
    }

    var links: [Link] = []
    /// Rows that the last transactions wrote and that are not sent yet.
    var fresh: [Outgoing] = []
    private(set) var forgetAt: Instant?

    init(_ store: Store) throws(StoreError) {
        var found: [Link] = []
        let sql: SQL = """
            /* scan: links of one file */
            SELECT topic, partition, next,
                (SELECT min(sequence) FROM outbox WHERE link = links.number)
            FROM links ORDER BY number
            """
        try store.each(sql) { row throws(StoreError) in
            guard let topic = TopicName(text: try row.value(0)) else { throw StoreError.wrongType(column: "topic") }
            let next: Int64 = try row.value(2)
            let first: Int64? = try row.value(3)
            let acked = (first ?? next) - 1
            found.append(
                Link(topic: topic, partition: try row.value(1), next: next, acked: acked, sent: acked, forgotten: acked)
            )
        }
        links = found
    }

    /// Rows that are not acknowledged.
    var rows: Int64 { links.reduce(0) { $0 + $1.next - 1 - $1.acked } }

    /// Takes a delivery into account: only the row behind the acknowledged ones, of the present generation.
    mutating func acknowledge(_ delivery: Delivery, at now: Instant) {
        guard links.indices.contains(delivery.link), links[delivery.link].generation == delivery.generation,
            UInt32(truncatingIfNeeded: links[delivery.link].acked + 1) == delivery.sequence
        else { return }
        links[delivery.link].acked += 1
        forgetAt = forgetAt ?? now + Limits.forgetAcknowledgedAfter
    }

    /// Takes a failed delivery into account: everything that is not acknowledged is sent again, after a rest.
    mutating func fail(_ delivery: Delivery, at now: Instant) -> Note? {
        guard links.indices.contains(delivery.link), links[delivery.link].generation == delivery.generation else {
            return nil
        }
        rewind(delivery.link)
        links[delivery.link].restsUntil = now + Limits.resendAfter
        let link = links[delivery.link]
        return .resending(topic: link.topic, partition: link.partition, from: link.acked + 1)
    }

    /// Sends everything again that is not acknowledged: the producer is a new one.
    mutating func rewindAll() {
        for index in links.indices { rewind(index) }
    }

    private mutating func rewind(_ index: Int) {
        links[index].generation &+= 1
        links[index].sent = links[index].acked
        fresh.removeAll { $0.delivery.link == index }
    }

    /// Takes over what a committed transaction has written.
    mutating func adopt(_ writer: OutboxWriter) {
        for (index, link) in writer.links.enumerated() {
            if index < links.count { links[index].next = link.next } else { links.append(link) }
        }
        fresh += writer.written
    }

    /// The messages that may go now, in the order of each link.
    mutating func due(_ store: Store, at now: Instant) throws(StoreError) -> [Action] {
        var actions: [Action] = []
        for row in fresh {
            let link = row.delivery.link
            guard links[link].restsUntil == nil, links[link].sent < links[link].acked + Limits.linkWindow,
                UInt32(truncatingIfNeeded: links[link].sent + 1) == row.delivery.sequence,
                links[link].generation == row.delivery.generation
            else { continue }
            links[link].sent += 1
            actions.append(.send(row))
        }
        fresh.removeAll(keepingCapacity: true)
        for index in links.indices {
            if let rest = links[index].restsUntil {
                guard rest <= now else { continue }
                links[index].restsUntil = nil
            }
            let last = min(links[index].next - 1, links[index].acked + Limits.linkWindow)
            if links[index].sent < last { actions += try read(store, link: index, upTo: last) }
        }
        return actions
    }

    private mutating func read(_ store: Store, link index: Int, upTo last: Int64) throws(StoreError) -> [Action] {
        let link = links[index]
        var actions: [Action] = []
        let sql: SQL = """
            SELECT sequence, key, headers, value FROM outbox
            WHERE link = \(Int64(index)) AND sequence > \(link.sent) AND sequence <= \(last) ORDER BY sequence
            """
        try store.each(sql) { row throws(StoreError) in
            let sequence: Int64 = try row.value(0)
            actions.append(
                .send(
                    Outgoing(
                        delivery: Delivery(
                            link: index, generation: link.generation, sequence: UInt32(truncatingIfNeeded: sequence)),
                        topic: link.topic, partition: link.partition, key: try row.value(1),
                        headers: Headers.list(try row.value(2)), value: try row.value(3))))
        }
        guard Int64(actions.count) == last - link.sent else { throw StoreError.corrupt(path: store.path) }
        links[index].sent = last
        return actions
    }

    /// True where acknowledged rows are still in the table.
    var hasForgettable: Bool { links.contains { $0.forgotten < $0.acked } }

    /// Deletes acknowledged rows.
    func forget(_ store: Store) throws(StoreError) {
        for (index, link) in links.enumerated() where link.forgotten < link.acked {
            try store.change(.any, "DELETE FROM outbox WHERE link = \(Int64(index)) AND sequence <= \(link.acked)")
        }
    }

    /// Remembers that acknowledged rows are deleted.
    mutating func forgot() {
        for index in links.indices { links[index].forgotten = links[index].acked }
        forgetAt = nil
    }

    /// The next time at which a link has rested.
    var restsUntil: Instant? { links.compactMap(\.restsUntil).min() }
}

/// Writes a transaction's messages into the outbox, numbering each link on from where it is.
final class OutboxWriter {
    private let store: Store
    private let source: String
    private let incarnation: Incarnation
    private let now: Instant
    private let signing: SigningKey?
    /// `ce_time`: all messages of a transaction have the same.
    private lazy var time = now.description
    /// Links that were written to.
    private var grown: Set<Int> = []
    fileprivate(set) var links: [Outbox.Link]
    fileprivate(set) var written: [Outgoing] = []

    /// `source`: the file, as `service/partition`.
    init(
        _ store: Store, source: String, incarnation: Incarnation, outbox: Outbox, now: Instant,
        signing: SigningKey? = nil
    ) {
        self.signing = signing
        (self.store, self.source, self.incarnation, self.now) = (store, source, incarnation, now)
        links = outbox.links
    }

    /// Adds a message.
    func append(_ draft: Draft) throws {
        let number = try link(draft)
        let sequence = links[number].next
        links[number].next += 1
        grown.insert(number)
        let headers = try draft.foreignHeaders ?? ours(draft, link: number, sequence: sequence)
        try store.change(
            .one,
            """
            INSERT INTO outbox (link, sequence, key, headers, value)
            VALUES (\(Int64(number)), \(sequence), \(draft.key), \(Headers.pack(headers)), \(draft.value))
            """)
        let delivery = Delivery(
            link: number, generation: links[number].generation, sequence: UInt32(truncatingIfNeeded: sequence))
        written.append(
            Outgoing(
                delivery: delivery, topic: draft.topic, partition: draft.partition, key: draft.key,
                headers: headers, value: draft.value))
    }

    /// Saves how far the links have come, once everything is written.
    func save() throws(StoreError) {
        for number in grown.sorted() {
            try store.change(.one, "UPDATE links SET next = \(links[number].next) WHERE number = \(Int64(number))")
        }
    }

    private func link(_ draft: Draft) throws(StoreError) -> Int {
        if let found = links.firstIndex(where: { $0.partition == draft.partition && $0.topic == draft.topic }) {
            return found
        }
        guard links.count < Limits.linksMax else { throw StoreError.misuse("more links than \(Limits.linksMax)") }
        try store.change(
            .one,
            """
            INSERT INTO links (number, topic, partition, next)
            VALUES (\(Int64(links.count)), \(draft.topic.text), \(Int64(draft.partition)), 1)
            """)
        links.append(
            Outbox.Link(topic: draft.topic, partition: draft.partition, next: 1, acked: 0, sent: 0, forgotten: 0))
        return links.count - 1
    }

    /// CloudEvents 1.0 in Kafka's binary mode, and the link.
    private func ours(_ draft: Draft, link: Int, sequence: Int64) throws(KeyFailure) -> [Header] {
        let linkHeader = LinkHeader(origin: "\(source)/\(incarnation)", sequence: sequence)
        var headers = [
            ("ce_specversion", "1.0"), ("ce_id", "\(incarnation):\(link):\(sequence)"),
            ("ce_source", "troth/\(source)"),
            ("ce_type", draft.type), ("ce_time", time), ("content-type", draft.contentType.rawValue),
        ]
        if draft.isLinked { headers.append(("\(LinkHeader.name)", linkHeader.text)) }
        if draft.isSigned {
            guard let signing else { throw .missing("signing key") }
            let link = draft.isLinked ? Array(linkHeader.text.utf8) : []
            let fields = SignedFields(
                topic: draft.topic.text, partition: UInt32(draft.partition), key: draft.key ?? [], type: draft.type,
                source: headers[2].1, id: headers[1].1, time: SignatureHeader.time(now), link: link,
                value: draft.value ?? [])
            headers.append(("\(SignatureHeader.name)", try SignatureHeader.text(of: fields, by: signing)))
        }
        return headers.map { Header($0, $1) }
    }
}
