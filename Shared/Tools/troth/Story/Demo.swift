import Foundation
import Schema

/// The story on a devbroker, in processes of their own.
package struct Demo: Sendable {
    package let data: String
    package let isKept: Bool
    package let seed: UInt64
    /// False where standard output belongs to JSON.
    package let isTalking: Bool

    private static let partitions: Int32 = 12
    private static let trace = "../shared/data/azure-llm-code-2023.csv"
    private var manifest: String { "\(data).sent.jsonl" }
    private var waiting: Waiting { Waiting { Terminal.complain($0) } }

    /// Plays it. What it started is gone at the end, but for `isKept` after a success; after a failure the folder
    /// stays.
    package func run() throws(Failure) -> Evidence {
        Interruption.listen()
        let start = ContinuousClock.now
        try Disposable.make(data)
        let stack = try Stack(data: data, partitions: Self.partitions)
        var evidence = Evidence()
        do throws(Failure) {
            try play(stack, &evidence)
        } catch {
            evidence.add("the story to its end", "\(error)", false)
        }
        evidence.storySeconds = (ContinuousClock.now - start).seconds
        if evidence.ok, isKept { return evidence }
        stack.end()
        if evidence.ok {
            try Folder.remove(data)
            for file in [manifest, "\(manifest).needles"] { try Folder.remove(file) }
        } else {
            for line in stack.lastLines(8) { Terminal.complain(line) }
            Terminal.complain("kept: stores and logs in \(data), what was sent in \(manifest)")
        }
        return evidence
    }

    private func play(_ stack: Stack, _ evidence: inout Evidence) throws(Failure) {
        Terminal.complain("starts devbroker, two instances of metering and one of billing under \(data)")
        try stack.startBroker(waiting)
        let kafka = KafkaOptions(stack.kafka)
        try stack.make()
        for service in ["metering", "metering", "billing"] { try stack.start(try stack.add(service)) }
        let accounts = Workload.accounts(seed: seed, count: Limits.storyAccounts)
        try Preparation(kafka: kafka, seed: seed, waiting: waiting).run(accounts, &evidence)
        try send(stack, kafka, accounts, &evidence)
        let start = ContinuousClock.now
        try Quiet(stack, waiting).wait()
        let seconds = Int((ContinuousClock.now - start).seconds)
        evidence.add("everything read and sent", "lag 0, outboxes empty, \(seconds) s after the last record", true)
        try Look(kafka: kafka, account: accounts[0], isTalking: isTalking).add(to: &evidence)
        if !isKept {
            Terminal.complain("stops the services")
            let stopped = stack.drain(waiting)
            evidence.add("services stopped", stopped ? "drained, exit status 0" : "not all were drained", stopped)
        }
        Terminal.complain("verifies")
        try Proof(data: data, kafka: kafka.bootstrap, manifest: manifest, waiting: waiting).add(to: &evidence)
    }

    /// Publishes the trace while processes are killed.
    private func send(
        _ stack: Stack, _ kafka: KafkaOptions, _ accounts: [AccountID], _ evidence: inout Evidence
    ) throws(Failure) {
        let isReal = FileManager.default.fileExists(atPath: Self.trace)
        let rows =
            isReal
            ? try Trace.azure(try TextFile.read(Self.trace), limit: Limits.demoRows)
            : Trace.synthetic(seed: seed, rows: Limits.demoRows)
        let source = isReal ? "trace \(Self.trace)" : "a made-up trace"
        Terminal.complain("publishes \(source), \(rows.count) requests, while the services are killed")
        let publisher = try Publisher(
            Publisher.Order(
                kafka: kafka, seed: seed, accounts: accounts, rows: rows, rounds: 1, rate: Limits.demoRate,
                manifest: manifest))
        var killer = Killer(stack)
        let start = ContinuousClock.now
        var said = start
        while publisher.result == nil {
            let seconds = (ContinuousClock.now - start).seconds
            try killer.turn(at: seconds)
            if ContinuousClock.now - said > .seconds(2) {
                said = ContinuousClock.now
                Terminal.complain("  [\(Int(seconds)) s] \(publisher.line) · \(killer.count) kills")
            }
            try Waiting.pause(milliseconds: 20)
        }
        let sent = try publisher.join()
        try killer.finish()
        evidence.add(
            "usage published",
            "\(sent.sent) records, \(sent.distinct) distinct calls of \(sent.accounts) accounts: \(source)",
            sent.unconfirmed == 0 && !sent.interrupted)
        evidence.add(
            "with what goes wrong",
            "\(sent.duplicates) calls sent again, \(sent.refused) to refuse, \(sent.outside) too old, "
                + "\(sent.unpriced) without a price, \(sent.wrongPartitioner) records by the wrong partitioner", true)
        evidence.add("kill -9 while it flowed", killer.words, killer.isOK)
    }
}

/// Kills each service of the demo several times. After a kill a devbroker's group stands still for some 5 s.
private struct Killer {
    private let stack: Stack
    private var counts: [String: Int] = [:]
    private var next = 0
    private var faults: [String] = []
    private var mustStart: [(index: Int, at: Double)] = []
    /// When, in seconds, and which instances: metering's are 0 and 1, billing's is 2.
    private static let plan: [(at: Double, places: [Int])] = [
        (4, [0]), (11, [1, 2]), (18, [0]), (25, [1, 2]), (32, [0]), (39, [1, 2]),
    ]

    init(_ stack: Stack) { self.stack = stack }

    var count: Int { counts.values.reduce(0, +) }
    var words: String {
        let all = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value) times" }.joined(separator: ", ")
        return faults.isEmpty ? "\(all); nobody ended otherwise" : faults.joined(separator: "; ")
    }
    var isOK: Bool { faults.isEmpty && counts.count == stack.instances.count }

    mutating func turn(at seconds: Double) throws(Failure) {
        for instance in stack.fallen() {
            faults.append("\(instance.program.name) ended by itself")
            try stack.start(instance)
        }
        for due in mustStart where due.at <= seconds { try stack.start(stack.instances[due.index]) }
        mustStart.removeAll { $0.at <= seconds }
        guard next < Self.plan.count, seconds >= Self.plan[next].at else { return }
        for place in Self.plan[next].places {
            let instance = stack.instances[place]
            instance.mustRun = false
            instance.program.kill9()
            counts[instance.program.name, default: 0] += 1
            mustStart.append((place, seconds + 0.3))
        }
        next += 1
    }

    /// Starts who is still down.
    mutating func finish() throws(Failure) { try turn(at: .infinity) }
}
