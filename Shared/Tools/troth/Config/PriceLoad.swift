import Schema

/// `troth price load`: puts a price book into force.
package struct PriceLoad: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "price load", abstract: "load a price book: each list replaces the model's list",
        discussion: """
            A changed price starts at least 1 h after the load, or where none was in force; anything else needs
            --supersede --reason, and re-rates nothing that is charged. Loading the same file again writes the same
            versions again: so a load that broke off is mended.
            """,
        example: "troth price load examples/prices.json --kafka 127.0.0.1:9092",
        arguments: [ArgumentHelp("FILE", "a price book in JSON, as examples/prices.json; - reads standard input")],
        options: KafkaOptions.options + [
            OptionHelp("--supersede", nil, "change prices that are in force already"),
            OptionHelp("--reason", "TEXT", "why; it is kept in the source of each changed price"),
            OptionHelp("--dry-run", nil, "check and show, write nothing"),
        ])

    private let kafka: KafkaOptions
    private let path: String
    private let reason: String?
    private let isDry, isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        path = arguments.positional[0]
        reason = arguments.text("--reason")
        (isDry, isJSON) = (arguments.has("--dry-run"), arguments.has("--json"))
        guard arguments.has("--supersede") == (reason != nil) else {
            throw .usage("--supersede and --reason belong together: give both or none")
        }
    }

    package func run() throws(Failure) -> ExitCode {
        let lists = try PriceFile(reading: TextFile.read(path)).lists()
        let log = try ConfigLog(kafka)
        let now = TimeText.now()
        let load = try PriceChange.plan(lists, over: log.priceList, at: now, reason: reason)
        if !isDry { try log.write(load.map { Config(priceList: $0.list) }, now: now) }
        let rows = load.map {
            LoadedRow(
                key: Config(priceList: $0.list).key, version: $0.list.version.value, change: $0.change.rawValue,
                detail: "\($0.list.prices.count) prices")
        }
        LoadedRow.show(rows, partitions: log.partitions, isJSON: isJSON, isDry: isDry)
        return .done
    }
}
