import Foundation
import Glibc
import MeteringService
import Runtime
import Schema
import Store

/// How much one metering process admits: the records lie in Kafka, then it starts with fresh stores and is observed
/// until the last one is committed. Of several runs on the same records each figure is the median.
struct ThroughputRun {
    let kafkaHome: String
    let records: Int
    let repeats: Int
    let form: ContentType
    let isSecured: Bool

    static func figureNames(_ form: ContentType) -> [String] {
        form == .json
            ? ["metering.json_records_per_cpu_second"]
            : [
                "metering.records_per_cpu_second", "metering.records_per_second", "metering.rss_mb",
                "metering.bytes_per_call",
            ]
    }

    func measure() throws -> [Figure] {
        let cluster = try Cluster(home: kafkaHome, isSecured: isSecured)
        let distinct = try publish(to: cluster)
        let runs = try (1...repeats).map { number in
            let data = "\(cluster.data)/\(number)"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            let result = try run(on: cluster, data: data, distinct: distinct)
            Progress.line("run \(number): " + result.map { "\($0)" }.joined(separator: ", "))
            return result
        }
        let units = ["records/s", "records/s", "MB", "bytes"]
        return Self.figureNames(form).enumerated().map { index, name in
            Figure(name: name, value: runs.map { $0[index] }.sorted()[repeats / 2], unit: units[index])
        }
    }

    /// One process on fresh stores; the values of the figures in their order.
    private func run(on cluster: Cluster, data: String, distinct: Int) throws -> [Double] {
        let metering = try Program("metering", data: data, on: cluster)
        Progress.line("metering runs as pid \(metering.pid)")
        let (perSecond, cpu) = try observe(metering)
        let memory = try metering.peakMegabytes()
        try metering.stop()
        let bytes = (0..<Limits.partitions).reduce(0) {
            $0 + size(of: Stores.path(Metering.name, data: data, partition: $1))
        }
        return [Double(records) / cpu, perSecond, memory, Double(bytes) / Double(distinct)]
    }

    /// Fills the topics; returns how many calls there are, each counted once.
    private func publish(to cluster: Cluster) throws -> Int {
        let publisher = try Publisher(cluster, linger: 50)
        let now = Int64(Date().timeIntervalSince1970) * Instant.second
        try publisher.loadConfig(at: Instant(unchecked: now))
        var stream = CallStream(seed: 1)
        try publisher.open(stream.accounts, at: Instant(unchecked: now))
        let span = Limits.hours * Instant.hour
        var meter = Meter("published", of: records)
        for index in 0..<records {
            let moment = Instant(unchecked: now - span + span / Int64(records) * Int64(index))
            try publisher.send(stream.next(at: moment), form)
            meter.show(index)
        }
        try publisher.finish()
        Progress.line("a record's value takes \(publisher.valueBytes / records) bytes on average")
        return stream.distinct
    }

    /// Waits until everything is admitted. Returns the records a second from the first look at which some were, and the
    /// seconds of CPU from the start of the process.
    private func observe(_ metering: Program) throws -> (perSecond: Double, cpu: Double) {
        let deadline = Date() + Limits.admittedSeconds
        var first: (at: Date, count: Int)?
        var meter = Meter("admitted", of: records)
        while Date() < deadline {
            let cpu = try metering.cpuSeconds()
            let counters = metering.status?.partitions.map(\.counters) ?? []
            func sum(_ name: String) -> Int { counters.reduce(0) { $0 + Int($1[name] ?? 0) } }
            let (charged, repeated) = (sum("calls_charged"), sum("calls_repeated"))
            let count = charged + repeated
            guard sum("calls_waiting") == 0 else {
                throw BenchError.failed("calls wait for their accounts: identity.accounts is not read first")
            }
            if count > 0, first == nil { first = (Date(), count) }
            meter.show(count)
            if count == records, let first {
                Progress.line("charged \(charged), repeated \(repeated)")
                return (Double(records - first.count) / -first.at.timeIntervalSinceNow, cpu)
            }
            usleep(Limits.askMicroseconds)
        }
        throw BenchError.failed("not all of \(records) records are admitted: see troth partition status")
    }

    private func size(of path: String) -> Int {
        var found = stat()
        return stat(path, &found) == 0 ? Int(found.st_size) : 0
    }
}

/// Shows how far something is, every few seconds.
struct Meter {
    private let what: String
    private let whole: Int
    private var shown = Date()

    init(_ what: String, of whole: Int) { (self.what, self.whole) = (what, whole) }

    mutating func show(_ count: Int) {
        // a look at the clock for each record would be much of the work
        guard count & 0xfff == 0 || count > whole / 2, -shown.timeIntervalSinceNow >= Limits.progressSeconds else {
            return
        }
        shown = Date()
        Progress.line("\(what) \(count) of \(whole)")
    }
}
