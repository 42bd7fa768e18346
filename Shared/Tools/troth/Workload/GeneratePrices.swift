import Schema

/// `troth generate prices`: the price book that the made-up workloads are rated by.
package struct GeneratePrices: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "generate prices", abstract: "print the price book of the made-up workloads",
        discussion: "In force from 120 days before the moment on; three models' prices change 36 hours before it.",
        example: "troth generate prices > prices.json",
        options: [OptionHelp("--around", "TIME", "the end of the period; without it now")])

    private let around: Instant

    package init(_ arguments: Arguments) throws(Failure) {
        around =
            arguments.text("--around") == "NOW" ? TimeText.now() : try arguments.instant("--around") ?? TimeText.now()
        guard around.days > 120 else { throw .usage("--around \(around) is too early: it must be after April 1970") }
    }

    package func run() throws(Failure) -> ExitCode {
        Terminal.printJSON(Catalogue.priceBook(around: around))
        return .done
    }
}
