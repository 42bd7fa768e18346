import Engine
import Schema
import Store

/// Who answers, by the topic that the answer came on: a topic has one writer.
enum Participant {
    static func named(by topic: TopicName) throws -> ParticipantName {
        guard let name = topic.text.split(separator: ".").last.flatMap({ ParticipantName(text: String($0)) }) else {
            throw Refusal(.wrongValue)
        }
        return name
    }
}

/// The marks of people who were erased: they stand in the engine's table, since this service reads them like all
/// others.
struct Suppressions {
    let tx: Transaction

    /// Puts a person on the list; nothing that is written later leaves this file before that is in the log.
    func add(_ subject: SubjectID, at now: Instant) throws {
        let mark = try tx.mark(of: subject)
        try tx.sendFirst(
            Suppression(mark: mark, since: now), to: Topics.rightsSuppressions,
            partition: partition(of: subject.account, n: tx.partitions), key: mark.text)
    }

    /// Every mark goes out again: the file is on a new, empty cluster.
    func publishAll() throws {
        var all: [Suppression] = []
        try tx.each("SELECT mark, since FROM suppressions /* scan: once a cluster */") { row throws(StoreError) in
            all.append(Suppression(mark: try row.value(0), since: try row.value(1)))
        }
        for mark in all {
            try tx.send(mark, to: Topics.rightsSuppressions, partition: tx.partition, key: mark.mark.text)
        }
    }
}
