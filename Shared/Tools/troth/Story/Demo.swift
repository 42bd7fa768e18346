import Foundation
import Glibc
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
    private var leaving: String { "\(data).leaving.jsonl" }
    private var asking: String { "\(data).asking.jsonl" }
    private var erased: String { "\(data).erased" }
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
            let asked = ["\(asking).0", "\(asking).1", "\(asking).late", erased]
            for file in [manifest, "\(manifest).needles", "\(manifest).people", leaving, "\(data).accounts"] + asked {
                try Folder.remove(file)
            }
        } else {
            for line in stack.lastLines(8) { Terminal.complain(line) }
            Terminal.complain("kept: stores and logs in \(data), what was sent in \(manifest)")
        }
        return evidence
    }

    private func play(_ stack: Stack, _ evidence: inout Evidence) throws(Failure) {
        Terminal.complain("starts devbroker, two instances of metering and one of each other service under \(data)")
        stack.limitFactor = Limits.storyLimitFactor
        Terminal.complain(
            "identity's limits of codes and registrations are raised \(stack.limitFactor) times for the story; mail is "
                + "not sent, it lies in \(DataFolder(data).maildir)")
        try stack.startBroker(waiting)
        let kafka = KafkaOptions(stack.kafka)
        try stack.make()
        for service in Services.names + ["metering"] { try stack.start(try stack.add(service)) }
        let ending = try Background("ending") { [data, seed] () throws(Failure) in try Self.ending(data, seed) }
        var killer = Killer(stack)
        let preparation = Preparation(kafka: kafka, seed: seed, waiting: waiting)
        try preparation.load(&evidence)
        let town = Town(kafka, data: data, manifest: manifest, seed: seed)
        try settle(town, &killer, &evidence)
        let opened = TimeText.now()
        try preparation.pay(town.accounts, &evidence)
        try send(stack, town, kafka, &killer, opened, &evidence)
        let start = ContinuousClock.now
        try Quiet(stack, waiting).wait()
        let seconds = Int((ContinuousClock.now - start).seconds)
        evidence.add("everything read and sent", "lag 0, outboxes empty, \(seconds) s after the last record", true)
        Terminal.complain("one person closes the account; usage of it, and of an account that nobody registered")
        try Leaving(kafka: kafka, gateway: kafka, seed: seed, manifest: leaving, waiting: waiting)
            .run(town, stack, &evidence)
        try Quiet(stack, waiting).wait()
        try Look(kafka: kafka, account: town.accounts[0], isTalking: isTalking).add(to: &evidence)
        let asked = try claim(town, kafka, stack, &evidence)
        evidence.add(try ending.join())
        if !isKept {
            Terminal.complain("stops the services")
            let stopped = stack.drain(waiting)
            evidence.add("services stopped", stopped ? "drained, exit status 0" : "not all were drained", stopped)
        }
        Terminal.complain("verifies")
        try town.write()
        try judge(asked, &evidence)
        try Proof(
            data: data, kafka: kafka.bootstrap, manifests: [manifest, leaving, "\(asking).1"], erased: erased,
            waiting: waiting
        ).add(to: &evidence)
    }

    /// People ask for their rights; then what comes late for who was erased.
    private func claim(
        _ town: Town, _ kafka: KafkaOptions, _ stack: Stack, _ evidence: inout Evidence
    ) throws(Failure) -> Rights.Asked {
        let askers = try admit(town, kafka, &evidence)
        try town.count(by: kafka, waiting, &evidence)
        Terminal.complain("one person corrects the address and asks for everything that is held, one to be erased")
        let command = CommandRun(data: data, kafka: kafka)
        let asked = try Rights(command: command, stack: stack, waiting: waiting).ask(askers, &evidence)
        town.learn([asked.corrected?.text].compactMap { $0 })
        try Quiet(stack, waiting).wait()
        guard let erased = asked.erased else { return asked }
        try TextFile.write(Array("\(erased.text)\n".utf8), to: self.erased)
        try Late(data: data, kafka: kafka, stack: stack, waiting: waiting)
            .run(erased, manifest: "\(asking).late", seed: seed &+ 9, &evidence)
        return asked
    }

    /// What a process of its own shows, with a clock of its own.
    private static func ending(_ data: String, _ seed: UInt64) throws(Failure) -> Evidence {
        let output = "\(data).ending.json"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let words = [
            try Programs.path("troth"), "story", "ending", "--data", "\(data).ending", "--seed", "\(seed)", "--json",
        ]
        let program = Program(name: "ending", words: words, log: output)
        try program.start()
        defer {
            program.send(SIGINT)
            if !program.wait(seconds: Limits.killSeconds) { program.kill9() }
        }
        try Waiting { _ in }.until(seconds: Limits.endingSeconds, or: "the end of an account is not reached") {
            () throws(Failure) in program.isRunning ? "troth story ending" : nil
        }
        let text = try TextFile.read(output)
        guard let json = text.firstIndex(of: "{").map({ text[$0...] }),
            let evidence = try? JSONDecoder().decode(Evidence.self, from: Data(json.utf8))
        else { throw .check("troth story ending gave no result (\(text.suffix(400))): run it by itself") }
        return evidence
    }

    /// Lets people in who will ask for their rights; each pays and calls.
    private func admit(
        _ town: Town, _ kafka: KafkaOptions, _ evidence: inout Evidence
    ) throws(Failure) -> [Resident] {
        try town.begin(Limits.storyAskers, groups: 1)
        try town.finish("who will ask for their rights", &evidence)
        let askers = Array(town.residents.suffix(Limits.storyAskers))
        _ = try Payments(kafka, waiting).make(Payments.make(askers.map(\.account), seed: seed &+ 2))
        for (number, asker) in askers.enumerated() {
            try Leaving.call(asker.account, kafka, "\(asking).\(number)", seed: seed &+ UInt64(number), waiting)
        }
        return askers
    }

    /// What the archive shows is what the stores hold.
    private func judge(_ asked: Rights.Asked, _ evidence: inout Evidence) throws(Failure) {
        guard let shown = asked.shown else { return }
        let differences = try ArchiveOracle(data: data, account: shown.account, archive: shown.archive).differences()
        evidence.add(
            "the archive is what the stores hold", differences.first ?? "table by table, row for row",
            differences.isEmpty)
    }

    /// Lets everybody settle while identity and notifier are killed.
    private func settle(_ town: Town, _ killer: inout Killer, _ evidence: inout Evidence) throws(Failure) {
        Terminal.complain("\(Limits.storyAccounts) people register, while identity and notifier are killed")
        try town.begin(Limits.storyAccounts, groups: 2)
        killer.begin(killer.settling)
        while town.isSettling {
            try killer.turn()
            try Waiting.pause(milliseconds: 20)
        }
        try killer.finish()
        try town.finish("while identity and notifier were killed", &evidence)
    }

    /// Publishes the trace, and has people try what they must not get, while processes are killed.
    private func send(
        _ stack: Stack, _ town: Town, _ kafka: KafkaOptions, _ killer: inout Killer, _ opened: Instant,
        _ evidence: inout Evidence
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
                kafka: kafka, seed: seed, accounts: town.accounts, rows: rows, opened: opened, rounds: 1,
                rate: Limits.demoRate, manifest: manifest))
        try town.beginTrials()
        let start = ContinuousClock.now
        killer.begin(killer.sending)
        var said = start
        while publisher.result == nil || town.isTrying {
            try killer.turn()
            if ContinuousClock.now - said > .seconds(2) {
                said = ContinuousClock.now
                let seconds = Int((said - start).seconds)
                let trials = town.isTrying ? " · codes, sessions and keys are tried" : ""
                Terminal.complain("  [\(seconds) s] \(publisher.line) · \(killer.count) kills\(trials)")
            }
            try Waiting.pause(milliseconds: 20)
        }
        let sent = try publisher.join()
        try killer.finish()
        try town.finishTrials(&evidence)
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
    private var faults: [String] = []
    private var plan: ArraySlice<Step> = []
    private var start = ContinuousClock.now
    private var mustStart: [(index: Int, at: Double)] = []

    /// When, in seconds, and which instances.
    typealias Step = (at: Double, places: [Int])
    /// Identity, then notifier.
    var settling: [Step] { [(0.7, places(of: "identity")), (7, places(of: "notifier"))] }
    /// Every other instance, and then the others, over and over.
    var sending: [Step] {
        [4, 11, 18, 25, 32, 39].enumerated().map { number, at in
            (at, Array(stride(from: number % 2, to: stack.instances.count, by: 2)))
        }
    }

    private func places(of service: String) -> [Int] {
        stack.instances.indices.filter { stack.instances[$0].service == service }
    }

    init(_ stack: Stack) { self.stack = stack }

    var count: Int { counts.values.reduce(0, +) }
    var words: String {
        let all = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value) times" }.joined(separator: ", ")
        return faults.isEmpty ? "\(all); nobody ended otherwise" : faults.joined(separator: "; ")
    }
    var isOK: Bool { faults.isEmpty && counts.count == stack.instances.count }

    /// Follows a plan from now on.
    mutating func begin(_ plan: [Step]) { (self.plan, start) = (plan[...], .now) }

    /// Does what is due.
    mutating func turn() throws(Failure) { try turn(at: (ContinuousClock.now - start).seconds) }

    private mutating func turn(at seconds: Double) throws(Failure) {
        for instance in stack.fallen() {
            faults.append("\(instance.program.name) ended by itself")
            try stack.start(instance)
        }
        for due in mustStart where due.at <= seconds { try stack.start(stack.instances[due.index]) }
        mustStart.removeAll { $0.at <= seconds }
        guard let step = plan.first, seconds >= step.at else { return }
        for place in step.places {
            let instance = stack.instances[place]
            instance.mustRun = false
            instance.program.kill9()
            counts[instance.program.name, default: 0] += 1
            mustStart.append((place, seconds + 0.3))
        }
        plan = plan.dropFirst()
    }

    /// Starts who is still down.
    mutating func finish() throws(Failure) {
        plan = []
        try turn(at: .infinity)
    }
}
