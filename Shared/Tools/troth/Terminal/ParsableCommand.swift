/// A subcommand: it says what it takes, reads it, and runs. The vocabulary is swift-argument-parser's.
package protocol ParsableCommand: Sendable {
    /// Its name, what it does, an example, and what it takes.
    static var configuration: CommandConfiguration { get }
    /// Reads its arguments; a wrong one is a usage error.
    init(_ arguments: Arguments) throws(Failure)
    /// Does it and returns the exit status.
    func run() throws(Failure) -> ExitCode
}

/// What a subcommand is called, does and takes. `--help`, `--json` and `--version` are everybody's.
package struct CommandConfiguration: Sendable {
    /// One word or two: `verify`, `price load`.
    package let commandName: String
    /// One line.
    package let abstract: String
    /// More, where one line is not enough.
    package let discussion: String
    /// A command that works as printed.
    package let example: String
    package let arguments: [ArgumentHelp]
    package let options: [OptionHelp]

    package init(
        commandName: String, abstract: String, discussion: String = "", example: String,
        arguments: [ArgumentHelp] = [], options: [OptionHelp] = []
    ) {
        (self.commandName, self.abstract, self.discussion) = (commandName, abstract, discussion)
        (self.example, self.arguments) = (example, arguments)
        self.options = options + [.json]
    }
}

/// A positional argument; all of them are required, in order, but for a last one that stands for any number.
package struct ArgumentHelp: Sendable {
    package let name: String
    package let meaning: String
    /// True where there may be none, one or several of it.
    package let isAnyNumber: Bool
    package init(_ name: String, _ meaning: String, isAnyNumber: Bool = false) {
        (self.name, self.meaning, self.isAnyNumber) = (name, meaning, isAnyNumber)
    }
}

/// An option: a flag where it takes no value.
package struct OptionHelp: Sendable {
    /// With its dashes: `--kafka`.
    package let name: String
    /// What it takes, `H:P`; nil for a flag.
    package let value: String?
    package let meaning: String
    /// True where it may be given several times.
    package let repeats: Bool

    package init(_ name: String, _ value: String? = nil, _ meaning: String, repeats: Bool = false) {
        (self.name, self.value, self.meaning, self.repeats) = (name, value, meaning, repeats)
    }
    /// What is shown, as JSON.
    package static let json = OptionHelp("--json", nil, "print the result as JSON")
}

/// The status that a command ends with.
package enum ExitCode: Int32, Sendable, CaseIterable {
    case done = 0
    case checkFailed = 1
    case usage = 2
    case unreachable = 3
    case refused = 4

    /// What it means, for the help.
    package var meaning: String {
        switch self {
        case .done: "done"
        case .checkFailed: "a check failed: something is not ok"
        case .usage: "the command was written wrong"
        case .unreachable: "Kafka or an instance cannot be reached"
        case .refused: "refused, with the reason"
        }
    }
}

/// Why a command did not do what it was told: a fact, a colon, a remedy.
package enum Failure: Error, Equatable, CustomStringConvertible {
    case check(String)
    case usage(String)
    case unreachable(String)
    case refused(String)

    /// The status that it ends the process with.
    package var exitCode: ExitCode {
        switch self {
        case .check: .checkFailed
        case .usage: .usage
        case .unreachable: .unreachable
        case .refused: .refused
        }
    }

    package var description: String {
        switch self {
        case .check(let text), .usage(let text), .unreachable(let text), .refused(let text): text
        }
    }
}
