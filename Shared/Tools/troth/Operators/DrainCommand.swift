import Runtime

/// `troth drain`: an instance gives its partitions to the others and ends.
package struct DrainCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "let an instance give its seat up and end; others take over at once",
        example: "troth drain metering --instance 2", arguments: [OperatorOptions.service],
        options: [
            OptionHelp("--instance", "N", "which one; without it all of the service"), OperatorOptions.data,
        ])

    private let service, data: String
    private let instance: Int?
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        service = try Services.name(arguments.positional[0])
        data = OperatorOptions.folder(arguments)
        instance =
            arguments.has("--instance") ? Int(try arguments.integer("--instance", in: 1...64)) : nil
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let all = try OperatorOptions.instances(of: service, data: data)
        let chosen = all.filter { instance == nil || $0.instance == instance }
        guard !chosen.isEmpty else {
            let names = all.map { "\($0.instance)" }.joined(separator: ", ")
            throw .unreachable("instance \(instance ?? 0) of \(service) does not run: those that do are \(names)")
        }
        for file in chosen { _ = try OperatorOptions.ask(file, "/drain", [], isJSON: isJSON) }
        return .done
    }
}
