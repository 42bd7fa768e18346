import Schema

/// `troth rights refuse`: an operator's decision.
package struct RightsRefuse: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights refuse", abstract: "refuse a request, with the exception that the law gives as the reason",
        example: "troth rights refuse 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c --reason as-said-in-our-letter"
            + " --kafka 127.0.0.1:9092",
        arguments: [RequestOptions.argument], options: KafkaOptions.options + [RequestOptions.reason])

    private let options: RequestOptions
    private let reason: Remark

    package init(_ arguments: Arguments) throws(Failure) {
        options = try RequestOptions(arguments)
        reason = try RequestOptions.reason(arguments)
    }

    package func run() throws(Failure) -> ExitCode { try options.tell { $0.refuse = RequestDecision(reason: reason) } }
}
