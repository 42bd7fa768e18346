import Engine
import Foundation
import Glibc
import Runtime
import Schema
import Seal

/// The loss of every file and what brings them back: backups are made while usage flows, everything goes on, all
/// processes are killed and all stores removed; restored, they converge with what the topics have kept. Who was erased
/// in between stays erased.
struct RestoreDrill: Sendable {
    let data: String
    let isKept: Bool
    let seed: UInt64

    private static let partitions: Int32 = 4
    private var folder: BackupFolder { BackupFolder("\(data).backups") }
    private var keyFile: String { "\(data).backup-key" }
    private var manifests: [String] { ["before", "after", "leaving"].map { "\(data).\($0).jsonl" } }
    private var waiting: Waiting { Waiting { Terminal.complain($0) } }

    /// Plays it; what it started is gone at the end. After a failure its folders are kept.
    func run() throws(Failure) -> Evidence {
        Interruption.listen()
        let start = ContinuousClock.now
        try Disposable.make(data)
        try clean()
        let stack = try Stack(data: data, partitions: Self.partitions)
        var evidence = Evidence()
        do throws(Failure) {
            try play(stack, &evidence)
        } catch {
            evidence.add("the drill to its end", "\(error)", false)
        }
        stack.end()
        if evidence.ok, !isKept {
            try Folder.remove(data)
            try clean()
        } else {
            for line in evidence.ok ? [] : stack.lastLines(6) { Terminal.complain(line) }
            Terminal.complain("kept: stores and logs in \(data), backups in \(folder.path)")
        }
        evidence.storySeconds = (ContinuousClock.now - start).seconds
        return evidence
    }

    private func clean() throws(Failure) {
        for path in [folder.path, keyFile, "\(data).accounts", "\(data).erased"] { try Folder.remove(path) }
        for manifest in manifests + ["\(data).erased.jsonl"] {
            for path in [manifest, "\(manifest).needles", "\(manifest).people"] { try Folder.remove(path) }
        }
    }

    private func play(_ stack: Stack, _ evidence: inout Evidence) throws(Failure) {
        Terminal.complain("starts devbroker and the services, with a folder for backups")
        stack.limitFactor = Limits.storyLimitFactor
        stack.backups = (folder.path, Base64URL.encode(try BackupKey.make(keyFile)))
        try stack.startBroker(waiting)
        let kafka = KafkaOptions(stack.kafka)
        try stack.make()
        for service in Services.names { try stack.start(try stack.add(service)) }
        let preparation = Preparation(kafka: kafka, seed: seed, waiting: waiting)
        try preparation.load(&evidence)
        let town = Town(kafka, data: data, manifest: manifests[0], seed: seed)
        try town.begin(Limits.drillPeople, groups: 1)
        try town.finish("", &evidence)
        let opened = TimeText.now()
        try preparation.pay(town.accounts, &evidence)
        let erasure = DrillErasure(kafka: kafka, data: data, stack: stack, seed: seed, waiting: waiting)
        let person = try erasure.settle()
        town.learn(person.needles)
        try Quiet(stack, waiting).wait()
        let publisher = try publish(town, kafka, opened, to: manifests[0], seed: seed)
        try backUp(stack, whileFlows: publisher, &evidence)
        let sent = try publisher.join()
        evidence.add(
            "usage before the loss", "\(sent.sent) records, \(sent.distinct) distinct calls", sent.unconfirmed == 0)
        Terminal.complain("erases somebody, and looks through the backups from before")
        try erasure.erase(person, in: folder, keyFile: keyFile, &evidence)
        try lose(stack, &evidence)
        try restore(sent.sent, &evidence)
        for instance in stack.instances { try stack.start(instance) }
        Terminal.complain("the restored files read on")
        try Quiet(stack, waiting).wait()
        evidence.add("the restored files have read everything again", "lag 0, outboxes empty", true)
        let more = try publish(town, kafka, opened, to: manifests[1], seed: seed &+ 77).join()
        evidence.add("usage after the restore", "\(more.sent) records", more.unconfirmed == 0)
        try Leaving(kafka: kafka, gateway: kafka, seed: seed, manifest: manifests[2], waiting: waiting)
            .run(town, stack, &evidence)
        try Quiet(stack, waiting).wait()
        let stopped = stack.drain(waiting)
        evidence.add("services stopped", stopped ? "drained, exit status 0" : "not all were drained", stopped)
        try town.write()
        try Proof(
            data: data, kafka: kafka.bootstrap, manifests: manifests, erased: erasure.erased, waiting: waiting
        ).add(to: &evidence)
    }

