/// `troth acl-test`: every permission, tried on a real Kafka.
package struct AclTestCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "acl-test", abstract: "try every permission and every denial on a real Kafka",
        discussion: """
            Starts an Apache Kafka of its own with certificates, an authorizer and default deny, applies topics and
            permissions as provision, and tries for each principal each operation on each topic, group and the cluster
            with its certificate. What it started is removed at the end; after a failure all of it is kept.
            """,
        example: "troth acl-test --kafka-home ../shared/kafka",
        options: [
            OptionHelp("--kafka-home", "DIR", "has bin/kafka-cluster; without it KAFKA_HOME or ../shared/kafka"),
            OptionHelp("--data", "DIR", "the folder of certificates and logs; without it ./.troth/acl-test"),
            OptionHelp("--keep", nil, "keep certificates, logs and Kafka's data also after a success"),
        ])

    private let test: AclTest
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        test = AclTest(
            home: KafkaCluster.home(arguments), data: Folder.absolute(arguments.text("--data") ?? "./.troth/acl-test"),
            isKept: arguments.has("--keep"))
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let evidence = try test.run()
        if isJSON {
            Terminal.printJSON(evidence)
        } else {
            for line in evidence.lines { Terminal.print(line) }
            Terminal.print("acl-test: \(Int(evidence.storySeconds)) s")
        }
        return evidence.ok ? .done : .checkFailed
    }
}
