import Schema

/// `troth generate`: made-up usage of the same shape.
package struct GenerateCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "publish made-up usage records of the shape of a real trace",
        discussion: """
            The calls of made-up accounts wait for a day for somebody to register them, and are refused then. Those of
            accounts that are registered (--accounts-file) lie in the last minutes, for a call that is older than its
            account is refused; where the accounts are older, --start or --days-ago says so.
            """,
        example: "troth generate --limit 8819 --kafka 127.0.0.1:9092 --rate 150 --manifest sent.jsonl",
        options: WorkloadOptions.options)

    private let options: WorkloadOptions

    package init(_ arguments: Arguments) throws(Failure) { options = try WorkloadOptions(arguments, limit: 8_819) }

    package func run() throws(Failure) -> ExitCode {
        try options.publish(Trace.synthetic(seed: options.seed, rows: options.limit))
    }
}
