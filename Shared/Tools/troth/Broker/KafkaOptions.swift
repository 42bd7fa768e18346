import Foundation
package import Kafka
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
        OptionHelp("--set", "NAME=VALUE", "a setting of librdkafka, as security.protocol=ssl", repeats: true),
    ]

    /// Reads `--kafka` and `--set`.
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
            settings.append((name: parts[0], value: parts[1]))
        }
        self.init(server, settings: settings)
    }

    /// A Kafka by its address.
    package init(_ bootstrap: String, settings: Settings = []) {
        self.bootstrap = bootstrap
        // librdkafka's own log is off: what goes wrong is an error of a call, and printed as such
        self.settings =
            [
                ("bootstrap.servers", bootstrap), ("log_level", "0"), ("client.id", "troth"),
                ("reconnect.backoff.max.ms", "1000"),
            ] + settings
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
