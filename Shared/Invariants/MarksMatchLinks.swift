import Schema

/// Once nothing is on its way, the receiver has applied every row that the sender has written: mark = next − 1.
package struct MarksMatchLinks: Law {
    package let needsQuiet = true
    /// The topics that services of ours read by links, and those services.
    private static let receivers: [String: [String]] = [
        "metering.totals": ["billing"], "identity.claims": ["identity"], "notifier.messages.identity": ["notifier"],
        "notifier.messages.rights-worker": ["notifier"], "notifier.bounces": ["identity", "rights-worker"],
        "rights.challenges": ["identity"], "rights.proofs": ["rights-worker"], "rights.requests": Topics.participants,
    ].merging(Topics.keepers.map { ("retention.reports.\($0)", ["retention-worker"]) }) { $1 }
        .merging(
            Topics.participants.flatMap { service in
                ["rights.outcomes.\(service)", "rights.slices.\(service)"].map { ($0, ["rights-worker"]) }
            }
        ) { $1 }
    package init() {}

    private struct End: Hashable {
        let topic: String
        let receiver: String
        let origin: String
    }

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        var marks: [End: Int64] = [:]
        for file in world.files {
            for line in try file.lines("SELECT topic, origin, mark FROM marks") {
                let end = End(topic: try line.text(0), receiver: file.place, origin: try line.text(1))
                marks[end] = try line.integer(2)
            }
        }
        var present: Set<String> = []
        let services = Set(world.files.map(\.service))
        for file in world.files {
            guard let line = try file.lines("SELECT incarnation FROM file").first else { continue }
            let incarnation: Incarnation = try line.id(0)
            let origin = "\(file.place)/\(incarnation)"
            present.insert(origin)
            for line in try file.lines("SELECT topic, partition, next FROM links") {
                let topic = try line.text(0)
                for service in Self.receivers[topic] ?? [] where services.contains(service) {
                    let end = End(topic: topic, receiver: "\(service)/\(try line.integer(1))", origin: origin)
                    let (mark, sent) = (marks.removeValue(forKey: end) ?? 0, try line.integer(2) - 1)
                    judgement.look(
                        mark == sent,
                        "\(end.receiver): \(topic) from \(origin): applied up to \(mark), written up to \(sent)")
                }
            }
        }
        // a mark of an incarnation that is gone says how far it came before its file was restored
        for end in marks.keys.sorted(by: { ($0.origin, $0.receiver, $0.topic) < ($1.origin, $1.receiver, $1.topic) })
        where present.contains(end.origin) {
            judgement.breaks("\(end.receiver): \(end.topic) from \(end.origin): a mark without a link")
        }
        return judgement.finding(self, "links between services")
    }
}
