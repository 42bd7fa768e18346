import Foundation
package import Kafka
package import Runtime
package import Schema

/// Which Kafka a command talks to, and the clients for it.
package struct KafkaOptions: Sendable {
    /// `host:port`, several with commas.
    package let bootstrap: String
    /// Under librdkafka's own names.
    package let settings: Settings

    /// What every command that talks to Kafka takes.
    package static let options: [OptionHelp] = [
        OptionHelp("--kafka", "H:P", "the Kafka to talk to; without it, the variable TROTH_KAFKA"),
        OptionHelp("--tls-ca-file", "FILE", "whose certificates are trusted; without it TROTH_TLS_CA_FILE"),
        OptionHelp("--tls-certificate-file", "FILE", "the own one; without it TROTH_TLS_CERTIFICATE_FILE"),
        OptionHelp("--tls-key-file", "FILE", "its key; without it TROTH_TLS_KEY_FILE"),
        OptionHelp("--set", "NAME=VALUE", "a setting of librdkafka, as linger.ms=5", repeats: true),
    ]
    /// Settings that other options decide, by how their names begin.
    private static let decided = ["ssl.", "security.", "sasl.", "enable.ssl.", "bootstrap.", "metadata.broker."]

    /// The certificate files, from the options or else from the environment; nil where neither has any.
    package static func certificates(_ arguments: Arguments?) throws(Failure) -> TLSFiles? {
        let environment = ProcessInfo.processInfo.environment
        do throws(TransportError) {
            return try TLSFiles { arguments?.text("--\($0)") ?? environment[TLSFiles.variable(of: $0)] }
        } catch {
            throw .usage("\(error)")
        }
    }

    /// Reads `--kafka`, `--tls-…` and `--set`. Plaintext is for this machine alone.
    package init(_ arguments: Arguments) throws(Failure) {
        guard let server = arguments.text("--kafka") ?? ProcessInfo.processInfo.environment["TROTH_KAFKA"],
            !server.isEmpty
        else {
            throw .usage("no Kafka is named: give --kafka H:P or set TROTH_KAFKA")
        }
        var settings: Settings = []
        for text in arguments.texts("--set") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw .usage("--set \(text) is no setting: write NAME=VALUE")
            }
            guard !Self.decided.contains(where: parts[0].hasPrefix) else {
                throw .usage("--set \(parts[0]) is not allowed: use --kafka and the options --tls-…")
            }
            settings.append((name: parts[0], value: parts[1]))
        }
        let files = try Self.certificates(arguments)
        do throws(TransportError) {
            _ = try Transport(files: files, servers: server, isDevelopment: true)
        } catch {
            throw .usage("\(error)")
        }
        self.init(server, tls: files, settings: settings)
    }

    /// A Kafka by its address.
    package init(_ bootstrap: String, tls: TLSFiles? = nil, settings: Settings = []) {
        self.bootstrap = bootstrap
        // librdkafka's own log is off: what goes wrong is an error of a call, and printed as such
        self.settings =
            [
                ("bootstrap.servers", bootstrap), ("log_level", "0"), ("client.id", "troth"),
                ("reconnect.backoff.max.ms", "1000"),
            ] + (tls?.settings ?? []) + settings
    }

    /// A client for questions to the cluster.
    package func admin() throws(Failure) -> Admin {
        try attempt { () throws(KafkaError) in try Admin(settings, log: .silent) }
    }

    /// A client that reads without a group.
    package func reader() throws(Failure) -> TopicReader {
        try attempt { () throws(KafkaError) in try TopicReader(settings + [("fetch.wait.max.ms", "50")], log: .silent) }
    }

    /// The cluster and these topics, or why it cannot be reached.
    package func metadata(
        _ topics: [String], admin: Admin, milliseconds: Int32 = Limits.metadataMilliseconds
    ) throws(Failure) -> ClusterMetadata {
        try attempt { () throws(KafkaError) in try admin.metadata(topics: topics, milliseconds: milliseconds) }
    }

    /// How many partitions a topic has.
    package func partitions(of topic: TopicName, admin: Admin) throws(Failure) -> Int32 {
        let found = try metadata([topic.text], admin: admin).topics.first
        guard let found, found.error == nil, found.partitions > 0 else {
            throw .refused(
                "topic \(topic) is not at \(bootstrap): make it with troth topics apply --kafka \(bootstrap)")
        }
        return Int32(found.partitions)
    }

    /// Runs a call of module Kafka; its error becomes one that names the address.
    package func attempt<Value: ~Copyable>(_ body: () throws(KafkaError) -> Value) throws(Failure) -> Value {
        do {
            return try body()
        } catch {
            throw failure(error)
        }
    }

    /// Why a call failed, for a user.
    package func failure(_ error: KafkaError) -> Failure {
        if error.isAuthorization { return .refused("\(error)") }
        if error.name == "_INVALID_ARG" { return .usage("\(error)") }
        if error.isTimeout || error.name == "_TRANSPORT" || error.name == "_ALL_BROKERS_DOWN" {
            return .unreachable("Kafka at \(bootstrap) does not answer (\(error.name)): start it, or correct --kafka")
        }
        return .unreachable("\(error)")
    }
}
