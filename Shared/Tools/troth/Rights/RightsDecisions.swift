import Schema

/// What the decisions of an operator on a request take: its number, and why.
struct DecisionOrder: Sendable {
    static let arguments = [RequestOptions.argument]
    static let options = KafkaOptions.options + [RequestOptions.reason]
    private let request: RequestOptions
    private let reason: Remark

    init(_ arguments: Arguments) throws(Failure) {
        request = try RequestOptions(arguments)
        reason = try RequestOptions.reason(arguments)
    }

    /// Sends it as what it decides, and shows how far the request is.
    func give(_ decision: WritableKeyPath<RightsCommand, RequestDecision?>) throws(Failure) -> ExitCode {
        try request.tell { $0[keyPath: decision] = RequestDecision(reason: reason) }
    }
}

/// `troth rights answer`: an operator's decision.
package struct RightsAnswer: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights answer", abstract: "answer a request with words, where no service can",
        example: "troth rights answer 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c --reason as-said-in-our-letter"
            + " --kafka 127.0.0.1:9092",
        arguments: DecisionOrder.arguments, options: DecisionOrder.options)

    private let order: DecisionOrder

    package init(_ arguments: Arguments) throws(Failure) { order = try DecisionOrder(arguments) }

    package func run() throws(Failure) -> ExitCode { try order.give(\.answer) }
}

/// `troth rights extend`: an operator's decision.
package struct RightsExtend: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights extend", abstract: "say why a request takes longer: by the first date, once",
        example: "troth rights extend 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c --reason as-said-in-our-letter"
            + " --kafka 127.0.0.1:9092",
        arguments: DecisionOrder.arguments, options: DecisionOrder.options)

    private let order: DecisionOrder

    package init(_ arguments: Arguments) throws(Failure) { order = try DecisionOrder(arguments) }

    package func run() throws(Failure) -> ExitCode { try order.give(\.extend) }
}

/// `troth rights refuse`: an operator's decision.
package struct RightsRefuse: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rights refuse", abstract: "refuse a request, with the exception that the law gives as the reason",
        example: "troth rights refuse 3c5e7a9b-1d2f-4e60-8b7d-6c5a4f3e2d1c --reason as-said-in-our-letter"
            + " --kafka 127.0.0.1:9092",
        arguments: DecisionOrder.arguments, options: DecisionOrder.options)

    private let order: DecisionOrder

    package init(_ arguments: Arguments) throws(Failure) { order = try DecisionOrder(arguments) }

    package func run() throws(Failure) -> ExitCode { try order.give(\.refuse) }
}
