import FoundationEssentials
import Engine
import Schema

/// What an instance is, as health, `troth partition status` and `troth alarms` show it.
package struct Status: Codable, Sendable {
    package var service: String
    package var instance: Int
    package var partitions: [Partition]
    /// What the brokers do not permit.
    package var refusals: [String]

    /// One partition of the instance.
    package struct Partition: Codable, Sendable {
        package var partition: Int32
        /// waiting, loading, running, stalled, closed, or refused: a permission is missing; before that opening or
        /// failed.
        package var state: String
        package var reason: String?
        package var remedy: String?
        /// Records of all inputs that are not read yet; absent where it is not known.
        package var lag: Int64?
        package var outboxRows: Int64
        package var holder: String?
        package var alarms: [Alarm]
        package var holes: [Hole]
        /// The file's time, and when it does something by itself next; not after it: it is about to.
        package var time: String?
        package var due: String?
        /// Counters by name, dead letters as `dead_letters_<reason>`.
        package var counters: [String: Int64]

        /// True where somebody must look at it.
        package var isBad: Bool { ["stalled", "failed", "refused"].contains(state) }

        /// Shows what is not permitted, unless it stands still for another reason.
        mutating func refuse(_ refusals: [String]) {
            guard !refusals.isEmpty, !isBad else { return }
            (state, reason, remedy) = ("refused", refusals.joined(separator: "; "), Refusals.remedy)
        }
    }
    /// An alarm of a partition.
    package struct Alarm: Codable, Sendable {
        package var name: String
        package var subject: String
        package var since: String
        package var remedy: String
    }
    /// A link with missing rows.
    package struct Hole: Codable, Sendable {
        package var topic: String
        package var origin: String
        package var mark: Int64
        package var since: String
    }

    /// True where no partition stands still and everything is permitted.
    var isHealthy: Bool { refusals.isEmpty && partitions.allSatisfy { !$0.isBad } }
    /// True where every partition reads.
    var isReady: Bool { partitions.allSatisfy { $0.state == "running" } }

    /// The JSON of it, with sorted names.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    init<S: Service>(_ instance: Instance<S>, _ number: Int) {
        service = S.name.text
        self.instance = number
        let refusals = instance.refusals.all()
        self.refusals = refusals
        partitions = instance.all.map { shard in
            var partition = Self.partition(shard) { instance.high($0, shard.partition) }
            partition.refuse(refusals)
            return partition
        }
    }

    private static func partition(_ shard: ShardThread, _ high: (TopicName) -> Int64?) -> Partition {
        var partition = Partition(
            partition: shard.partition, state: "opening", outboxRows: 0, alarms: [], holes: [], counters: [:])
        switch shard.opening {
        case .waitingForLock(let holder): partition.holder = holder.isEmpty ? nil : holder
        case .failed(let reason): (partition.state, partition.reason) = ("failed", reason)
        case .closed: partition.state = "closed"
        case .open: break
        }
        guard shard.opening == .open, let report = shard.report else { return partition }
        partition.state = report.state
        partition.reason = report.stall.map { "\($0.reason.rawValue): \($0.detail)" } ?? report.waitsFor?.fact
        partition.remedy = report.stall?.remedy ?? report.waitsFor?.remedy
        partition.outboxRows = report.outboxRows
        (partition.time, partition.due) = ("\(report.now)", report.due.map { "\($0)" })
        let lags = report.next.map { next in high(next.topic).map { max(0, $0 - (next.offset ?? 0)) } }
        partition.lag = lags.contains(nil) ? nil : lags.reduce(0) { $0 + ($1 ?? 0) }
        partition.alarms = report.alarms.map {
            Alarm(name: $0.name.text, subject: $0.subject, since: "\($0.since)", remedy: $0.remedy)
        }
        partition.holes = report.holes.map {
            Hole(topic: $0.topic.text, origin: $0.origin, mark: $0.mark, since: "\($0.since)")
        }
        for (name, amount) in report.counters { partition.counters[name.text] = amount }
        for (reason, amount) in report.deadLetters {
            partition.counters["dead_letters_\(reason.rawValue.replacing("-", with: "_"))"] = amount
        }
        return partition
    }
}
