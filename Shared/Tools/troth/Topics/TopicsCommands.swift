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

/// `troth topics diff`: what a Kafka lacks.
package struct TopicsDiff: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "topics diff", abstract: "compare the topics and their settings with what is needed",
        example: "troth topics diff --kafka 127.0.0.1:9092 --partitions 12", options: TopicOptions.options)

    private let options: TopicOptions
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        options = try TopicOptions(arguments)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let keeper = try options.keeper()
        let plan = try keeper.plan()
        TopicOptions.show(plan, isInMemory: keeper.isInMemory, isJSON: isJSON)
        return plan.isOK ? .done : .checkFailed
    }
}

/// `troth topics apply`: makes the topics, with their settings.
package struct TopicsApply: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "topics apply", abstract: "make the topics that are missing and set their settings",
        discussion:
            "A topic with another partition count is refused. Settings that Troth does not name go to their defaults.",
        example: "troth topics apply --kafka 127.0.0.1:9092 --partitions 12", options: TopicOptions.options)

    private let options: TopicOptions
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        options = try TopicOptions(arguments)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let keeper = try options.keeper()
        let plan = try keeper.apply()
        TopicOptions.show(plan, isInMemory: keeper.isInMemory, isJSON: isJSON)
        return plan.isOK ? .done : .checkFailed
    }
}
