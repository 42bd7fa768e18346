import Foundation
import Glibc

/// An Apache Kafka of this machine, started by the scripts of its folder: to be killed and started again.
package final class KafkaCluster {
    /// What clients put into `bootstrap.servers`.
    package let bootstrap: String
    /// Where its nodes keep their data and logs.
    package let folder: String
    private let script: String
    private let brokers: Int
    private let port: Int
    private let log: String
    private let settings: [String]

    /// `home` holds `bin/kafka-cluster`; the nodes' data go to `folder`, which is removed first. With
    /// `security` it speaks TLS alone, on one node.
    package init(
        home: String, folder: String, brokers: Int, log: String, security: KafkaSecurity? = nil
    ) throws(Failure) {
        script = "\(home)/bin/kafka-cluster"
        guard access(script, X_OK) == 0 else {
            throw .usage("\(script) is not there: give --kafka-home DIR or set KAFKA_HOME to a folder with it")
        }
        (self.folder, self.brokers, self.log) = (folder, brokers, log)
        let port = try Self.freePort(max(brokers, security?.listeners.count ?? 0))
        bootstrap = (0..<brokers).map { "127.0.0.1:\(port + $0)" }.joined(separator: ",")
        self.port = port
        settings = security?.settings(port: port) ?? []
    }

    /// The folder that holds `bin/kafka-cluster`: `--kafka-home`, KAFKA_HOME, or the one beside the checkout.
    package static func home(_ arguments: Arguments) -> String {
        let environment = ProcessInfo.processInfo.environment["KAFKA_HOME"] ?? ""
        return Folder.absolute(
            arguments.text("--kafka-home") ?? (environment.isEmpty ? "../shared/kafka" : environment))
    }

    /// Starts all nodes and waits until they answer.
    package func start(_ waiting: Waiting) throws(Failure) {
        try run(["destroy"], waiting)
        let sets = settings.flatMap { ["--set", $0] }
        try run(["start", "--brokers", "\(brokers)", "--port", "\(port)", "--heap", "384M"] + sets, waiting)
    }

    /// Ends a node with SIGKILL.
    package func kill(node: Int) throws(Failure) { try run(["kill", "\(node)"], Waiting { _ in }) }

    /// Begins to start a node again; the program ends when it answers.
    package func resume(node: Int) throws(Failure) -> Program {
        let program = program(["resume", "\(node)"])
        try program.start()
        return program
    }

    /// Ends all nodes; `keep` leaves their folders.
    package func end(keep: Bool) {
        try? run([keep ? "kill" : "destroy"], Waiting { _ in })  // a cluster that is gone needs no end
    }

    private func program(_ arguments: [String]) -> Program {
        Program(name: "kafka-cluster \(arguments[0])", words: [script] + arguments + ["--dir", folder], log: log)
    }

    private func run(_ arguments: [String], _ waiting: Waiting) throws(Failure) {
        let program = program(arguments)
        try program.start()
        let start = ContinuousClock.now
        var turns = 0
        while program.isRunning {
            guard ContinuousClock.now - start < .seconds(Limits.clusterSeconds) else {
                program.kill9()
                throw .check("kafka-cluster \(arguments[0]) did not end: see \(log)")
            }
            turns += 1
            if turns % 100 == 0 { waiting.progress("  waits: kafka-cluster \(arguments[0])") }
            usleep(20_000)
        }
        guard program.ending == .status(0) else {
            throw .check(
                "kafka-cluster \(arguments[0]) failed (\(program.lastLines(1).first ?? "no output")): see \(log)")
        }
    }

    /// The first of `brokers` ports in a row, with those of their controllers 100 above, that nobody listens on.
    private static func freePort(_ brokers: Int) throws(Failure) -> Int {
        for _ in 0..<Limits.portTries {
            let first = Int.random(in: 20_000..<29_000)
            let ports = (0..<brokers).flatMap { [first + $0, first + $0 + 100] }
            if ports.allSatisfy(isFree) { return first }
        }
        throw .check("no free ports between 20000 and 29200: end other programs")
    }

    private static func isFree(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
