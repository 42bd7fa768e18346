import CommandLineTool
import Foundation
import Glibc
import Kafka
import Runtime
import Schema

/// An Apache Kafka of one node, in a folder of its own, with all topics. Destroyed with its owner.
final class Cluster {
    /// Its bootstrap server.
    let servers: String
    /// A folder for the data of what is measured.
    let data: String
    /// Whether it speaks TLS alone.
    let isSecured: Bool
    private let script: String
    private let folder: String

    /// Starts it. Errors: there is no Kafka, or it does not start.
    init(home: String, isSecured: Bool) throws {
        self.isSecured = isSecured
        script = "\(home)/bin/kafka-cluster"
        guard access(script, X_OK) == 0 else {
            throw BenchError.failed("there is no \(script): set KAFKA_HOME to a folder with an Apache Kafka")
        }
        let port = try Self.freePort()
        servers = "127.0.0.1:\(port)"
        folder = NSTemporaryDirectory() + "troth-bench-\(getpid())-\(port)"
        data = "\(folder)/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        Progress.line("starts Kafka on \(servers)")
        let sets = isSecured ? try secure(port: port).flatMap { ["--set", $0] } : []
        try run(["start", "--dir", "\(folder)/kafka", "--port", "\(port)", "--heap", "1G"] + sets)
        try createTopics()
    }

    deinit {
        try? run(["destroy", "--dir", "\(folder)/kafka"])
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func run(_ arguments: [String]) throws {
        let process = try ChildProcess(script, arguments, log: "\(folder)/kafka.log")
        guard process.ended(waiting: true) == 0 else {
            throw BenchError.failed("\(script) \(arguments.joined(separator: " ")) failed: see \(folder)/kafka.log")
        }
    }

    private func createTopics() throws {
        let admin = try Admin(settings, log: .silent)
        try admin.createTopics(
            Topics.all.map { topic in
                NewTopic(
                    name: topic.name.text, partitions: topic.partitionCount(n: Limits.partitions), replication: 1,
                    configuration: topic.settings)
            })
    }

    /// How a client reaches it.
    var settings: Settings { [("bootstrap.servers", servers)] + (files(of: "bench")?.settings ?? []) }

    /// The certificate of a principal; nil: plaintext.
    func files(of name: String) -> TLSFiles? {
        isSecured ? TLSFiles(folder: "\(folder)/certs", principal: name) : nil
    }

    /// Makes certificates; returns lines of server.properties. All principals may do everything.
    private func secure(port: UInt16) throws -> [String] {
        let certificates = "\(folder)/certs"
        try FileManager.default.createDirectory(atPath: certificates, withIntermediateDirectories: true)
        let authority = try DevelopmentAuthority(days: 1)
        try authority.write(to: "\(certificates)/ca.pem")
        let names = ["broker", "bench", "provision"] + Services.names
        for name in names {
            let files = TLSFiles(folder: certificates, principal: name)
            try authority.issue(.init(name, validity: -60...86_400), certificate: files.certificate, key: files.key)
        }
        let broker = TLSFiles(folder: certificates, principal: "broker")
        let store = try [broker.key, broker.certificate].map { try String(contentsOfFile: $0, encoding: .utf8) }
        try store.joined(separator: "\n").write(
            toFile: "\(certificates)/broker-store.pem", atomically: true, encoding: .utf8)
        return [
            "listeners=SSL://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(port + 100)",
            "advertised.listeners=SSL://127.0.0.1:\(port)", "inter.broker.listener.name=SSL",
            "listener.security.protocol.map=SSL:SSL,CONTROLLER:SSL", "ssl.enabled.protocols=TLSv1.3",
            "ssl.protocol=TLSv1.3", "ssl.client.auth=required", "ssl.keystore.type=PEM",
            "ssl.keystore.location=\(certificates)/broker-store.pem", "ssl.truststore.type=PEM",
            "ssl.truststore.location=\(certificates)/ca.pem", "ssl.principal.mapping.rules=RULE:^CN=([a-z-]+)$/$1/",
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users=\(names.map { "User:\($0)" }.joined(separator: ";"))",
        ]
    }

    /// A port that is free now, as is the one 100 above it, which the node takes as controller.
    private static func freePort() throws(BenchError) -> UInt16 {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<30_000)
            if isFree(port), isFree(port + 100) { return port }
        }
        throw .failed("no port between 20000 and 30000 is free: stop what listens there")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafeBytes(of: &address) { bytes in
            bind(socket, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count)) == 0
        }
    }
}
