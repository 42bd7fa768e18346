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
