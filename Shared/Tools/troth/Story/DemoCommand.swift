import Foundation
import Schema

/// `troth demo`: the story from usage to money, in separate processes that are killed, with proof.
package struct DemoCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "play the story: usage becomes money, people get their rights; with proof",
        discussion: """
            Starts devbroker, two instances of metering and one of each other service, and takes two to three minutes.
            Identity's limits of codes and registrations are raised for it; mail lies in the folder maildir of --data.
            """,
        example: "troth demo --keep",
        options: [
            OptionHelp("--keep", nil, "leave the stack running, and say how to talk to it"),
            OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth/demo"),
            OptionHelp("--build-seconds", "N", "how long the build took, to be shown"),
            OptionHelp("--seed", "S", "decides what is sent; without it 1"),
        ])

    private let demo: Demo
    private let buildSeconds: Int64?
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        isJSON = arguments.has("--json")
        demo = Demo(
            data: Folder.absolute(arguments.text("--data") ?? "./.troth/demo"), isKept: arguments.has("--keep"),
            seed: UInt64(try arguments.integer("--seed", default: 1, in: 0...Int64.max)), isTalking: !isJSON)
        buildSeconds =
            arguments.has("--build-seconds")
            ? try arguments.integer("--build-seconds", in: 0...1_000_000) : nil
    }

    package func run() throws(Failure) -> ExitCode {
        var evidence = try demo.run()
        evidence.buildSeconds = buildSeconds
        if isJSON {
            Terminal.printJSON(evidence)
        } else {
            for line in evidence.lines + [""] + evidence.clauseLines { Terminal.print(line) }
            let build = buildSeconds.map { "build: \($0) s, " } ?? ""
            Terminal.print("\(build)story: \(Int(evidence.storySeconds)) s")
            if evidence.ok, demo.isKept { hint() }
        }
        return evidence.ok && evidence.clauses.allSatisfy(\.ok) ? .done : .checkFailed
    }

    private func hint() {
        let kafka = StackFile.read(demo.data)?.kafka ?? ""
        let account = (try? AccountsFile.read("\(demo.data).accounts"))?.first?.text ?? ""
        let troth = (try? Programs.path("troth")) ?? "troth"
        Terminal.print(
            """

            The stack is still running. Talk to it:
              \(troth) partition status --data \(demo.data)
              \(troth) account balance \(account) --kafka \(kafka)
              \(troth) account usage \(account) --kafka \(kafka)
              \(troth) deadletters --kafka \(kafka)
            Stop it:
              \(troth) down --data \(demo.data)
            """)
    }
}
