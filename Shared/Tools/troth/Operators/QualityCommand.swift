import Schema

/// `troth quality`: how well upstreams and models served, day by day.
package struct QualityCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "quality", abstract: "show how well upstreams and models served, day by day",
        discussion: """
            Attempts of calls, counted when their day (UTC) is over. People who object are not in it (policy 8.5).
            """,
        example: "troth quality --from 2026-11-01 --kafka 127.0.0.1:9092",
        options: KafkaOptions.options + [
            OptionHelp("--from", "TIME", "from this day on; without it 30 days ago"),
            OptionHelp("--to", "TIME", "before this moment; without it now"),
        ])

    private let kafka: KafkaOptions
    private let question: QualityQuestion
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        isJSON = arguments.has("--json")
        let now = TimeText.now()
        let from = try arguments.instant("--from") ?? now + -30 * Instant.day
        let to = try arguments.instant("--to") ?? now
        guard from < to else { throw .usage("--from \(from) is not before --to \(to): turn them round") }
        question = QualityQuestion(from: from, to: to)
    }

    package func run() throws(Failure) -> ExitCode {
        let lines = try Self.ask(question, kafka)
        if isJSON {
            Terminal.printJSON(lines)
            return .done
        }
        var rows = [["DAY", "UPSTREAM", "MODEL", "SERVED", "CUT", "FAILED", "AVERAGE"]]
        rows += lines.map {
            let attempts = $0.served.value + $0.cut.value + $0.failed.value
            return [
                String("\($0.day)".prefix(10)), $0.upstream.text, $0.model.text, "\($0.served.value)",
                "\($0.cut.value)", "\($0.failed.value)", "\($0.milliseconds.value / max(1, attempts)) ms",
            ]
        }
        for line in TableText.lines(rows) { Terminal.print(line) }
        return .done
    }

    /// Asks every partition, and adds up what they say.
    static func ask(_ question: QualityQuestion, _ kafka: KafkaOptions) throws(Failure) -> [QualityLine] {
        let desk = try ReplyDesk(kafka)
        let keys = try desk.keys(in: Topics.meteringCommands.name)
        let ids = keys.map { _ in RandomID.event() }
        for (key, id) in zip(keys, ids) {
            let command = MeteringCommand(quality: question, replyTo: desk.address)
            try desk.send(command, to: Topics.meteringCommands, key: key, id: id)
        }
        try desk.confirmAll()
        let replies = try desk.collect(Set(ids))
        var sums: [String: QualityLine] = [:]
        for (key, id) in zip(keys, ids) {
            guard let report = replies[id]?.quality else {
                throw try desk.silence(of: Topics.meteringCommands, key: key)
            }
            for line in report.lines {
                let name = "\(line.day) \(line.upstream) \(line.model)"
                sums[name] = sums[name].map { $0 + line } ?? line
            }
        }
        return sums.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension QualityLine {
    /// The same upstream, model and day in two partitions.
    fileprivate static func + (left: QualityLine, right: QualityLine) -> QualityLine {
        func sum(_ path: KeyPath<QualityLine, AttemptCount>) -> AttemptCount {
            AttemptCount(unchecked: left[keyPath: path].value + right[keyPath: path].value)
        }
        return QualityLine(
            day: left.day, upstream: left.upstream, model: left.model, served: sum(\.served), cut: sum(\.cut),
            failed: sum(\.failed), milliseconds: sum(\.milliseconds))
    }
}
