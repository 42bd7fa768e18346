/// `troth story ending`: the part of the demo that takes five years, on a stack of its own.
package struct EndingCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "story ending", abstract: "play how an account ends: five years in half a minute; with proof",
        discussion: """
            Starts devbroker and one instance of each service, closes an account, restores it on day 20, closes it again,
            and moves the clock to the end of each period. troth demo plays it beside its own stack.
            """,
        example: "troth story ending",
        options: [
            OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth/ending"),
            OptionHelp("--keep", nil, "leave the stores and logs"),
            OptionHelp("--seed", "S", "decides who and what; without it 1"),
        ])

    private let ending: Ending
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        isJSON = arguments.has("--json")
        ending = Ending(
            data: Folder.absolute(arguments.text("--data") ?? "./.troth/ending"),
            seed: UInt64(try arguments.integer("--seed", default: 1, in: 0...Int64.max)),
            isRemoved: !arguments.has("--keep"))
    }

    package func run() throws(Failure) -> ExitCode {
        let evidence = try ending.run()
        if isJSON {
            Terminal.printJSON(evidence)
        } else {
            evidence.lines.forEach { Terminal.print($0) }
            Terminal.print("story: \(Int(evidence.storySeconds)) s")
        }
        return evidence.ok ? .done : .checkFailed
    }
}
