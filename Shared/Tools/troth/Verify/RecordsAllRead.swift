import Invariants
import Kafka
import Schema

/// Once nothing is on its way, every file has read each of its inputs to the end that the topic has.
struct RecordsAllRead {
    private var ends: [String: [Int32: (low: Int64, high: Int64)]] = [:]

    /// What each service reads.
    private static let inputs = [
        "identity": [
            Topics.identityCommands.name, Topics.identityClaims.name, Topics.identityAccessLog.name,
            Topics.rightsChallenges.name,
        ],
        "rights-worker": [Topics.rightsCommands.name, Topics.rightsProofs.name, Topics.meteringConfig.name],
        "metering": [
            Topics.meteringUsage.name, Topics.meteringConfig.name, Topics.meteringCommands.name,
            Topics.identityAccounts.name,
        ],
        "billing": [Topics.meteringTotals.name, Topics.billingCommands.name, Topics.identityAccounts.name],
        "notifier": [
            Topics.notifierMessagesIdentity.name, Topics.notifierMessagesRightsWorker.name,
            Topics.notifierCommands.name,
        ],
        "retention-worker": [Topics.retentionCommands.name]
            + Topics.keepers.map { Topics.retentionReports(of: $0).name },
    ].mapValues { $0.map(\.text) }

    /// Asks for the ends of all topics that are read. Errors: Kafka cannot be reached.
    init(_ kafka: KafkaOptions) throws(Failure) {
        let (reader, admin) = (try kafka.reader(), try kafka.admin())
        for topic in Topics.all where Self.inputs.values.contains(where: { $0.contains(topic.name.text) }) {
            let name = topic.name.text
            for partition in 0..<(try kafka.partitions(of: topic.name, admin: admin)) {
                ends[name, default: [:]][partition] = try kafka.attempt { () throws(KafkaError) in
                    try reader.watermarks(topic: name, partition: partition)
                }
            }
        }
    }

    /// Judges the files.
    func judge(_ files: [any WorldFile]) throws -> Finding {
        var (looked, behind, first): (Int, Int, String?) = (0, 0, nil)
        for file in files {
            var next: [String: Int64] = [:]
            for row in try file.rows("SELECT topic, next /* scan: a row an input */ FROM inputs") {
                if case .text(let topic) = row[0], case .integer(let offset) = row[1] { next[topic] = offset }
            }
            for topic in Self.inputs[file.service] ?? [] {
                guard let end = ends[topic]?[file.partition] else { continue }
                looked += 1
                let at = next[topic] ?? 0
                guard at != end.high, end.high > end.low || next[topic] != nil else { continue }
                behind += 1
                first = first ?? "\(file.service)/\(file.partition): \(topic) read up to \(at), its end is \(end.high)"
            }
        }
        let isWhole = behind == 0
        return Finding(
            name: "RecordsAllRead", ok: isWhole, count: isWhole ? looked : behind,
            detail: first ?? "inputs, read to their ends")
    }
}
