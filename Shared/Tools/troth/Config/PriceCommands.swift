package import Schema

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

/// What loading a list does.
package struct PriceChange: Equatable, Sendable {
    package enum Kind: String, Sendable { case new, changed, unchanged, superseded }
    package let list: PriceList
    package let change: Kind
    package init(list: PriceList, change: Kind) { (self.list, self.change) = (list, change) }

    /// Checks all lists and gives each its version; throws every breach at once.
    package static func plan(
        _ lists: [PriceList], over find: (PriceList) -> PriceList?, at now: Instant, reason: String?
    ) throws(Failure) -> [PriceChange] {
        let faults = lists.flatMap { PriceRules.faults(in: $0) }
        guard faults.isEmpty else { throw .refused(faults.joined(separator: "\n")) }
        var breaches: [String] = []
        let changes = lists.map { list -> PriceChange in
            guard let old = find(list) else { return PriceChange(list: list, change: .new) }
            if old.checksum == list.checksum { return PriceChange(list: old, change: .unchanged) }
            let breach = PriceRules.breaches(old: old, new: list, at: now)
            if reason == nil { breaches += breach }
            let prices = breach.isEmpty ? list.prices : marked(list.prices, old: old, reason: reason ?? "")
            let next = PriceList(
                provider: list.provider, model: list.model, version: Revision(unchecked: old.version.value + 1),
                prices: prices)
            return PriceChange(list: next, change: breach.isEmpty ? .changed : .superseded)
        }
        guard breaches.isEmpty else {
            throw .refused((breaches + ["or load it with --supersede --reason TEXT"]).joined(separator: "\n"))
        }
        return changes
    }

    /// The prices, with the reason in the source of those that the old list has not.
    private static func marked(_ prices: [Price], old: PriceList, reason: String) -> [Price] {
        let known = Set(old.prices.map(\.line))
        return prices.map { price in
            guard !known.contains(price.line) else { return price }
            var price = price
            var text = "\(price.source.text); supersedes: \(reason)"
            while text.utf8.count > 200 { text.removeLast() }  // ends: each round makes it shorter
            price.source = Remark(text: text) ?? price.source
            return price
        }
    }
}

/// A row of what was loaded.
struct LoadedRow: Encodable {
    let key: String
    let version: Int64
    let change: String
    let detail: String

    static func show(_ rows: [LoadedRow], partitions: Int32, isJSON: Bool, isDry: Bool) {
        if isJSON { return Terminal.printJSON(rows) }
        let table = rows.map { [$0.key, "version \($0.version)", $0.change, $0.detail] }
        for line in TableText.lines(table) { Terminal.print(line) }
        Terminal.print(
            isDry ? "nothing was written" : "\(rows.count) records, each in \(partitions) partitions of metering.config"
        )
    }
}

/// `troth price list`: the prices in force and to come.
package struct PriceShow: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "price list", abstract: "show the prices that are loaded",
        example: "troth price list --kafka 127.0.0.1:9092 --model gpt-4o-mini",
        options: KafkaOptions.options + [OptionHelp("--model", "NAME", "only this model's")])

    private let kafka: KafkaOptions
    private let model: ModelName?
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        model = try arguments.field("--model", as: ModelName.self, like: "a model's name, as gpt-4o-mini")
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let log = try ConfigLog(kafka)
        let lists = log.priceLists.filter { model == nil || $0.model == model }
        if isJSON {
            Terminal.printJSON(lists)
        } else {
            var rows = [["PROVIDER/MODEL", "V", "CLASS", "TIER", "REGION", "INPUT", "PER MILLION", "FROM", "TO"]]
            for list in lists { rows += list.prices.map { Self.row($0, list) } }
            for line in TableText.lines(rows) { Terminal.print(line) }
        }
        for list in lists {
            let covered = log.coverage[Config(priceList: list).key] ?? 0
            if covered < log.partitions {
                throw .check(
                    "\(list.provider)/\(list.model) lies in \(covered) of \(log.partitions) partitions: load its file again"
                )
            }
        }
        return .done
    }

    private static func row(_ price: Price, _ list: PriceList) -> [String] {
        let isWhole = price.bandFrom.value == 0 && price.bandTo == nil
        let band = isWhole ? "-" : "\(price.bandFrom.value)–\(price.bandTo.map { "\($0.value)" } ?? "∞")"
        return [
            "\(list.provider)/\(list.model)", "\(list.version.value)", price.unit.rawValue, price.tier.rawValue,
            price.region?.text ?? "-", band, "\(MoneyText.text(price.nanoPerMillion.value)) \(price.currency)",
            "\(price.validFrom)", price.validTo.map { "\($0)" } ?? "-",
        ]
    }
}
