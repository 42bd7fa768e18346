/// `troth acl print`: the permissions that Troth needs.
package struct AclPrint: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "acl print", abstract: "show the permissions that each principal needs on a Kafka",
        discussion: """
            Made from what each service takes and gives. A principal is the CN of a client certificate. It asks no
            Kafka.
            """,
        example: "troth acl print",
        options: [
            OptionHelp("--principal", "NAME", "only this one"),
            OptionHelp("--quotas", nil, "instead, the lines of Kafka's own tool that bound what each principal uses"),
        ])

    private let principal: String?
    private let isQuotas: Bool
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        principal = arguments.text("--principal")
        (isQuotas, isJSON) = (arguments.has("--quotas"), arguments.has("--json"))
        guard let principal, !AccessTable.standard.principals.contains(principal) else { return }
        let names = AccessTable.standard.principals
        throw .usage("there is no principal \(principal): write one of \(names.joined(separator: ", "))")
    }

    package func run() throws(Failure) -> ExitCode {
        if isQuotas {
            if isJSON {
                Terminal.printJSON(Quotas.lines())
            } else {
                for line in Quotas.lines() { Terminal.print(line) }
            }
            return .done
        }
        let table = AccessTable.standard.only(principal)
        if isJSON {
            Terminal.printJSON(table.bindings.map { AclText.Row($0) })
        } else {
            for line in AclText.lines(table) { Terminal.print(line) }
        }
        return .done
    }
}
