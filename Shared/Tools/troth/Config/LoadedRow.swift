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
