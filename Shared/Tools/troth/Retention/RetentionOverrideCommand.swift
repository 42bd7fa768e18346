import Schema

/// `troth retention override`: another period than the schedule's.
package struct RetentionOverrideCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "retention override", abstract: "keep something for a shorter time, or longer by a statute",
        discussion:
            "The period is counted in the unit of the schedule (docs/retention.md). Every file goes by it at once.",
        example: "troth retention override technical-log 3 --kafka 127.0.0.1:9092",
        arguments: [
            ArgumentHelp("HELD", "what of the schedule, as technical-log"), ArgumentHelp("COUNT", "how many units"),
        ],
        options: KafkaOptions.options + [OptionHelp("--statute", "TEXT", "the law that asks for a longer period")])

    private let kafka: KafkaOptions
    private let override: RetentionOverride

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        guard let count = Int64(arguments.positional[1]).flatMap({ PeriodCount($0) }) else {
            throw .usage("\(arguments.positional[1]) is no count: write 1 to 1000")
        }
        override = RetentionOverride(
            held: try RetentionDesk.held(arguments.positional[0]), count: count,
            statute: try arguments.field("--statute", as: Remark.self, like: "one line of 200 bytes at most"))
    }

    package func run() throws(Failure) -> ExitCode {
        try RetentionDesk(kafka: kafka).decide { RetentionCommand(override: override, replyTo: $0) }
        Terminal.print("\(override.held.rawValue): the period is set")
        return .done
    }
}

/// `troth retention withdraw`: the schedule's period holds again.
package struct RetentionWithdrawCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "retention withdraw", abstract: "let the schedule's period hold again",
        example: "troth retention withdraw technical-log --kafka 127.0.0.1:9092",
        arguments: [ArgumentHelp("HELD", "what of the schedule, as technical-log")], options: KafkaOptions.options)

    private let kafka: KafkaOptions
    private let held: Held

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        held = try RetentionDesk.held(arguments.positional[0])
    }

    package func run() throws(Failure) -> ExitCode {
        let override = RetentionOverride(held: held, count: nil, statute: nil)
        try RetentionDesk(kafka: kafka).decide { RetentionCommand(override: override, replyTo: $0) }
        Terminal.print("\(held.rawValue): the schedule's period holds")
        return .done
    }
}
