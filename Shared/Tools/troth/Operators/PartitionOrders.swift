import Runtime

/// An order to one partition, with its reason.
struct PartitionOrder: Sendable {
    private let service: String
    private let partition: Int32
    private let reason: String
    private let data: String
    private let isJSON: Bool

    static let arguments = [OperatorOptions.service, OperatorOptions.partition]
    static let options = [OperatorOptions.data, OperatorOptions.reason]

    init(_ arguments: Arguments) throws(Failure) {
        service = try Services.name(arguments.positional[0])
        partition = try OperatorOptions.partition(arguments.positional[1])
        reason = try arguments.required("--reason")
        data = OperatorOptions.folder(arguments)
        isJSON = arguments.has("--json")
    }

    func give(_ path: String, _ more: [(name: String, value: String)] = []) throws(Failure) -> ExitCode {
        let file = try OperatorOptions.instance(of: service, partition: partition, data: data)
        let query = [(name: "partition", value: "\(partition)"), (name: "reason", value: reason)] + more
        return try OperatorOptions.ask(file, path, query, isJSON: isJSON)
    }
}

/// `troth partition skip`: passes over the record that a partition cannot apply.
package struct PartitionSkip: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "partition skip", abstract: "pass over the record that a stalled partition cannot apply",
        discussion: "The record is lost for this service; what was skipped, and why, is kept in the partition's file.",
        example: "troth partition skip metering 3 --reason bug-712",
        arguments: PartitionOrder.arguments, options: PartitionOrder.options)

    private let order: PartitionOrder

    package init(_ arguments: Arguments) throws(Failure) { order = try PartitionOrder(arguments) }

    package func run() throws(Failure) -> ExitCode { try order.give("/partition/skip") }
}

/// `troth partition reset`: lets a partition begin again where its offsets are no longer valid.
package struct PartitionReset: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "partition reset", abstract: "let a partition read on where its offsets are gone",
        discussion: "It says which records are lost; they, and the reason, are kept in the partition's file.",
        example: "troth partition reset billing 3 --reason topic-made-anew",
        arguments: PartitionOrder.arguments, options: PartitionOrder.options)

    private let order: PartitionOrder

    package init(_ arguments: Arguments) throws(Failure) { order = try PartitionOrder(arguments) }

    package func run() throws(Failure) -> ExitCode { try order.give("/partition/reset") }
}

/// `troth partition release`: lets the erasures go that the breaker holds.
package struct PartitionRelease: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "partition release", abstract: "let the erasures go that a partition's breaker holds",
        discussion: "Above max(50, 2% of its people) erasures an hour the rest waits. See first who asked for them.",
        example: "troth partition release metering 3 --reason ticket-815",
        arguments: PartitionOrder.arguments, options: PartitionOrder.options)

    private let order: PartitionOrder

    package init(_ arguments: Arguments) throws(Failure) { order = try PartitionOrder(arguments) }

    package func run() throws(Failure) -> ExitCode { try order.give("/partition/release") }
}

/// `troth link accept`: goes on over rows of a link that are lost.
package struct LinkAccept: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "link accept", abstract: "go on over the missing rows of a broken link",
        discussion: "The rows are lost for the receiver; the link, the rows and the reason are kept in its file.",
        example: "troth link accept billing 3 --topic metering.totals "
            + "--origin metering/3/11223344-5566-4788-99aa-bbccddeeff00 --reason expired",
        arguments: PartitionOrder.arguments,
        options: PartitionOrder.options + [
            OptionHelp("--topic", "NAME", "the link's topic, as troth alarms names it"),
            OptionHelp("--origin", "ORIGIN", "the link's origin, as troth alarms names it"),
        ])

    private let order: PartitionOrder
    private let topic, origin: String

    package init(_ arguments: Arguments) throws(Failure) {
        order = try PartitionOrder(arguments)
        (topic, origin) = (try arguments.required("--topic"), try arguments.required("--origin"))
    }

    package func run() throws(Failure) -> ExitCode {
        try order.give("/link/accept", [(name: "topic", value: topic), (name: "origin", value: origin)])
    }
}
