package import Schema

/// `troth upstream load`: writes the register of upstreams.
package struct UpstreamLoad: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "upstream load", abstract: "load upstreams into the register",
        discussion:
            "An upstream without an agreement is loaded and listed as such: calls to it are unlawful transfers.",
        example: "troth upstream load examples/upstreams.json --kafka 127.0.0.1:9092",
        arguments: [ArgumentHelp("FILE", "a register in JSON, as examples/upstreams.json; - reads standard input")],
        options: KafkaOptions.options)

    private let kafka: KafkaOptions
    private let path: String
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        (path, isJSON) = (arguments.positional[0], arguments.has("--json"))
    }

    package func run() throws(Failure) -> ExitCode {
        let entries = try UpstreamFile(reading: TextFile.read(path)).entries()
        let log = try ConfigLog(kafka)
        let now = TimeText.now()
        var rows: [LoadedRow] = []
        var records: [Config] = []
        for entry in entries {
            let (upstream, change) = Self.next(entry, over: log.newest[Config(upstream: entry).key]?.upstream)
            let config = Config(upstream: upstream)
            records.append(config)
            let ground = UpstreamShow.ground(upstream, at: now)
            rows.append(LoadedRow(key: config.key, version: upstream.version.value, change: change, detail: ground))
        }
        try log.write(records, now: now)
        LoadedRow.show(rows, partitions: log.partitions, isJSON: isJSON, isDry: false)
        return .done
    }

    /// The entry with its version: the same where nothing changed, else one more.
    package static func next(_ entry: Upstream, over old: Upstream?) -> (upstream: Upstream, change: String) {
        guard let old else { return (entry, "new") }
        var entry = entry
        entry.version = old.version
        if entry == old { return (old, "unchanged") }
        entry.version = Revision(unchecked: old.version.value + 1)
        return (entry, "changed")
    }
}
