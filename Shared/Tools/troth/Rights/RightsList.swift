import Schema

/// `troth rights list`: the requests of all partitions.
package struct RightsList: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights list", abstract: "list the requests that are open, the earliest due first",
        example: "troth rights list --kafka 127.0.0.1:9092",
        options: KafkaOptions.options + [OptionHelp("--all", nil, "also those that are over")])

    private let kafka: KafkaOptions
    private let isAll: Bool
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        isAll = arguments.has("--all")
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let (topic, desk) = (Topics.rightsCommands, try ReplyDesk(kafka))
        let count = try kafka.partitions(of: topic.name, admin: try kafka.admin())
        var keys: [EventID: AccountID] = [:]
        for key in Self.keys(count) {
            let id = RandomID.event()
            var command = RightsCommand(replyTo: desk.address)
            command.list = RequestsQuestion(all: Flag(isAll))
            try desk.send(command, to: topic, key: key, id: id)
            keys[id] = key
        }
        try desk.confirmAll()
        let replies = try desk.collect(Set(keys.keys))
        for (id, key) in keys where replies[id] == nil { throw try desk.silence(of: topic, key: key) }
        let all = replies.values.flatMap { $0.requests?.requests ?? [] }
            .sorted { ($0.answeredAt == nil ? 0 : 1, Self.due($0)) < ($1.answeredAt == nil ? 0 : 1, Self.due($1)) }
        if isJSON {
            Terminal.printJSON(all)
        } else {
            let table = [["REQUEST", "KIND", "STATE", "RECEIVED", "DUE", "WAITS FOR"]] + all.map(RequestText.row)
            for line in TableText.lines(table) { Terminal.print(line) }
        }
        return .done
    }

    private static func due(_ status: RequestStatus) -> Instant {
        (status.isExtended.value ? status.extended : status.due) ?? Instant(unchecked: Instant.range.upperBound)
    }

    /// A key for each partition.
    private static func keys(_ count: Int32) -> [AccountID] {
        var found: [Int32: AccountID] = [:]
        while found.count < Int(count) {
            let own = RandomID.uuid()
            let key = AccountID(high: own.high, low: own.low)
            found[partition(of: key, n: count)] = key
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}
