import Foundation
import Glibc
package import Runtime
package import Schema

/// The processes of a deployment on one folder: the broker of a development machine where there is no other, and
/// instances of the services. One thread owns it.
package final class Stack {
    /// The folder of the stores.
    package let data: String
    /// The deployment's n.
    package let partitions: Int32
    /// The Kafka that the services talk to; empty until it is known.
    package var kafka = ""
    /// How much identity's limits are raised: who uses more than 1 says so.
    package var limitFactor = 1
    /// Where the services back up to, and the public half of the key; nil: they make no backups.
    package var backups: (folder: String, key: String)?
    /// The folder that `troth certs` made; nil: plaintext on this machine, as in development.
    package let certificates: String?
    /// The instances, running or not.
    package private(set) var instances: [Instance] = []
    private var broker: Program?

    /// A place for an instance of a service.
    package final class Instance {
        package let service: String
        package let program: Program
        /// True while nobody has told it to end.
        package var mustRun = false
        init(service: String, program: Program) { (self.service, self.program) = (service, program) }
    }

    package init(data: String, partitions: Int32, certificates: String? = nil) throws(Failure) {
        (self.data, self.partitions, self.certificates) = (data, partitions, certificates)
        ShardClock.follow(data)
        for folder in ["\(data)/run", "\(data)/logs"] { try Folder.make(folder) }
    }

    /// Starts devbroker and waits until its topics are there.
    package func startBroker(_ waiting: Waiting) throws(Failure) {
        let file = "\(data)/run/devbroker"
        unlink(file)
        let words = [try Programs.path("devbroker"), "--partitions", "\(partitions)", "--file", file]
        let broker = Program(name: "devbroker", words: words, log: "\(data)/logs/devbroker.log")
        try broker.start()
        self.broker = broker
        note()
        try waiting.until(seconds: Limits.startSeconds, or: "devbroker did not start") { () throws(Failure) in
            guard broker.isRunning else { throw .check("devbroker ended: see \(broker.log)") }
            return access(file, R_OK) == 0 ? nil : "devbroker makes its topics"
        }
        kafka = try TextFile.read(file)
    }

    /// The Kafka, as who may change it.
    package var provision: KafkaOptions { client(.provision) }

    /// The Kafka, as a client that is no service.
    package func client(_ edge: Edge) -> KafkaOptions {
        KafkaOptions(kafka, tls: certificates.map { TLSFiles(folder: $0, principal: edge.rawValue) })
    }

    /// What a service is started with so that it can speak to Kafka and be spoken to.
    private func transport(_ service: String) -> [String] {
        guard let certificates else { return ["--development"] }
        let files = TLSFiles(folder: certificates, principal: service)
        return [
            "--tls-ca-file", files.authorities, "--tls-certificate-file", files.certificate,
            "--tls-key-file", files.key, "--admin-names", "operator,monitor,provision",
        ]
    }

    /// Makes topics and stores.
    package func make() throws(Failure) {
        let keeper = try TopicKeeper(provision, partitions: partitions, replication: nil)
        guard try keeper.apply().isOK else {
            throw .check("the topics at \(kafka) are not as needed: see troth topics diff --kafka \(kafka)")
        }
        _ = try DataFolder(data).makeStores(partitions: partitions)
    }

    /// A new place for an instance, not started.
    package func add(_ service: String, logFormat: String = "terminal") throws(Failure) -> Instance {
        let number = instances.count { $0.service == service } + 1
        let words =
            [
                try Programs.path(service), "--data", data, "--kafka", kafka, "--partitions", "\(partitions)",
                "--log-format", logFormat,
            ] + transport(service) + options(of: service)
        let name = "\(service)-\(number)"
        let instance = Instance(
            service: service, program: Program(name: name, words: words, log: "\(data)/logs/\(name).log"))
        instances.append(instance)
        return instance
    }

    /// What one service takes that others do not.
    private func options(of service: String) -> [String] {
        let backups = self.backups.map { ["--backup-folder", $0.folder, "--backup-key", $0.key] } ?? []
        return backups + ownOptions(of: service)
    }

    private func ownOptions(of service: String) -> [String] {
        switch service {
        case "identity": ["--limit-factor", "\(limitFactor)"]
        case "notifier": ["--mail-maildir", DataFolder(data).maildir]
        case "rights-worker":
            ["--rights-controller", "the operator of this deployment", "--rights-contact", "privacy@localhost"]
        default: []
        }
    }

    /// Starts an instance.
    package func start(_ instance: Instance) throws(Failure) {
        try instance.program.start()
        instance.mustRun = true
        note()
    }

    /// Instances that ended though nobody told them to.
    package func fallen() -> [Instance] { instances.filter { $0.mustRun && !$0.program.isRunning } }

    /// True where the broker of this stack has ended.
    package var hasLostBroker: Bool { broker.map { !$0.isRunning } ?? false }

    /// The run file of an instance that is up.
    package func runFile(of instance: Instance) -> RunFile? {
        RunFile.all(data: data).first { $0.isAlive && $0.pid == instance.program.pid }
    }

    /// The services in the order in which messages flow: the next one is drained when the one before has ended.
    package static let order = Services.flow

    /// Tells the services to stop when everything is read and acknowledged, one after the other, and waits. False: some
    /// had to be ended otherwise.
    package func drain(_ waiting: Waiting, meanwhile: () -> Void = {}) -> Bool {
        for instance in instances { instance.mustRun = false }
        return Stack.order.map { drain($0, waiting, meanwhile) }.allSatisfy { $0 }
    }

    private func drain(_ service: String, _ waiting: Waiting, _ meanwhile: () -> Void) -> Bool {
        let running = instances.filter { $0.service == service && $0.program.isRunning }
        for instance in running {
            guard let file = runFile(of: instance),
                (try? AdminClient.ask("POST", file, "/stop"))?.status == 202
            else {
                instance.program.send(SIGTERM)
                continue
            }
        }
        return awaitEnd(of: running, waiting, meanwhile)
    }

    private func awaitEnd(of running: [Instance], _ waiting: Waiting, _ meanwhile: () -> Void) -> Bool {
        for turn in 0..<Limits.drainSeconds * 20 {
            let left = running.filter { $0.program.isRunning }.map(\.program.name)
            if left.isEmpty { return running.allSatisfy { $0.program.ending == .status(0) } }
            if turn % 40 == 39 {
                waiting.progress("  waits: \(left.joined(separator: ", ")) read and acknowledge the rest")
            }
            usleep(50_000)
            meanwhile()
        }
        return false
    }

    /// Ends what still runs, the broker too.
    package func end() {
        for instance in instances {
            instance.mustRun = false
            instance.program.kill9()
        }
        broker?.send(SIGTERM)
        if broker?.wait(seconds: Limits.killSeconds) == false { broker?.kill9() }
        unlink(StackFile.path(data))
    }

    /// Leaves everything running; `troth down` finds it in the stack's file.
    package func leave() { note() }

    /// Writes who runs.
    private func note() {
        var all = instances.map(\.program)
        if let broker { all.insert(broker, at: 0) }
        let processes = all.compactMap { program in program.pid.map { StackFile.Process(name: program.name, pid: $0) } }
        StackFile(starter: getpid(), kafka: kafka, processes: processes).write(data)
    }

    /// The last lines of everybody's log.
    package func lastLines(_ count: Int) -> [String] {
        let all = instances.map(\.program) + (broker.map { [$0] } ?? [])
        return all.flatMap { program in program.lastLines(count).map { "\(program.name) | \($0)" } }
    }
}
