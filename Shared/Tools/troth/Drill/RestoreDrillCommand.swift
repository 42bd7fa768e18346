/// `troth restore-drill`: all stores are lost, and brought back from backups, with proof.
package struct RestoreDrillCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "restore-drill", abstract: "lose all stores and bring them back from backups, with proof",
        discussion: """
            Starts devbroker and the services, lets people register and usage flow, backs everything up meanwhile, erases
            one of them, looks for that person in the backups with every key that is left, kills the services, removes
            every store, restores, and runs troth verify. It takes about a minute.
            """,
        example: "troth restore-drill",
        options: [
            OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth/restore-drill"),
            OptionHelp("--keep", nil, "keep stores, logs and backups also after a success"),
            OptionHelp("--seed", "S", "decides what is sent; without it 1"),
        ])

    private let drill: RestoreDrill
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        drill = RestoreDrill(
            data: Folder.absolute(arguments.text("--data") ?? "./.troth/restore-drill"),
            isKept: arguments.has("--keep"),
            seed: UInt64(try arguments.integer("--seed", default: 1, in: 0...Int64.max)))
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let evidence = try drill.run()
        if isJSON {
            Terminal.printJSON(evidence)
        } else {
            for line in evidence.lines { Terminal.print(line) }
            Terminal.print("drill: \(Int(evidence.storySeconds)) s")
        }
        return evidence.ok ? .done : .checkFailed
    }
}
