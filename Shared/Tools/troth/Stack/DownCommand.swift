import Glibc
import Runtime

/// `troth down`: stops what `troth up`, or `troth demo --keep`, left running.
package struct DownCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "down", abstract: "stop what troth up or troth demo --keep left running",
        discussion: "The services read and acknowledge the rest before they end, as at Ctrl-C.",
        example: "troth down --data ./.troth/demo",
        options: [OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth/up and ./.troth/demo")])

    private let folders: [String]
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        folders = arguments.text("--data").map { [$0] } ?? ["./.troth/up", "./.troth/demo"]
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        var stopped: [String] = []
        for folder in folders.map(Folder.absolute) {
            guard let file = StackFile.read(folder) else { continue }
            stopped += try stop(file, folder)
            unlink(StackFile.path(folder))
        }
        if isJSON {
            Terminal.printJSON(stopped)
        } else {
            Terminal.print(stopped.isEmpty ? "nothing runs" : "stopped \(stopped.joined(separator: ", "))")
        }
        return .done
    }

    private func stop(_ file: StackFile, _ folder: String) throws(Failure) -> [String] {
        let living = file.living
        guard !living.isEmpty else { return [] }
        let services = living.filter { $0.name != "devbroker" }
        if file.isStarterAlive {
            Terminal.complain("asks the troth that started them to stop them")
            kill(file.starter, SIGINT)
        } else {
            for service in Stack.order {
                let runs = RunFile.all(data: folder).filter { run in
                    run.isAlive && run.service == service && services.contains { $0.pid == run.pid }
                }
                for run in runs { _ = try? AdminClient.ask("POST", run, "/stop") }
                _ = wait(file, for: services.filter { process in runs.contains { $0.pid == process.pid } })
            }
        }
        if !wait(file, for: services) {
            for process in file.living where process.name != "devbroker" { kill(process.pid, SIGTERM) }
            _ = wait(file, for: services)
        }
        for process in file.living { kill(process.pid, process.name == "devbroker" ? SIGTERM : SIGKILL) }
        for _ in 0..<Limits.killSeconds * 50 where !file.living.isEmpty { usleep(20_000) }
        return living.map(\.name)
    }

    private func wait(_ file: StackFile, for services: [StackFile.Process]) -> Bool {
        for turn in 0..<Limits.drainSeconds * 20 {
            let left = file.living.filter { services.contains($0) }.map(\.name)
            if left.isEmpty { return true }
            if turn % 40 == 39 { Terminal.complain("  waits: \(left.joined(separator: ", "))") }
            usleep(50_000)
        }
        return false
    }
}
