import Synchronization

/// One line, or group of lines, of the metrics.
protocol Series: AnyObject, Sendable {
    func render(name: String, labels: String, into text: inout String)
}

/// A sum that only grows.
package final class Counter: Series {
    private let total = Atomic<UInt64>(0)

    /// Adds a number that is not negative.
    package func increment(by count: Int = 1) { total.wrappingAdd(UInt64(count), ordering: .relaxed) }

    func render(name: String, labels: String, into text: inout String) {
        append(name, labels, "\(total.load(ordering: .relaxed))", to: &text)
    }
}

/// A value that goes up and down.
package final class Gauge: Series {
    private let bits = Atomic<UInt64>(0)

    package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func render(name: String, labels: String, into text: inout String) {
        append(name, labels, shown(Double(bitPattern: bits.load(ordering: .relaxed))), to: &text)
    }
}

/// How values are distributed over fixed buckets.
package final class Histogram: Series {
    /// Bounds for durations, in seconds: from half a millisecond to ten seconds.
    package static let seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Bounds for counts of records: from one to what a batch may have.
    package static let records: [Double] = [1, 10, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000]

    private struct State {
        var counts: [UInt64]
        var sum = 0.0
    }
    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of buckets rise")
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts a value in its bucket: the first whose bound is not below it.
    package func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func render(name: String, labels: String, into text: inout String) {
        let state = state.withLock { $0 }
        var total: UInt64 = 0
        for (bucket, count) in state.counts.enumerated() {
            total += count
            let bound = "le=\"\(bucket < bounds.count ? shown(bounds[bucket]) : "+Inf")\""
            append("\(name)_bucket", labels.isEmpty ? bound : "\(labels),\(bound)", "\(total)", to: &text)
        }
        append("\(name)_sum", labels, shown(state.sum), to: &text)
        append("\(name)_count", labels, "\(total)", to: &text)
    }
}

private func append(_ name: String, _ labels: String, _ value: String, to text: inout String) {
    text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
}

/// A number as Prometheus reads it; whole ones without a fraction.
private func shown(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return "\(whole)" }
    return "\(value)"
}
