import Glibc
import Policy
import Schema

/// `troth retention status`: what is held, when it goes, and what was purged.
package struct RetentionStatusCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "retention status", abstract: "show what is held and when it goes, and what was purged",
        discussion:
            "As each file has reported last, once a day; with --ask all report now, and it is shown a moment later."
            + " Exit status 1 where a file is silent, or holds something past its period.",
        example: "troth retention status --kafka 127.0.0.1:9092",
        options: KafkaOptions.options + [OptionHelp("--ask", nil, "have every file report first")])

    private let kafka: KafkaOptions
    private let isAsked: Bool
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        (isAsked, isJSON) = (arguments.has("--ask"), arguments.has("--json"))
    }

    package func run() throws(Failure) -> ExitCode {
        let desk = RetentionDesk(kafka: kafka)
        let statuses = isAsked ? try fresh(desk) : try desk.statuses()
        let entries = statuses.flatMap(\.files).flatMap { $0.report?.entries ?? [] }
        let silent = statuses.flatMap(\.files).count { $0.silent.value }
        if isJSON { Terminal.printJSON(statuses) } else { show(statuses, silent: silent) }
        return silent == 0 && !entries.contains(where: \.overdue.value) ? .done : .checkFailed
    }

    /// Every file reports: those that have by the end of the wait.
    private func fresh(_ desk: RetentionDesk) throws(Failure) -> [RetentionStatus] {
        let since = TimeText.now()
        try desk.decide { RetentionCommand(ask: Flag(true), replyTo: $0) }
        var statuses = try desk.statuses()
        // a file reports within a minute of being asked
        for _ in 0..<Limits.reportSeconds where statuses.contains(where: { $0.isOlder(than: since) }) {
            usleep(1_000_000)
            statuses = try desk.statuses()
        }
        return statuses
    }

    private func show(_ statuses: [RetentionStatus], silent: Int) {
        var rows = [["SERVICE", "NOUN", "HELD", "KEPT FOR", "OLDEST", "GOES", "PURGED", "HOLDS", ""]]
        let overrides = statuses.flatMap(\.overrides)
        for (place, entries) in Self.places(statuses) {
            let held = entries[0].held
            let count = overrides.first { $0.override.held == held }?.override.count?.value
            let schedule = Schedule.entry(held).period
            let period = count.map { Period($0, schedule.unit) } ?? schedule
            rows.append([
                place.service, place.noun, held.rawValue, period.text + (count == nil ? "" : " (override)"),
                entries.compactMap(\.oldest).min().map { "\($0)" } ?? "-",
                entries.compactMap(\.due).min().map { "\($0)" } ?? "-",
                "\(entries.reduce(0) { $0 + $1.purged.value })", "\(entries.reduce(0) { $0 + $1.holds.value })",
                entries.contains(where: \.overdue.value) ? "OVERDUE" : "",
            ])
        }
        for line in TableText.lines(rows) { Terminal.print(line) }
        if silent > 0 { Terminal.print("\(silent) files have not reported for 26 hours: see troth alarms") }
    }

    private struct Place: Hashable {
        let service: String
        let noun: String
    }

    /// The entries of all partitions, by service and noun, in their order.
    private static func places(_ statuses: [RetentionStatus]) -> [(Place, [RetentionEntry])] {
        var (order, entries): ([Place], [Place: [RetentionEntry]]) = ([], [:])
        for file in statuses.flatMap(\.files) {
            for entry in file.report?.entries ?? [] {
                let place = Place(service: file.service.text, noun: entry.noun.text)
                if entries[place] == nil { order.append(place) }
                entries[place, default: []].append(entry)
            }
        }
        return order.sorted { $0.service < $1.service }.map { ($0, entries[$0] ?? []) }
    }
}

extension RetentionStatus {
    /// True where a file of the partition has not reported since a moment.
    fileprivate func isOlder(than moment: Instant) -> Bool {
        files.contains { file in file.report.map { $0.at < moment } ?? true }
    }
}
