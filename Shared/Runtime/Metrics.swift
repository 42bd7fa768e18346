import Synchronization

/// The metrics of one process, in swift-metrics' words; any thread may use them. A name begins with `troth_` and keeps
/// its kind, help and buckets; asking again for a name and labels gives the same series. Hold on to what is used often:
/// asking looks it up.
package final class MetricsRegistry: Sendable {
    /// Names and values of a series, in the order in which they are shown.
    package typealias Labels = [(String, String)]

    struct Family {
        let help: String
        let kind: String
        var series: [String: any Series] = [:]
        var labels: [String: Labels] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    package init() {}

    /// A sum that only grows.
    package func counter(_ name: String, help: String, labels: Labels = []) -> Counter {
        series(name, help, "counter", labels) { Counter() }
    }
    /// A value that goes up and down.
    package func gauge(_ name: String, help: String, labels: Labels = []) -> Gauge {
        series(name, help, "gauge", labels) { Gauge() }
    }
    /// How values are distributed over buckets; the bounds rise, and the last bucket, without a bound, is added.
    package func histogram(
        _ name: String, help: String, labels: Labels = [], buckets: [Double] = Histogram.seconds
    ) -> Histogram {
        series(name, help, "histogram", labels) { Histogram(bounds: buckets) }
    }

    /// Takes the series away that have this label; who still holds one may use it, unseen.
    package func remove(label: String, value: String) {
        families.withLock { families in
            for name in families.keys { families[name]?.drop(label, value) }
        }
    }

    /// Sets the gauges of a name that have this label to exactly these, in one step.
    package func replaceGauges(
        _ name: String, help: String, label: String, value: String, with gauges: [(labels: Labels, value: Double)]
    ) {
        families.withLock { families in
            families[name]?.drop(label, value)
            for gauge in gauges {
                Self.find(in: &families, name, help, "gauge", gauge.labels) { Gauge() }.set(gauge.value)
            }
        }
    }

    /// All series as Prometheus's text format 0.0.4, sorted by name and labels.
    package func render() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            text += "# HELP \(name) \(escapedHelp(family.help))\n# TYPE \(name) \(family.kind)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.render(name: name, labels: labels, into: &text)
            }
        }
        return text
    }

    private func series<S: Series>(
        _ name: String, _ help: String, _ kind: String, _ labels: Labels, _ make: () -> S
    ) -> S {
        families.withLock { Self.find(in: &$0, name, help, kind, labels, make) }
    }

    private static func find<S: Series>(
        in families: inout [String: Family], _ name: String, _ help: String, _ kind: String, _ labels: Labels,
        _ make: () -> S
    ) -> S {
        precondition(name.hasPrefix("troth_") && isMetricName(name) && labels.allSatisfy { isMetricName($0.0) })
        precondition(families[name].map { $0.kind == kind } ?? true, "a metric keeps its kind")
        var labels = labels
        var text = rendered(labels)
        let count = families[name]?.series.count ?? 0
        if count >= Limits.metricSeries, families[name]?.series[text] == nil {
            labels = labels.map { ($0.0, "_other") }
            text = rendered(labels)
        }
        if let known = families[name]?.series[text] as? S { return known }
        let made = make()
        families[name, default: Family(help: help, kind: kind)].series[text] = made
        families[name]?.labels[text] = labels
        return made
    }
}

extension MetricsRegistry.Family {
    fileprivate mutating func drop(_ label: String, _ value: String) {
        for (text, labels) in labels where labels.contains(where: { $0.0 == label && $0.1 == value }) {
            series[text] = nil
            self.labels[text] = nil
        }
    }
}

private func isMetricName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
}

private func escapedHelp(_ help: String) -> String {
    help.reduce(into: "") { $0 += $1 == "\n" ? "\\n" : $1 == "\\" ? "\\\\" : String($1) }
}

/// `a="1",b="2"`, the values escaped and cut.
private func rendered(_ labels: MetricsRegistry.Labels) -> String {
    labels.map { name, value in
        let value = String(decoding: value.utf8.prefix(Limits.metricLabelBytes), as: UTF8.self)
        let escaped = value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return "\(name)=\"\(escaped)\""
    }.joined(separator: ",")
}
