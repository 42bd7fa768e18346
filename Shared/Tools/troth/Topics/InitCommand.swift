/// `troth init`: makes the topics and the stores of a deployment.
package struct InitCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "init", abstract: "make the topics and the stores of a deployment",
        example: "troth init --data /var/lib/troth --kafka 127.0.0.1:9092 --partitions 12",
        options: [OptionHelp("--data", "DIR", "the folder for the stores")] + TopicOptions.options)

    private let options: TopicOptions
    private let data: String
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        data = try arguments.required("--data")
        options = try TopicOptions(arguments)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let keeper = try options.keeper()
        let plan = try keeper.apply()
        let made = plan.isOK ? try DataFolder(data).makeStores(partitions: options.partitions) : 0
        TopicOptions.show(plan, isInMemory: keeper.isInMemory, isJSON: isJSON)
        if !isJSON { Terminal.print("\(made) stores made under \(data)") }
        return plan.isOK ? .done : .checkFailed
    }
}
