import Schema

/// `troth rights status`: how far a request is.
package struct RightsStatus: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights status", abstract: "show how far a request is, and who has not answered",
        example: "troth rights status 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c --kafka 127.0.0.1:9092",
        arguments: [RequestOptions.argument], options: KafkaOptions.options)

    private let options: RequestOptions

    package init(_ arguments: Arguments) throws(Failure) { options = try RequestOptions(arguments) }

    package func run() throws(Failure) -> ExitCode {
        try options.tell { $0.status = RequestQuestion(all: Flag(true)) }
    }
}
