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
