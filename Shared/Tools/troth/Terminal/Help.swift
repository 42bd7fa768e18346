/// The help pages, made from the commands' own tables.
package enum Help {
    /// All subcommands, and what the exit statuses mean.
    package static func overview(_ commands: [any ParsableCommand.Type]) -> String {
        let rows = commands.map { ["  " + $0.configuration.commandName, $0.configuration.abstract] }
        let examples = commands.map { "  \($0.configuration.example)" }
        let codes = ExitCode.allCases.map { "  \($0.rawValue)  \($0.meaning)" }
        return """
            Troth keeps accounts, meters and bills the use of language models.

            USAGE: troth <subcommand> [options]

            SUBCOMMANDS:
            \(TableText.lines(rows).joined(separator: "\n"))

            EXAMPLES:
            \(examples.joined(separator: "\n"))

            EXIT STATUS:
            \(codes.joined(separator: "\n"))

            See `troth <subcommand> --help` for one of them, `troth --version` for the version.
            """
    }

    /// One subcommand.
    package static func page(_ configuration: CommandConfiguration) -> String {
        let words = configuration.arguments.map { "<\($0.name)>" }
        let usage = (["troth", configuration.commandName] + words + ["[options]"]).joined(separator: " ")
        var parts = ["\(configuration.abstract)"]
        if !configuration.discussion.isEmpty { parts.append(configuration.discussion) }
        parts.append("USAGE: \(usage)")
        if !configuration.arguments.isEmpty {
            let rows = configuration.arguments.map { ["  <\($0.name)>", $0.meaning] }
            parts.append("ARGUMENTS:\n" + TableText.lines(rows).joined(separator: "\n"))
        }
        let common = [OptionHelp("--help", nil, "show this page"), OptionHelp("--version", nil, "show the version")]
        let rows = (configuration.options + common).map { option in
            [
                "  \(option.name)\(option.value.map { " \($0)" } ?? "")",
                option.meaning + (option.repeats ? " (repeats)" : ""),
            ]
        }
        parts.append("OPTIONS:\n" + TableText.lines(rows).joined(separator: "\n"))
        parts.append("EXAMPLE:\n  \(configuration.example)")
        return parts.joined(separator: "\n\n")
    }
}
