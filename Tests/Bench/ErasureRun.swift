import CommandLineTool
import Foundation
import Runtime
import Schema

/// How fast people are erased, by all services on one Kafka: each has an account, asked by e-mail, gave the code back
/// and confirms a second time; that begins an erasure. The limit of the breaker is raised.
///
/// Idle: one after the other, from the moment before the confirmation is sent to the receipt in the Maildir. Queued:
/// the same while metering has a million records before it, which must not have ended meanwhile. At once: all confirm
/// together, and the time ends when rights-worker has counted the last one as over: receipt mailed, keys destroyed.
/// Every service that holds something on people must have counted each of them. The scan of the pages is never off.
struct ErasureRun {
    let kafkaHome: String
    let isSecured: Bool

    static let figureNames = [
        "rights.erasures_per_second", "rights.erasure_idle_p99_ms", "rights.erasure_queued_p99_ms",
    ]

    func measure() throws -> [Figure] {
        let cluster = try Cluster(home: kafkaHome, isSecured: isSecured)
        let house = try House(on: cluster, limitFactor: Limits.limitFactor)
        var people = try Petitioners(house)
        let count = Limits.erasuresIdle + Limits.erasuresQueued + Limits.erasuresAtOnce
        let asking = try people.open(.gdprErasure, try people.register(count))
        var leaving = try people.leave(asking, try people.prove(asking))[...]
        try attend("not every request has begun", seconds: Limits.requestSeconds, every: Limits.askMicroseconds) {
            house.count("requests_begun", of: "rights-worker") == count
        }
        Progress.line("\(count) people are registered, and each has proved an erasure")
        var receipts = Receipts(house)
        let idle = try alone(leaving.prefix(Limits.erasuresIdle), people, &receipts)
        leaving = leaving.dropFirst(Limits.erasuresIdle)
        let queued = try besideUsage(leaving.prefix(Limits.erasuresQueued), people, house, &receipts)
        leaving = leaving.dropFirst(Limits.erasuresQueued)
        let perSecond = try atOnce(leaving, people, house)
        try complete(count, house)
        try house.stop()
        let values = [perSecond, idle, queued]
        return zip(Self.figureNames, values).map {
            Figure(name: $0, value: $1, unit: $0.hasSuffix("ms") ? "ms" : "erasures/s")
        }
    }

    /// One after the other; the time that 99% of them do not exceed.
    private func alone(
        _ leaving: ArraySlice<Petitioners.Leaving>, _ people: Petitioners, _ receipts: inout Receipts
    ) throws -> Double {
        for one in leaving {
            receipts.begin(one.email)
            try people.confirm([one])
            try receipts.awaitAll()
        }
        return receipts.taken(leavingOut: Limits.erasuresWarmUp)
    }

    /// Some a second, while metering has much to do.
    private func besideUsage(
        _ leaving: ArraySlice<Petitioners.Leaving>, _ people: Petitioners, _ house: House, _ receipts: inout Receipts
    ) throws -> Double {
        try house.stop("metering")
        try publish(Limits.queuedRecords, to: house.cluster)
        try house.start("metering")
        try house.awaitReady()
        let before = house.lag(of: "metering")
        for one in leaving {
            receipts.begin(one.email)
            try people.confirm([one])
            rest(Limits.queuedMicroseconds)
            receipts.look()
        }
        guard let left = house.lag(of: "metering"), left > 0 else {
            throw BenchError.failed("the queued usage was read before the last erasure: publish more of it")
        }
        try receipts.awaitAll()
        Progress.line("metering had \(before.map { "\($0)" } ?? "all") records before it, and \(left) at the last one")
        let milliseconds = receipts.taken()
        try attend("the usage is not read", seconds: Limits.admittedSeconds, every: Limits.askMicroseconds) {
            house.lag(of: "metering") == 0
        }
        return milliseconds
    }

