import Foundation

/// `troth torture`: the story on a real Kafka, with kills.
package struct TortureCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "torture", abstract: "play the story on a real Kafka, with kill -9 of services and broker",
        discussion: """
            Starts an Apache Kafka of its own, lets two and three instances of metering and billing, one and two of the
            others come and go while people register and usage flows, kills at random moments (a fifth on the broker), waits for quiet and runs troth verify. What it
            started is removed at the end; after a failure all of it is kept.
            """,
        example: "troth torture --kills 30 --kafka-home ../shared/kafka",
        options: [
            OptionHelp("--kills", "N", "how often kill -9 strikes; without it 30"),
            OptionHelp("--kafka-home", "DIR", "has bin/kafka-cluster; without it KAFKA_HOME or ../shared/kafka"),
            OptionHelp("--brokers", "N", "nodes of Kafka, 1 to 3; without it 1"),
            OptionHelp("--partitions", "N", "partitions of the deployment; without it 12"),
            OptionHelp("--rate", "N", "records a second; without it 250"),
            OptionHelp("--data", "DIR", "the folder of the stores; without it ./.troth/torture"),
            OptionHelp("--tls", nil, "TLS on every connection, a certificate for each service; one node of Kafka"),
            OptionHelp("--keep", nil, "keep the stores, logs and Kafka's data also after a success"),
            OptionHelp("--seed", "S", "decides who is killed when, and what is sent; without it a random one"),
        ])

    private let torture: Torture
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        let brokers = Int(try arguments.integer("--brokers", default: 1, in: 1...3))
        guard brokers == 1 || !arguments.has("--tls") else {
            throw .usage("--tls is for one node of Kafka: leave --brokers away")
        }
        torture = Torture(
            home: KafkaCluster.home(arguments), data: Folder.absolute(arguments.text("--data") ?? "./.troth/torture"),
            kills: Int(try arguments.integer("--kills", default: 30, in: 0...10_000)),
            brokers: brokers,
            partitions: Int32(try arguments.integer("--partitions", default: 12, in: 1...64)),
            rate: try arguments.integer("--rate", default: 250, in: 1...100_000),
            isKept: arguments.has("--keep"),
            seed: UInt64(
                try arguments.integer("--seed", default: Int64.random(in: 1...999_999), in: 0...Int64.max)),
            isSecured: arguments.has("--tls"))
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        let evidence = try torture.run()
        if isJSON {
            Terminal.printJSON(evidence)
        } else {
            for line in evidence.lines { Terminal.print(line) }
            Terminal.print("torture: \(Int(evidence.storySeconds)) s")
        }
        return evidence.ok ? .done : .checkFailed
    }
}
