import Foundation
import Runtime

/// `troth tls-test`: each kind of connection refuses what it must, on a real Kafka.
package struct TLSTestCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "tls-test", abstract: "see that what is not TLS 1.3 with the right certificates is refused",
        discussion: """
            Starts an Apache Kafka with a listener for each fault, tries every kind of connection with a good peer and
            with bad ones, and replaces a certificate while a service runs. What it started is removed at the end; after
            a failure it is kept.
            """,
        example: "troth tls-test --kafka-home ../shared/kafka",
        options: [
            OptionHelp("--kafka-home", "DIR", "has bin/kafka-cluster; without it KAFKA_HOME or ../shared/kafka"),
            OptionHelp("--data", "DIR", "a folder to work in; without it ./.troth/tls-test"),
        ])

    private let home: String
    private let data: String
    private let isJSON: Bool

    package init(_ arguments: Arguments) throws(Failure) {
        home = KafkaCluster.home(arguments)
        data = Folder.absolute(arguments.text("--data") ?? "./.troth/tls-test")
        isJSON = arguments.has("--json")
    }

    package func run() throws(Failure) -> ExitCode {
        Interruption.listen()
        let start = ContinuousClock.now
        try Disposable.make(data)
        var evidence = Evidence()
        let certificates = try TestCertificates(folder: "\(data)/certs")
        try certificates.issue("open", .init("metering", validity: -60...86_400))
        let kafka = try KafkaCluster(
            home: home, folder: "\(data).kafka", brokers: 1, log: "\(data)/kafka-cluster.log",
            security: KafkaSecurity(
                certificates: certificates.folder, superUsers: ["broker", "provision"],
                listeners: KafkaCases.listeners))
        do throws(Failure) {
            try play(certificates, kafka, &evidence)
        } catch {
            evidence.add("the tests to their end", "\(error)", false)
        }
        kafka.end(keep: !evidence.ok)
        if evidence.ok { try Folder.remove(data) }
        evidence.storySeconds = (ContinuousClock.now - start).seconds
        show(evidence)
        return evidence.ok ? .done : .checkFailed
    }

    /// Every case; a new kind of connection adds its own here.
    private func play(
        _ certificates: TestCertificates, _ kafka: KafkaCluster, _ evidence: inout Evidence
    ) throws(Failure) {
        let waiting = Waiting { Terminal.complain($0) }
        for test in ProcessCases(certificates, folder: data).all { test.add(to: &evidence) }
        for test in AdminCases(certificates).all { test.add(to: &evidence) }
        Terminal.complain("starts Kafka")
        try kafka.start(waiting)
        for test in KafkaCases(certificates, bootstrap: kafka.bootstrap).all { test.add(to: &evidence) }
        certificates.files("provision").export()
        try RotationCase(certificates, data: "\(data)/rotation", kafka: kafka.bootstrap, waiting: waiting)
            .add(to: &evidence)
    }

    private func show(_ evidence: Evidence) {
        if isJSON {
            Terminal.printJSON(evidence)
        } else {
            for line in evidence.lines { Terminal.print(line) }
            Terminal.print("tls-test: \(Int(evidence.storySeconds)) s")
        }
    }
}
