import Foundation
import Runtime
import Schema

/// The story on a real Kafka, with kills.
package struct Torture: Sendable {
    package let home: String
    package let data: String
    package let kills: Int
    package let brokers: Int
    package let partitions: Int32
    package let rate: Int64
    package let isKept: Bool
    package let seed: UInt64
    /// Whether all of them speak TLS, each with a certificate of its own.
    package let isSecured: Bool

    private var manifest: String { "\(data).sent.jsonl" }
    private var leaving: String { "\(data).leaving.jsonl" }
    private var cluster: String { "\(data).kafka" }
    private var certificates: String { "\(data)/certs" }
    private var waiting: Waiting { Waiting { Terminal.complain($0) } }

    /// Plays it; what it started is gone at the end. After a failure its folders are kept.
    package func run() throws(Failure) -> Evidence {
        Terminal.complain("torture: \(kills) kills, seed \(seed) (again with --seed \(seed))")
        Interruption.listen()
        let start = ContinuousClock.now
        try Disposable.make(data)
        let stack = try Stack(data: data, partitions: partitions, certificates: isSecured ? certificates : nil)
        let kafka = try KafkaCluster(
            home: home, folder: cluster, brokers: brokers, log: "\(data)/logs/kafka-cluster.log",
            security: isSecured ? secure() : nil)
        var evidence = Evidence()
        do throws(Failure) {
            try play(stack, kafka, &evidence)
        } catch {
            evidence.add("the story to its end", "\(error)", false)
        }
        stack.end()
        kafka.end(keep: !evidence.ok || isKept)
        if evidence.ok, !isKept {
            try Folder.remove(data)
            for file in [manifest, "\(manifest).needles", "\(manifest).people", leaving, "\(data).accounts"] {
                try Folder.remove(file)
            }
        } else {
            for line in evidence.ok ? [] : stack.lastLines(6) { Terminal.complain(line) }
            Terminal.complain("kept: stores and logs in \(data), Kafka's in \(cluster), what was sent in \(manifest)")
        }
        evidence.storySeconds = (ContinuousClock.now - start).seconds
        return evidence
    }

    /// Makes certificates. `troth verify`, which this process starts, and this process to admin ports are `provision`;
    /// who acts in the story is `operator` or `gateway` to Kafka, with their permissions.
    private func secure() throws(Failure) -> KafkaSecurity {
        try CertsCommand.make(certificates, days: 7)
        TLSFiles(folder: certificates, principal: "provision").export()
        return try KafkaSecurity(certificates: certificates, superUsers: ["broker", "provision"])
    }

    private func play(_ stack: Stack, _ cluster: KafkaCluster, _ evidence: inout Evidence) throws(Failure) {
        Terminal.complain("starts Kafka")
        try cluster.start(waiting)
        stack.kafka = cluster.bootstrap
        stack.limitFactor = Limits.storyLimitFactor
        let kafka = stack.provision
        try stack.make()
        if isSecured { _ = try AclKeeper(kafka).apply(prune: false) }
        for number in 1...3 {
            for service in Services.names where number <= Torment.places(of: service) {
                let instance = try stack.add(service)
                if number <= Torment.basic(of: service) { try stack.start(instance) }
            }
        }
        let asker = stack.client(.operator)
        let preparation = Preparation(kafka: asker, seed: seed, waiting: waiting)
        try preparation.load(&evidence)
        let town = Town(asker, data: data, manifest: manifest, seed: seed)
        Terminal.complain("\(Limits.storyAccounts) people register")
        try town.begin(Limits.storyAccounts, groups: 2)
        try town.finish("", &evidence)
        let opened = TimeText.now()
        try preparation.pay(town.accounts, &evidence)
        let publisher = try Publisher(
            Publisher.Order(
                kafka: stack.client(.gateway), seed: seed, accounts: town.accounts,
                rows: Trace.synthetic(seed: seed, rows: 8_819), opened: opened, rounds: Limits.tortureRounds,
                isEndless: true, rate: rate, manifest: manifest))
        try torment(stack, cluster, publisher, town, &evidence)
        publisher.end()
        let sent = try publisher.join()
        evidence.add(
            "usage published meanwhile",
            "\(sent.sent) records, \(sent.distinct) distinct calls, \(sent.duplicates) sent again",
            sent.unconfirmed == 0)
        try Quiet(stack, waiting).wait()
        evidence.add("everything read and sent", "lag 0, outboxes empty", true)
        try Leaving(kafka: asker, gateway: stack.client(.gateway), seed: seed, manifest: leaving, waiting: waiting)
            .run(town, stack, &evidence)
        try Quiet(stack, waiting).wait()
        try town.count(by: kafka, waiting, &evidence)
        let stopped = stack.drain(waiting)
        evidence.add("all services stopped when drained", stopped ? "exit status 0" : "not all did", stopped)
        try town.write()
        try Proof(data: data, kafka: kafka.bootstrap, manifests: [manifest, leaving], waiting: waiting)
            .add(to: &evidence)
    }

    private func torment(
        _ stack: Stack, _ cluster: KafkaCluster, _ publisher: Publisher, _ town: Town, _ evidence: inout Evidence
    ) throws(Failure) {
        try town.beginTrials()
        try town.begin(Limits.tortureNewcomers, groups: 2)
        var torment = Torment(stack, cluster, brokers: brokers, kills: kills, seed: seed)
        let start = ContinuousClock.now
        var said = start
        while !torment.isDone {
            try torment.turn()
            let now = ContinuousClock.now
            if now - said > .seconds(2) {
                said = now
                let deeds = torment.deeds
                let live = stack.instances.filter { $0.program.isRunning }.map(\.program.name).joined(separator: " ")
                Terminal.complain(
                    "[\(Int((now - start).seconds)) s] kills \(deeds.kills)/\(kills) (broker \(deeds.brokerKills), "
                        + "\(torment.brokerState)) · up: \(live) · \(publisher.line)")
                for fault in deeds.faults.suffix(3) { Terminal.complain("  fault: \(fault)") }
            }
            if let result = publisher.result { _ = try result.get() }
            try Waiting.pause(milliseconds: 20)
        }
        try torment.settle()
        while town.isTrying || town.isSettling {
            try torment.turn()
            try Waiting.pause(milliseconds: 20)
        }
        try town.finish("while everything was killed", &evidence)
        try town.finishTrials(&evidence)
        let deeds = torment.deeds
        evidence.add(
            "kill -9", "\(deeds.serviceKills) on services, \(deeds.brokerKills) on the broker, seed \(seed)",
            deeds.kills >= kills)
        evidence.add(
            "instances came and went",
            "\(deeds.starts) starts, \(deeds.terminations) SIGTERM, \(deeds.drains) drains", true)
        evidence.add(
            "no process ended otherwise",
            deeds.faults.isEmpty ? "none did" : deeds.faults.joined(separator: "; "), deeds.faults.isEmpty)
    }
}

extension Duration {
    /// As a number of seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
