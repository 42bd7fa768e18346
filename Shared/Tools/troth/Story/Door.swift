import Schema

/// Where the people of a story come in: a Kafka, the trust file and the Maildir of a deployment.
package struct Door: Sendable {
    let kafka: KafkaOptions
    let data: String

    package init(_ kafka: KafkaOptions, data: String) { (self.kafka, self.data) = (kafka, data) }

    /// Somebody's counter, for one thread. It goes on while services and brokers are killed.
    func registrar() throws(Failure) -> Registrar {
        let client = try IdentityClient(kafka, trust: try TrustFile.find(inData: data), endures: true)
        return Registrar(
            client, maildir: DataFolder(data).maildir, tries: Limits.storyTries, patience: Limits.storyMailSeconds)
    }

    /// What came of people who settled.
    package struct Settled: Sendable {
        package var residents: [Resident] = []
        package var opened = 0
        package var kept = 0
        package var mails = MailCount()
    }

    /// Lets people settle, in groups of which every other one speaks German and lives in the EEA.
    func settle(_ visitors: [Registrar.Visitor], groups: Int) throws(Failure) -> Settled {
        var settling = Settling(try registrar())
        let size = max(1, (visitors.count + groups - 1) / groups)
        for (number, start) in stride(from: 0, to: visitors.count, by: size).enumerated() {
            try settling.settle(
                Array(visitors[start..<min(start + size, visitors.count)]), number % 2 == 0 ? .english : .german,
                number % 2 == 0 ? .outside : .eea)
        }
        return Settled(
            residents: settling.residents, opened: settling.opened, kept: settling.kept, mails: settling.mails)
    }

    /// What came of trials.
    struct Tried: Sendable {
        let rows: [Evidence.Row]
        let mails: MailCount
        let needles: [String]
    }

    /// Has residents try what they must not get.
    func tryAll(_ residents: [Resident], stranger: Registrar.Visitor) throws(Failure) -> Tried {
        var trials = Trials(try registrar(), residents, stranger: stranger)
        try trials.run()
        return Tried(rows: trials.evidence.rows, mails: trials.mails, needles: trials.needles + stranger.needles)
    }
}
