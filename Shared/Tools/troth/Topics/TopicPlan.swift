package import Kafka
package import Schema

/// What a Kafka lacks of Troth's topics.
package struct TopicPlan: Equatable, Sendable {
    /// How a topic stands.
    package enum State: String, Encodable, Sendable {
        case ok, missing, partitions, settings
    }
    /// A topic and what to do about it.
    package struct Row: Encodable, Equatable, Sendable {
        package let topic: String
        package let state: State
        package let detail: String
    }
    package let rows: [Row]

    /// Librdkafka's own cluster in memory, as devbroker runs it, knows neither settings nor the making of topics.
    package static func isInMemory(_ cluster: ClusterMetadata) -> Bool {
        cluster.clusterID?.hasPrefix("mockCluster") ?? false
    }

    /// A topic's settings where records have so many replicas.
    package static func settings(of topic: any AnyTopic, replication: Int32) -> [(name: String, value: String)] {
        topic.settings + (replication >= 3 ? [(name: "min.insync.replicas", value: "2")] : [])
    }

    /// Compares a cluster with what a deployment of n partitions needs. `settings` nil: the cluster has none.
    package init(
        partitions n: Int32, replication: Int32, found: [TopicMetadata], settings: [String: [String: String]]?
    ) {
        rows = Topics.all.map { topic in
            let name = topic.name.text
            let wanted = topic.partitionCount(n: n)
            guard let metadata = found.first(where: { $0.name == name }), metadata.error == nil else {
                return Row(topic: name, state: .missing, detail: "is not there; \(Self.count(Int(wanted))) needed")
            }
            if metadata.partitions != Int(wanted) {
                let detail = "has \(Self.count(metadata.partitions)), \(wanted) needed"
                return Row(topic: name, state: .partitions, detail: detail)
            }
            let has = settings?[name] ?? [:]
            let wrong =
                settings == nil
                ? [] : Self.settings(of: topic, replication: replication).filter { has[$0.name] != $0.value }
            if wrong.isEmpty { return Row(topic: name, state: .ok, detail: Self.count(Int(wanted))) }
            let words = wrong.map { "\($0.name) is \(has[$0.name] ?? "unset"), not \($0.value)" }
            return Row(topic: name, state: .settings, detail: words.joined(separator: "; "))
        }
    }

    private static func count(_ partitions: Int) -> String {
        partitions == 1 ? "1 partition" : "\(partitions) partitions"
    }

    /// The topics in a state.
    package func topics(_ state: State) -> [any AnyTopic] {
        let names = Set(rows.filter { $0.state == state }.map(\.topic))
        return Topics.all.filter { names.contains($0.name.text) }
    }

    /// True where nothing is to be done.
    package var isOK: Bool { rows.allSatisfy { $0.state == .ok } }
}

/// Troth's topics on a cluster: compared, and made.
package struct TopicKeeper {
    private let options: KafkaOptions
    private let admin: Admin
    private let partitions: Int32
    /// Copies of each record.
    package let replication: Int32
    /// True for devbroker.
    package let isInMemory: Bool

    /// Asks the cluster what it is; `replication` nil means three, or as many as there are brokers.
    package init(_ options: KafkaOptions, partitions: Int32, replication: Int32?) throws(Failure) {
        (self.options, self.partitions) = (options, partitions)
        admin = try options.admin()
        let cluster = try options.metadata([], admin: admin)
        isInMemory = TopicPlan.isInMemory(cluster)
        self.replication = replication ?? min(3, Int32(max(1, cluster.brokers.count)))
    }

    /// What is to be done.
    package func plan() throws(Failure) -> TopicPlan {
        let found = try options.metadata(Topics.all.map(\.name.text), admin: admin).topics
        var settings: [String: [String: String]]?
        if !isInMemory {
            let there = found.filter { $0.error == nil }.map(\.name)
            settings = try options.attempt { () throws(KafkaError) in try admin.describe(topics: there) }
        }
        return TopicPlan(partitions: partitions, replication: replication, found: found, settings: settings)
    }

    /// Makes what is missing and sets what is set otherwise; returns how it stands then. A topic with other partitions
    /// is refused: its records lie by that count.
    package func apply() throws(Failure) -> TopicPlan {
        let plan = try plan()
        if let row = plan.rows.first(where: { $0.state == .partitions }) {
            throw .refused(
                "topic \(row.topic) \(row.detail): start with the count that is there, or delete the topic and its stores"
            )
        }
        let missing = plan.topics(.missing)
        if isInMemory {
            guard missing.isEmpty else {
                throw .refused(
                    "devbroker lacks topic \(missing[0].name) and cannot make it: start devbroker --partitions \(partitions)"
                )
            }
            return plan
        }
        let new = missing.map {
            NewTopic(
                name: $0.name.text, partitions: $0.partitionCount(n: partitions), replication: replication,
                configuration: TopicPlan.settings(of: $0, replication: replication))
        }
        _ = try options.attempt { () throws(KafkaError) in try admin.createTopics(new) }
        for topic in plan.topics(.settings) {
            let settings = TopicPlan.settings(of: topic, replication: replication)
            try options.attempt { () throws(KafkaError) in try admin.alter(topic: topic.name.text, settings) }
        }
        return try awaitTopics()
    }

    /// Asks until the cluster knows what was made; a new topic takes a moment to have leaders.
    private func awaitTopics() throws(Failure) -> TopicPlan {
        let deadline = ContinuousClock.now + .seconds(Limits.topicsSeconds)
        while true {
            let plan = try plan()
            if plan.isOK { return plan }
            guard ContinuousClock.now < deadline else { return plan }
        }
    }
}
