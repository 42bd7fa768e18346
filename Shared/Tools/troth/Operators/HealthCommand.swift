import Runtime

/// `troth health`: whether the instances on a folder are ready, for a container's health check.
package struct HealthCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "health", abstract: "ask the instances on a folder whether they are ready: status 0 if all are",
        discussion: """
            Ready is an instance whose partitions all run. Status 1 where one is not, 3 where none runs or answers. In
            a container with a folder `run` of its own that is the container's instance.
            """,
        example: "troth health --data /var/lib/troth", options: [OperatorOptions.data])

    private let data: String
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        data = OperatorOptions.folder(arguments)
        isJSON = arguments.has("--json")
    }

    private struct Row: Encodable {
        let instance: String
        let isReady: Bool
    }

    package func run() throws(Failure) -> ExitCode {
        let files = RunFile.all(data: data).filter(\.isAlive)
        guard !files.isEmpty else {
            throw .unreachable("no instance runs on \(data): start one, or name another folder with --data")
        }
        try AdminClient.check(files)
        let rows = try files.mapTyped { (file) throws(Failure) in
            Row(
                instance: "\(file.service)-\(file.instance)",
                isReady: try AdminClient.ask("GET", file, "/ready").status == 200)
        }
        if isJSON {
            Terminal.printJSON(rows)
        } else {
            for row in rows { Terminal.print("\(row.instance): \(row.isReady ? "ready" : "not ready")") }
        }
        return rows.allSatisfy(\.isReady) ? .done : .checkFailed
    }
}