    /// Puts records before metering, which does not run.
    private func publish(_ records: Int, to cluster: Cluster) throws {
        let publisher = try Publisher(cluster, linger: 50)
        let now = Int64(Date().timeIntervalSince1970) * Instant.second
        try publisher.loadConfig(at: Instant(unchecked: now))
        var stream = CallStream(seed: 3)
        try publisher.open(stream.accounts, at: Instant(unchecked: now))
        let span = Limits.hours * Instant.hour
        for index in 0..<records {
            let moment = Instant(unchecked: now - span + span / Int64(records) * Int64(index))
            try publisher.send(stream.next(at: moment), .protobuf)
        }
        try publisher.finish()
    }

    /// All at once; how many a second.
    private func atOnce(
        _ leaving: ArraySlice<Petitioners.Leaving>, _ people: Petitioners, _ house: House
    ) throws -> Double {
        let before = house.count("requests_ended", of: "rights-worker")
        let cpu = try house.running.map { try $0.program.cpuSeconds() }
        let began = ContinuousClock.now
        try people.confirm(leaving)
        try attend("not every erasure has ended", seconds: Limits.requestSeconds, every: Limits.lookMicroseconds * 10) {
            house.count("requests_ended", of: "rights-worker") - before == leaving.count
        }
        let took = (ContinuousClock.now - began) / .seconds(1)
        for (index, (name, program)) in house.running.enumerated() {
            Progress.line("\(name) took \(String(format: "%.2f", try program.cpuSeconds() - cpu[index])) s of CPU")
        }
        return Double(leaving.count) / took
    }

    /// Errors: a service has not counted everybody, or a partition stood still.
    private func complete(_ count: Int, _ house: House) throws {
        for service in Topics.participants {
            let erased = house.count("rights_erasures", of: service)
            // one that was started anew has counted since then
            guard erased == count || service == "metering" && erased == count - Limits.erasuresIdle else {
                throw BenchError.failed("\(service) has erased \(erased) of \(count): see its log")
            }
        }
        for (name, program) in house.running {
            guard let status = program.status, !status.partitions.contains(where: \.isBad) else {
                throw BenchError.failed("a partition of \(name) stands still: see its log")
            }
        }
    }
}

/// The receipts of erasures on their way, and the Maildir in which they arrive.
private struct Receipts {
    private let mailbox: MailReader
    private var waiting: [String: ContinuousClock.Instant] = [:]
    private var delays: [Double] = []

    init(_ house: House) {
        mailbox = MailReader(house.maildir)
        _ = mailbox.texts()
    }

    /// Begins the time of an erasure.
    mutating func begin(_ email: Email) { waiting["To: <\(email.text)>"] = .now }

    /// Takes what has arrived.
    mutating func look() {
        for text in mailbox.texts() {
            let lines = text.split(whereSeparator: \.isNewline)
            guard lines.contains("Subject: Your request is done"),
                let recipient = lines.first(where: { $0.hasPrefix("To: <") }),
                let began = waiting.removeValue(forKey: String(recipient))
            else { continue }
            delays.append((ContinuousClock.now - began) / .milliseconds(1))
        }
    }

    /// Waits for all receipts.
    mutating func awaitAll() throws {
        let deadline = Date() + Limits.requestSeconds
        while !waiting.isEmpty {
            look()
            guard Date() < deadline else {
                throw BenchError.failed("\(waiting.count) receipts were not mailed: see the logs of the services")
            }
            rest(Limits.lookMicroseconds)
        }
    }

    /// Milliseconds that 99% of them did not exceed; they are forgotten.
    mutating func taken(leavingOut warmUp: Int = 0) -> Double {
        defer { delays = [] }
        let sorted = delays.dropFirst(warmUp).sorted()
        let (half, last) = (Int(sorted[sorted.count / 2]), Int(sorted[sorted.count - 1]))
        Progress.line("receipts: half of them within \(half) ms, all within \(last) ms")
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * 0.99))]
    }
}
