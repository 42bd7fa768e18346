import Kafka
import Schema

/// What comes late for somebody who was erased: usage, a key, a message, each as it once was. All of it is dropped and
/// counted. ARCHITECTURE: erased is a record, not an absence.
struct Late {
    let data: String
    let kafka: KafkaOptions
    let stack: Stack
    let waiting: Waiting

    /// A record of a topic.
    private struct Old {
        let partition: Int32
        let key: [UInt8]?
        let value: [UInt8]
        var headers: [(name: String, value: [UInt8])] = []
    }

    /// Lets all of it come, and adds rows. `manifest`: where it is written what was sent.
    func run(_ erased: AccountID, manifest: String, seed: UInt64, _ evidence: inout Evidence) throws(Failure) {
        let before = counts()
        try Leaving.call(erased, kafka, manifest, seed: seed, waiting)
        let keys = try replay(Topics.identityKeys) { $0.subject?.account == erased }
        let states = try replay(Topics.identityAccounts) { $0.account == erased }
        try Quiet(stack, waiting).wait()
        let (after, refusing) = (counts(), try refusingKeys())
        let (metering, billing) = (after.metering - before.metering, after.billing - before.billing)
        let rows = try StoreFiles.withAll(in: data, of: ["metering"]) { files in
            try files.reduce(0) { try $0 + $1.number("SELECT count(*) FROM waiting /* scan: few */") }
        }
        evidence.add(
            "usage that came late for the erased person",
            "dropped: \(metering - Int64(states)) calls are counted, \(rows) wait as before",
            rows == 5 && metering - Int64(states) == 5)
        evidence.add(
            "an old key and an old message that came late for the erased person",
            "\(keys + states) sent again as they were: the key refused by \(refusing.joined(separator: ", ")), the "
                + "message dropped by metering and \(billing == 1 ? "billing" : "nobody else")",
            keys == 1 && states == 1 && billing == 1 && refusing.contains("identity") && refusing.contains("notifier"))
    }

    /// What metering and billing have dropped since they started.
    private func counts() -> (metering: Int64, billing: Int64) {
        let survey = Survey(data: data)
        return (survey.count("late_dropped", of: "metering"), survey.count("late_dropped", of: "billing"))
    }

    /// The services that have refused a key of somebody who was erased.
    private func refusingKeys() throws(Failure) -> [String] {
        var refusing: [String] = []
        for service in ["identity", "notifier", "rights-worker"]
        where try DeadLetterPile(kafka, service, last: 0).byReason["suppressed"] ?? 0 > 0 {
            refusing.append(service)
        }
        return refusing
    }

    /// Sends the first record on a topic that speaks of a person again, byte for byte; returns how many there were.
    private func replay<M: Message>(_ topic: Topic<M>, where isTheirs: (M) -> Bool) throws(Failure) -> Int {
        var found: Old?
        do {
            try kafka.reader().read(topic: topic.name.text) { message in
                guard found == nil, let value = message.value,
                    let read = try? M.decode(value, contentType: M.contentType, from: .service), isTheirs(read)
                else { return }
                var old = Old(partition: message.partition, key: message.key.map { Array($0) }, value: Array(value))
                message.forEachHeader { old.headers.append((String(decoding: $0, as: UTF8.self), Array($1))) }
                found = old
            }
        } catch let error as KafkaError {
            throw kafka.failure(error)
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        guard let found else { return 0 }
        let producer = try Deliveries(kafka)
        try producer.send(
            topic: topic.name, partition: found.partition, key: found.key, value: found.value, headers: found.headers)
        try producer.confirmAll()
        return 1
    }
}