    private func publish(
        _ town: Town, _ kafka: KafkaOptions, _ opened: Instant, to manifest: String, seed: UInt64
    ) throws(Failure) -> Publisher {
        try Publisher(
            Publisher.Order(
                kafka: kafka, seed: seed, accounts: town.accounts,
                rows: Trace.synthetic(seed: seed, rows: Limits.drillRows), opened: opened, rounds: 1,
                rate: Limits.drillRate, manifest: manifest))
    }

    /// Backs every file up while usage flows. The first ones were made at the start, by time.
    private func backUp(_ stack: Stack, whileFlows publisher: Publisher, _ evidence: inout Evidence) throws(Failure) {
        try waiting.until(seconds: Limits.startSeconds, or: "nothing is published") { () throws(Failure) in
            publisher.line.hasPrefix("nothing") ? "usage flows" : nil
        }
        Terminal.complain("backs everything up, while usage flows")
        var results: [BackupStatus.Result] = []
        for service in Services.names { results += try BackupRun.run(service, nil, data: data) }
        let failed = results.compactMap(\.reason)
        evidence.add(
            "files backed up while usage flowed", failed.first ?? "\(results.count), encrypted and signed",
            failed.isEmpty && results.count == Services.names.count * Int(Self.partitions) && publisher.result == nil)
    }

    /// Kills every process and removes every store, the keys files too: the disk is gone. Secrets lie elsewhere.
    private func lose(_ stack: Stack, _ evidence: inout Evidence) throws(Failure) {
        Terminal.complain("kills all services, and removes all stores")
        for instance in stack.instances {
            instance.mustRun = false
            instance.program.kill9()
        }
        for service in Services.names { try Folder.remove("\(data)/\(service)") }
        evidence.add("all services killed, all stores removed", "keys files too; secrets are kept elsewhere", true)
    }

    private func restore(_ sent: Int64, _ evidence: inout Evidence) throws(Failure) {
        Terminal.complain("restores all files")
        var (files, rows, read) = (0, Int64(0), Int64(0))
        for service in Services.all {
            let name = service.name.text
            do {
                let trusted = try SecretFiles.trusted("\(data)/secrets/\(name)/trust")
                let key = try X25519Key(SecretBytes(file: keyFile))
                let restoration = Restoration(BackupReader(trusted: trusted, key: key), data: data)
                for partition in folder.partitions(of: name) {
                    let manifest = try restoration.restore(
                        try BackupOptions.entry(folder, name, partition, named: nil), of: service, replacing: false,
                        reason: Remark(text: "drill") ?? .example, at: ShardClock.now())
                    files += 1
                    rows += manifest.rows.values.reduce(0, +)
                    read += manifest.file.offsets.first { $0.topic == "metering.usage" }?.next ?? 0
                }
            } catch {
                throw BackupOptions.refusal(error)
            }
        }
        evidence.add(
            "files restored", "\(files) of \(Services.names.count * Int(Self.partitions)), \(rows) rows",
            files == Services.names.count * Int(Self.partitions))
        evidence.add(
            "the backups are older than the loss", "\(read) of \(sent) records of usage were read by then",
            read > 0 && read < sent)
    }
}
