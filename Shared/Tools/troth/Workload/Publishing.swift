import Glibc
import Kafka
import Schema
import Synchronization

/// Publishes a workload to `metering.usage` at a rate, with progress, and writes its manifest.
package struct Publishing {
    package let kafka: KafkaOptions
    /// Records a second; 0: as fast as Kafka takes them.
    package let rate: Int64
    /// Where the manifest goes; nil: nowhere.
    package let manifest: String?
    /// True where it must go on while brokers are killed: records may then arrive twice, as from many a gateway.
    package var endures = false
    /// Gets a line of progress every two seconds.
    package let progress: (String) -> Void

    package init(kafka: KafkaOptions, rate: Int64, manifest: String?, progress: @escaping (String) -> Void) {
        (self.kafka, self.rate, self.manifest, self.progress) = (kafka, rate, manifest, progress)
    }

    /// Sends all of it, or until SIGINT or SIGTERM; returns what was sent.
    package func run(
        _ items: some Sequence<Workload.Item>, seed: UInt64, rows: Int
    ) throws(Failure) -> ManifestSummary {
        _ = try kafka.partitions(of: Topics.meteringUsage.name, admin: try kafka.admin())
        Interruption.listen()
        let right = try Deliveries(kafka, endures: endures)
        let wrong = try Deliveries(kafka, wrongPartitioner: true, endures: endures)
        let writer = ManifestWriter(path: manifest, seed: seed, startedAt: TimeText.now())
        var pace = Pace(rate: rate, rows: Int64(rows))
        var isInterrupted = false
        for item in items {
            isInterrupted = Interruption.isAsked
            if isInterrupted { break }
            while pace.mustWait { right.poll(milliseconds: 5) }
            let producer = item.record.wrongPartitioner ? wrong : right
            try producer.send(
                topic: Topics.meteringUsage.name, key: item.record.key, value: item.record.value,
                headers: item.record.headers)
            writer.add(item)
            pace.count(item)
            if pace.sent % 64 == 0 { right.poll(milliseconds: 0) }
            if pace.sent % 64 == 1 { wrong.poll(milliseconds: 0) }
            if let line = pace.line(confirmed: right.state.confirmed + wrong.state.confirmed) { progress(line) }
        }
        let unconfirmed = settle(right) + settle(wrong)
        let summary = try writer.finish(unconfirmed: unconfirmed, interrupted: isInterrupted)
        guard unconfirmed == 0 else {
            let error = (right.state.error ?? wrong.state.error).map { " (\($0.name))" } ?? ""
            throw .unreachable(
                "Kafka did not confirm \(unconfirmed) records\(error): the manifest proves nothing, send anew")
        }
        return summary
    }

    private func settle(_ producer: Deliveries) -> Int64 {
        let state = producer.settle()
        return state.sent - state.confirmed
    }
}

/// How far a sending is, and whether it is ahead of its rate.
struct Pace {
    private let rate: Int64
    private let rows: Int64
    private let start = ContinuousClock.now
    private var said = ContinuousClock.now
    private var rowsDone: Int64 = 0
    /// Records sent.
    private(set) var sent: Int64 = 0

    init(rate: Int64, rows: Int64) { (self.rate, self.rows) = (rate, rows) }

    private var seconds: Double {
        let time = (ContinuousClock.now - start).components
        return Double(time.seconds) + Double(time.attoseconds) * 1e-18
    }

    /// True while the next record would come too early.
    var mustWait: Bool { rate > 0 && Double(sent) > seconds * Double(rate) && !Interruption.isAsked }

    mutating func count(_ item: Workload.Item) {
        sent += 1
        rowsDone += Int64(item.entries.count)
    }

    /// A line of progress, where the last one is two seconds old.
    mutating func line(confirmed: Int64) -> String? {
        let now = ContinuousClock.now
        guard now - said >= .seconds(2) else { return nil }
        said = now
        let perSecond = Double(sent) / seconds
        guard rows > 0 else { return "\(sent) records sent, \(confirmed) confirmed, \(Int(perSecond)) a second" }
        let share = Double(rowsDone) / Double(max(1, rows))
        let left = share > 0 ? Int(seconds / share * (1 - share)) : 0
        return
            "\(sent) records sent, \(confirmed) confirmed, \(Int(share * 100))%, \(Int(perSecond)) a second, \(left) s left"
    }
}

/// The wish to stop: SIGINT or SIGTERM. A second one ends the process at once.
package enum Interruption {
    private static let asked = Atomic<Bool>(false)
    /// True once a signal came.
    package static var isAsked: Bool { asked.load(ordering: .relaxed) }
    /// Takes the signals from now on.
    package static func listen() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.asked.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
