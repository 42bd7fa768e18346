import Schema

/// That a person is erased is written before anybody is asked to erase: whoever makes a file anew, or reads an old one,
/// knows it. Marks name nobody, so the marks of a partition are compared, in the order of time, with its erasures.
/// ARCHITECTURE: an erasure goes in this order.
package struct SuppressedBeforeErased: Law {
    package let needsQuiet = true
    package init() {}

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        var marks: [Int32: [Digest: Instant]] = [:]
        var erasures: [Int32: [SubjectID: Instant]] = [:]
        // a mark that is written again is as old as it says
        let areSeen = try world.messages(of: Topics.rightsSuppressions) { message, record in
            let at = min(record.timestamp, message.since)
            marks[record.partition, default: [:]][message.mark, default: at] = min(
                at, marks[record.partition]?[message.mark] ?? at)
        }
        _ = try world.messages(of: Topics.rightsRequests) { message, record in
            guard message.act == .erase, erasures[record.partition]?[message.subject] == nil else { return }
            erasures[record.partition, default: [:]][message.subject] = record.timestamp
        }
        guard areSeen else { return judgement.finding(self, "erasures: topics were not looked at") }
        for (partition, erased) in erasures.sorted(by: { $0.key < $1.key }) {
            // older marks are of erasures that their topic has no more
            let known = (marks[partition] ?? [:]).values.sorted().suffix(erased.count)
            let asked = erased.values.sorted()
            let isBefore = known.count == asked.count && zip(known, asked).allSatisfy { $0 <= $1 }
            judgement.look(
                isBefore, "rights.requests/\(partition): of \(asked.count) erasures one was asked for before its mark")
        }
        return judgement.finding(self, "partitions with erasures")
    }
}
