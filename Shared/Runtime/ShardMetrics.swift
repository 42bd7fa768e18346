import Engine
import Schema

/// What one partition shows to Prometheus.
final class ShardMetrics: Sendable {
    private let registry: MetricsRegistry
    private let label: [(String, String)]
    private let batches: Histogram
    private let seconds: Histogram

    init(_ registry: MetricsRegistry, partition: Int32) {
        self.registry = registry
        label = [("partition", "\(partition)")]
        batches = registry.histogram(
            "troth_batch_records", help: "Records in a batch.", buckets: Histogram.records)
        seconds = registry.histogram("troth_batch_seconds", help: "Time from a batch to its commit.")
    }

    /// One batch was applied.
    func batch(records: Int, seconds: Double) {
        batches.record(Double(records))
        self.seconds.record(seconds)
    }

    /// Shows what a shard reports.
    func show(_ report: Report) {
        set("troth_outbox_rows", "Messages that are written and not acknowledged.", report.outboxRows)
        set("troth_link_holes", "Links with missing rows.", Int64(report.holes.count))
        set("troth_commits", "Transactions since the partition was opened.", report.batches)
        set("troth_stalled", "1 while the partition stands still.", report.stall == nil ? 0 : 1)
        for (counter, amount) in report.counters.sorted(by: { $0.key.text < $1.key.text }) {
            set("troth_\(counter.text)", "Since the partition was opened.", amount)
        }
        for (reason, amount) in report.deadLetters.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            registry.gauge(
                "troth_dead_letters", help: "Refused records and calls since the partition was opened.",
                labels: label + [("reason", reason.rawValue)]
            ).set(Double(amount))
        }
        var byName: [String: Int] = [:]
        for alarm in report.alarms { byName[alarm.name.text, default: 0] += 1 }
        registry.replaceGauges(
            "troth_alarm", help: "Alarms by name.", label: label[0].0, value: label[0].1,
            with: byName.sorted { $0.key < $1.key }.map { (label + [("name", $0.key)], Double($0.value)) })
    }

    /// The partition has gone to another instance.
    func remove() { registry.remove(label: label[0].0, value: label[0].1) }

    private func set(_ name: String, _ help: String, _ value: Int64) {
        registry.gauge(name, help: help, labels: label).set(Double(value))
    }
}
