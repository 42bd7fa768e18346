/// What both commands of topics, and `init`, take.
package struct TopicOptions: Sendable {
    package let kafka: KafkaOptions
    /// The deployment's n.
    package let partitions: Int32
    package let replication: Int32?

    package static let options =
        KafkaOptions.options + [
            OptionHelp("--partitions", "N", "partitions of the deployment, the same for ever"),
            OptionHelp("--replication", "R", "copies of each record; without it 3, or as many as there are brokers"),
        ]

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        partitions = Int32(try arguments.integer("--partitions", in: 1...1_000))
        let copies = try arguments.integer("--replication", default: 0, in: 1...10)
        replication = copies == 0 ? nil : Int32(copies)
    }

    /// The topics on the cluster.
    package func keeper() throws(Failure) -> TopicKeeper {
        try TopicKeeper(kafka, partitions: partitions, replication: replication)
    }

    static func show(_ plan: TopicPlan, isInMemory: Bool, isJSON: Bool) {
        if isJSON { return Terminal.printJSON(plan.rows) }
        let rows = plan.rows.map { [$0.topic, $0.state.rawValue, $0.detail] }
        for line in TableText.lines([["TOPIC", "STATE", "DETAIL"]] + rows) { Terminal.print(line) }
        if isInMemory { Terminal.print("devbroker: its topics are made by itself and have no settings to compare") }
    }
}
