/// `troth acl diff`: how a Kafka's permissions differ from those that Troth needs.
package struct AclDiff: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "acl diff", abstract: "compare a Kafka's permissions with those that are needed",
        discussion: """
            missing: not there. foreign: on Troth's topics and groups, or of its principals, and not needed. wider: on
            more than what is Troth's, such as all topics. Exit status 1 where there is one. Needs a principal that may
            describe the cluster, as provision.
            """,
        example: "troth acl diff --kafka 127.0.0.1:9092", options: KafkaOptions.options)

    private let kafka: KafkaOptions
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        kafka = try KafkaOptions(arguments)
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let plan = try AclKeeper(kafka).plan()
        AclText.show(plan, isJSON: isJSON)
        return plan.isOK ? .done : .checkFailed
    }
}
