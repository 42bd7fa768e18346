/// `troth abuse`: plays what attackers do with rights requests against a deployment of its own.
package struct AbuseCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "abuse", abstract: "play what attackers do with rights requests; with what came of each",
        discussion: """
            Starts devbroker and one instance of each service, with the limits of production, and plays each case with
            the clients that people have and with records written past them, as whoever has no certificate cannot:
            devbroker has no permissions, so what is refused is refused by the services alone. Exit status 1 where
            an attacker got what he wanted. Mail lies in the folder maildir of --data. --list names the cases.
            """,
        example: "troth abuse mass-erase code-spray",
        arguments: [ArgumentHelp("NAME…", "the cases; without one, all of them", isAnyNumber: true)],
        options: [
            OptionHelp("--list", nil, "name the cases and what is tried in each, and play none"),
            OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth/abuse"),
        ])

    private let cases: [AbuseCase]
    private let isList: Bool
    private let isJSON: Bool
    private let data: String

    package init(_ arguments: Arguments) throws(Failure) {
        (isList, isJSON) = (arguments.has("--list"), arguments.has("--json"))
        data = Folder.absolute(arguments.text("--data") ?? "./.troth/abuse")
        for name in arguments.positional where !AbuseCase.all.contains(where: { $0.name == name }) {
            let advice = Nearest.advice(to: name, among: AbuseCase.all.map(\.name), all: "troth abuse --list")
            throw .usage("there is no case \(name): \(advice)")
        }
        cases = AbuseCase.all.filter { arguments.positional.isEmpty || arguments.positional.contains($0.name) }
    }

    package func run() throws(Failure) -> ExitCode {
        if isList {
            list()
            return .done
        }
        let report = try AbuseRun(data: data, cases: cases).run()
        if isJSON { Terminal.printJSON(report) } else { report.lines.forEach { Terminal.print($0) } }
        return report.ok ? .done : .checkFailed
    }

    private struct Listed: Encodable {
        let name: String
        let attack: String
        let isPlayed: Bool
    }

    private func list() {
        let listed =
            cases.map { Listed(name: $0.name, attack: $0.attack, isPlayed: true) }
            + AbuseCase.notPlayed.map { Listed(name: $0.name, attack: $0.attack, isPlayed: false) }
        guard !isJSON else { return Terminal.printJSON(listed) }
        let rows = listed.map { [$0.name, $0.isPlayed ? "yes" : "no", $0.attack] }
        for line in TableText.lines([["CASE", "PLAYED", "WHAT IS TRIED"]] + rows) { Terminal.print(line) }
    }
}
