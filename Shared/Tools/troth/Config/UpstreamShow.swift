package import Schema

/// `troth upstream list`: the register of upstreams.
package struct UpstreamShow: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "upstream list", abstract: "show the register of upstreams",
        example: "troth upstream list --kafka 127.0.0.1:9092", options: KafkaOptions.options)

    private let kafka: KafkaOptions
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let upstreams = try ConfigLog(kafka).upstreams
        if isJSON {
            Terminal.printJSON(upstreams)
            return .done
        }
        let now = TimeText.now()
        var rows = [["UPSTREAM", "PROVIDER", "COUNTRY", "V", "AGREEMENT", "SAFEGUARD", "CONTENT KEPT"]]
        rows += upstreams.map {
            [
                $0.name.text, $0.provider.text, $0.country.text, "\($0.version.value)", Self.ground($0, at: now),
                $0.safeguard?.text ?? "-", $0.contentDays.map { "\($0.value) d" } ?? "not known",
            ]
        }
        for line in TableText.lines(rows) { Terminal.print(line) }
        return .done
    }

    /// The agreement that is in force, in words.
    package static func ground(_ upstream: Upstream, at now: Instant) -> String {
        guard let agreement = upstream.agreement else { return "no agreement" }
        return upstream.hasAgreement(at: now) ? agreement.text : "no agreement in force: \(agreement.text)"
    }
}
