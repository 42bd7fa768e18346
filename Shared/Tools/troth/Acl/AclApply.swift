/// `troth acl apply`: gives a Kafka the permissions that Troth needs.
package struct AclApply: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "acl apply",
        abstract: "add the permissions that are missing; with --prune remove the foreign ones",
        discussion: """
            Done again, it changes nothing. What it does not remove is shown, and the exit status is 1. Permissions on
            more than what is Troth's are never removed. Needs a principal that may alter the cluster, as provision.
            """,
        example: "troth acl apply --kafka 127.0.0.1:9092 --prune",
        options: KafkaOptions.options + [
            OptionHelp(
                "--prune", nil, "remove what is on Troth's topics and groups, or of its principals, and not needed")
        ])

    private let kafka: KafkaOptions
    private let isPruned: Bool
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        (isPruned, isJSON) = (arguments.has("--prune"), arguments.has("--json"))
    }

    package func run() throws(Failure) -> ExitCode {
        let plan = try AclKeeper(kafka).apply(prune: isPruned)
        AclText.show(plan, isJSON: isJSON)
        if !plan.bindings(.foreign).isEmpty {
            Terminal.complain("foreign permissions are left: remove them with --prune")
        }
        return plan.isOK ? .done : .checkFailed
    }
}
