import Runtime

/// `troth alarms`: what an operator must look at.
package struct AlarmsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "alarms", abstract: "show what an operator must look at, with the remedy",
        discussion: "Exit status 1 where there is one. An alarm clears itself when its reason is gone.",
        example: "troth alarms --data ./.troth/up", options: [OperatorOptions.data])

    private let data: String
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        data = OperatorOptions.folder(arguments)
        isJSON = arguments.has("--json")
    }

    /// An alarm with its place.
    private struct Row: Encodable {
        let service: String
        let partition: Int32
        let name: String
        let subject: String
        let since: String
        let remedy: String
    }

    package func run() throws(Failure) -> ExitCode {
        try AdminClient.check(RunFile.all(data: data))
        let statuses = Survey(data: data).statuses
        guard !statuses.isEmpty else {
            throw .unreachable("no instance runs on \(data): start one, or name another folder with --data")
        }
        var rows: [Row] = []
        for status in statuses {
            for partition in status.partitions {
                rows += partition.alarms.map {
                    Row(
                        service: status.service, partition: partition.partition, name: $0.name, subject: $0.subject,
                        since: $0.since, remedy: $0.remedy)
                }
                if partition.isBad {
                    rows.append(
                        Row(
                            service: status.service, partition: partition.partition, name: partition.state,
                            subject: partition.reason ?? "", since: "", remedy: partition.remedy ?? ""))
                }
            }
        }
        rows.sort { ($0.service, $0.name, $0.subject, $0.partition) < ($1.service, $1.name, $1.subject, $1.partition) }
        if isJSON {
            Terminal.printJSON(rows)
        } else {
            let cells = rows.map { [$0.service, "\($0.partition)", $0.name, $0.subject, $0.since, $0.remedy] }
            for line in TableText.lines([["SERVICE", "PARTITION", "ALARM", "SUBJECT", "SINCE", "REMEDY"]] + cells) {
                Terminal.print(line)
            }
        }
        return rows.isEmpty ? .done : .checkFailed
    }
}
