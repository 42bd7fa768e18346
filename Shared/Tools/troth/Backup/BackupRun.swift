import Foundation
import Glibc
import Runtime

/// `troth backup run`: asks a service for backups now, and waits for them.
package struct BackupRun: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "backup run", abstract: "let a service back its files up now, and wait for it",
        discussion: "The instances make them by themselves every backup-hours; this is for before an upgrade.",
        example: "troth backup run metering --data /var/lib/troth",
        arguments: [BackupOptions.service],
        options: [
            OptionHelp("--partition", "N", "which one; without it all of the service"), BackupOptions.data,
        ])

    private let service, data: String
    private let partition: Int32?
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        service = try Services.name(arguments.positional[0])
        partition = try arguments.text("--partition").map { text throws(Failure) in
            try OperatorOptions.partition(text)
        }
        data = OperatorOptions.folder(arguments)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let results = try Self.run(service, partition, data: data)
        if isJSON {
            Terminal.printJSON(results)
        } else {
            let rows = results.map { result in
                [
                    "\(service)/\(result.partition)", result.backup ?? "-",
                    result.reason ?? "\(result.bytes ?? 0) bytes",
                ]
            }
            for line in TableText.lines([["FILE", "BACKUP", "RESULT"]] + rows) { Terminal.print(line) }
        }
        return results.allSatisfy { $0.backup != nil } ? .done : .checkFailed
    }

    /// Asks, and waits until all are made.
    static func run(
        _ service: String, _ partition: Int32?, data: String
    ) throws(Failure) -> [BackupStatus.Result] {
        let files =
            if let partition {
                [try OperatorOptions.instance(of: service, partition: partition, data: data)]
            } else {
                try OperatorOptions.instances(of: service, data: data)
            }
        let query = partition.map { [(name: "partition", value: "\($0)")] } ?? []
        var waiting: [(file: RunFile, number: Int)] = []
        for file in files {
            let (status, body) = try AdminClient.ask("POST", file, "/backup/run", query: query)
            let text = body.trimmingCharacters(in: .whitespacesAndNewlines)
            guard status == 202, let number = Int(text) else { throw .refused(text) }
            waiting.append((file, number))
        }
        var results: [BackupStatus.Result] = []
        for (file, number) in waiting { results += try collect(file, number, partition) }
        return results.sorted { $0.partition < $1.partition }
    }

    private static func collect(
        _ file: RunFile, _ number: Int, _ partition: Int32?
    ) throws(Failure) -> [BackupStatus.Result] {
        for _ in 0..<Limits.backupRunSeconds * 5 {
            let (_, body) = try AdminClient.ask("GET", file, "/backup")
            if let status = try? JSONDecoder().decode(BackupStatus.self, from: Data(body.utf8)), status.done >= number {
                return status.results.filter { partition == nil || $0.partition == partition }
            }
            usleep(200_000)
        }
        throw .unreachable(
            "\(file.service)-\(file.instance) is not done after \(Limits.backupRunSeconds) s: see its log")
    }
}
