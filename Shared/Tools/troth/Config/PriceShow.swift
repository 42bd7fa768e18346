import Schema

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
