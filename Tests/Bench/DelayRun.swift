import BillingService
import Engine
import Foundation
import Glibc
import Runtime
import Schema
import Store

/// How long a call takes from the gateway to the ledger: metering and billing run on an empty Kafka, and records come
/// at a steady rate.
///
/// One record in twenty is a probe: its account has no other call, so that it gets exactly one charge. A probe's delay
/// goes from the moment before its `send` (librdkafka's queue and the broker's log are part of it) to the moment after
/// the first look at billing's files that finds the charge, committed with its posting. The files are opened read-only
/// and looked at every 2 ms, by the rows behind the last charge that was seen: a delay is at most that and a look too
/// long, never too short. A probe that is not posted in time fails the measurement. The first seconds do not count.
struct DelayRun {
    let kafkaHome: String
    let isSecured: Bool

    static let figureNames = ["usage_to_ledger_p50_ms", "usage_to_ledger_p99_ms"]

    func measure() throws -> [Figure] {
        let cluster = try Cluster(home: kafkaHome, isSecured: isSecured)
        let publisher = try Publisher(cluster, linger: 0)
        try publisher.loadConfig(at: Self.now())
        let records = Limits.pacedRate * Limits.pacedSeconds
        let stream = CallStream(seed: 2, probes: records / Limits.probeOneIn + 1)
        try publisher.open(stream.accounts + stream.probes, at: Self.now())
        let metering = try Program("metering", data: cluster.data, on: cluster)
        let billing = try Program("billing", data: cluster.data, on: cluster)
        try metering.awaitReady()
        try billing.awaitReady()
        Progress.line("sends \(Limits.pacedRate) records a second for \(Limits.pacedSeconds) s")
        var probes = try Probes(data: cluster.data)
        try send(stream, to: publisher, &probes)
        try probes.awaitAll()
        try publisher.finish()
        for (name, program) in [("metering", metering), ("billing", billing)] {
            Progress.line("\(name) took \(try program.cpuSeconds()) s of CPU")
        }
        try billing.stop()
        try metering.stop()
        let delays = probes.delays
        for (number, part) in [delays.prefix(delays.count / 2), delays.suffix(delays.count / 2)].enumerated() {
            Progress.line("half \(number + 1): 99% within \(Self.percentile(0.99, of: Array(part))) ms")
        }
        return zip(Self.figureNames, [0.5, 0.99]).map {
            Figure(name: $0, value: Self.percentile($1, of: delays), unit: "ms")
        }
    }

    /// The value that this part of them does not exceed; there are some.
    private static func percentile(_ part: Double, of delays: [Double]) -> Double {
        delays.sorted()[min(delays.count - 1, Int(Double(delays.count) * part))]
    }

    private func send(_ stream: CallStream, to publisher: Publisher, _ probes: inout Probes) throws {
        var stream = stream
        let began = ContinuousClock.now
        let warmUp = Limits.pacedRate * Limits.pacedWarmUpSeconds
        for index in 0..<warmUp + Limits.pacedRate * Limits.pacedSeconds {
            let due = began + .microseconds(1_000_000 / Limits.pacedRate * index)
            while ContinuousClock.now < due {
                try probes.look()
                publisher.poll()
                let rest = (due - .now) / .microseconds(1)
                usleep(UInt32(max(0, min(rest, Double(Limits.lookMicroseconds)))))
            }
            if index >= warmUp, index % Limits.probeOneIn == 0 {
                let item = stream.probe(at: Self.now())
                probes.add(item.account)
                try publisher.send(item, .protobuf)
            } else {
                try publisher.send(stream.next(at: Self.now()), .protobuf)
            }
        }
    }

    private static func now() -> Instant {
        Instant(unchecked: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}

/// Probes on their way, and billing's files, in which they arrive.
private struct Probes {
    private let stores: [Store]
    /// The last charge that was seen, by file.
    private var seen: [Int64]
    private var waiting: [AccountID: ContinuousClock.Instant] = [:]
    private var looked = ContinuousClock.now
    /// Milliseconds of each probe that has arrived.
    private(set) var delays: [Double] = []

    init(data: String) throws {
        stores = try (0..<Limits.partitions).map {
            try Store.open(
                Stores.path(Billing.name, data: data, partition: $0), migrations: Billing.allMigrations, readOnly: true)
        }
        seen = stores.map { _ in 0 }
    }

    /// Begins the time of a probe.
    mutating func add(_ account: AccountID) { waiting[account] = .now }

    /// Takes what has arrived; does nothing where the last look is not long ago.
    mutating func look() throws {
        guard looked.duration(to: .now) >= .microseconds(Int(Limits.lookMicroseconds)) else { return }
        for index in stores.indices {
            var charges: [(posting: Int64, account: AccountID)] = []
            try stores[index].each(
                "SELECT posting, account FROM charges WHERE posting > \(seen[index]) ORDER BY posting"
            ) { row throws(StoreError) in
                charges.append((try row.value(0), try row.value(1)))
            }
            let now = ContinuousClock.now
            for charge in charges {
                seen[index] = charge.posting
                guard let began = waiting.removeValue(forKey: charge.account) else { continue }
                delays.append((now - began) / .milliseconds(1))
            }
        }
        looked = .now
    }

    /// Waits until every probe has arrived.
    mutating func awaitAll() throws {
        let deadline = ContinuousClock.now + .seconds(Limits.postedSeconds)
        while !waiting.isEmpty {
            guard ContinuousClock.now < deadline else {
                throw BenchError.failed("\(waiting.count) probes are not posted: see the logs of the services")
            }
            try look()
            usleep(Limits.lookMicroseconds)
        }
    }
}
