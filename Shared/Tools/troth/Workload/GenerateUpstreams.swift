import Schema

/// `troth generate upstreams`: the register that the made-up workloads use.
package struct GenerateUpstreams: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "generate upstreams", abstract: "print the register of upstreams of the made-up workloads",
        example: "troth generate upstreams > upstreams.json")

    package init(_ arguments: Arguments) throws(Failure) {}

    package func run() throws(Failure) -> ExitCode {
        Terminal.printJSON(UpstreamFile(upstreams: Catalogue.upstreams))
        return .done
    }
}
