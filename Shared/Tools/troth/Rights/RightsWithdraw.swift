import Schema

/// `troth rights withdraw`: takes a request back.
package struct RightsWithdraw: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights withdraw", abstract: "take a request back, as long as no service is at it",
        example: "troth rights withdraw 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c --kafka 127.0.0.1:9092",
        arguments: [RequestOptions.argument], options: KafkaOptions.options)

    private let options: RequestOptions

    package init(_ arguments: Arguments) throws(Failure) { options = try RequestOptions(arguments) }

    package func run() throws(Failure) -> ExitCode {
        try options.tell { $0.withdraw = WithdrawRequest(withdraw: Flag(true)) }
    }
}
