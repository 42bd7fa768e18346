import Engine
import RetentionService
import Schema
import Support
import Testing

/// A stand of retention-worker with what a test asks of it.
struct Keeper {
    let stand: TestStand<RetentionWorker>
    private var asked: Int64 = 0
    /// Where reports of a service come in.
    private let places: [String: Int]
    private var rows: [String: Int64] = [:]

    init(partition: Int32 = 0, partitions: Int32 = 1) throws {
        stand = try TestStand(
            RetentionWorker(), partition: partition, partitions: partitions,
            secrets: TestSecrets.all(service: "retention-worker"), at: .example)
        places = Dictionary(uniqueKeysWithValues: zip(Topics.keepers, 1...Topics.keepers.count))
        stand.start(partitions: partitions)
    }

    /// Gives a command; returns the answer.
    mutating func ask(_ command: RetentionCommand, key: AccountID) throws -> Reply {
        asked += 1
        let record = TestRecord(
            key: key.text, command.encoded(),
            headers: [(name: "ce_id", value: "\(asked)"), (name: "ce_source", value: "op")])
        let sent = stand.give(0, record).sent
        let reply = try #require(sent.last { $0.topic == Topics.trothReplies.name })
        return try reply.message(Reply.self)
    }

    /// What goes out to everybody.
    func changes() throws -> [RetentionChange] {
        try stand.actions.sent.filter { $0.topic == Topics.retentionSchedule.name }.map {
            try $0.message(RetentionChange.self)
        }
    }

    /// Gives a service's report.
    mutating func report(_ report: RetentionReport, of service: String) throws {
        rows[service, default: 0] += 1
        let link = "\(service)/\(stand.partition)/\(Incarnation.example)/\(rows[service] ?? 0)"
        let place = try #require(places[service])
        stand.give(place, TestRecord(key: nil, report.encoded(), headers: [(name: "troth-link", value: link)]))
    }

    static let address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))
}
