import Schema

/// `troth rights answer`: an operator's decision.
package struct RightsAnswer: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights answer", abstract: "answer a request with words, where no service can",
        example: "troth rights answer 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c --reason as-said-in-our-letter"
            + " --kafka 127.0.0.1:9092",
        arguments: [RequestOptions.argument], options: KafkaOptions.options + [RequestOptions.reason])

    private let options: RequestOptions
    private let reason: Remark

    package init(_ arguments: Arguments) throws(Failure) {
        options = try RequestOptions(arguments)
        reason = try RequestOptions.reason(arguments)
    }

    package func run() throws(Failure) -> ExitCode { try options.tell { $0.answer = RequestDecision(reason: reason) } }
}
