/// `troth init`: makes the topics, the stores and the secrets of a deployment.
package struct InitCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "init", abstract: "make the topics, the stores and the secrets of a deployment",
        discussion: """
            Secrets are files of 32 random bytes in the folder secrets of --data, one folder a service, readable by
            their owner only. What is there stays as it is.
            """,
        example: "troth init --data /var/lib/troth --kafka 127.0.0.1:9092 --partitions 12",
        options: [OptionHelp("--data", "DIR", "the folder for the stores and secrets")] + TopicOptions.options)

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
        let made = plan.isOK ? try DataFolder(data).makeStores(partitions: options.partitions) : DataFolder.Made()
        TopicOptions.show(plan, isInMemory: keeper.isInMemory, isJSON: isJSON)
        if !isJSON {
            Terminal.print("\(made.stores) stores made under \(data)")
            Terminal.print("\(made.secrets) files of secrets made under \(data)/secrets")
        }
        return plan.isOK ? .done : .checkFailed
    }
}
