import Schema

/// `troth import`: a real trace as usage.
package struct ImportCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "import", abstract: "publish a real trace of requests as usage records",
        discussion: """
            The format azure-llm is TIMESTAMP,ContextTokens,GeneratedTokens (Azure Public Dataset, 2023). As with
            troth generate, calls of made-up accounts wait, and those of --accounts-file lie in the last minutes.
            """,
        example: "troth import trace.csv --format azure-llm --kafka 127.0.0.1:9092 --rate 150 --manifest sent.jsonl",
        arguments: [ArgumentHelp("CSV", "the trace")],
        options: [OptionHelp("--format", "NAME", "azure-llm, the only one")] + WorkloadOptions.options)

    private let options: WorkloadOptions
    private let path: String

    package init(_ arguments: Arguments) throws(Failure) {
        let format = arguments.text("--format") ?? "azure-llm"
        guard format == "azure-llm" else { throw .usage("--format \(format) is not known: write azure-llm") }
        options = try WorkloadOptions(arguments, limit: Limits.traceRows)
        path = arguments.positional[0]
    }

    package func run() throws(Failure) -> ExitCode {
        try options.publish(try Trace.azure(TextFile.read(path), limit: options.limit))
    }
}
