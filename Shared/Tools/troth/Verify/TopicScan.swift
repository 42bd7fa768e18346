import Invariants
import Kafka
import Schema

/// A topic from its beginning to its present end: every key, value and header looked through for needles.
struct TopicScan {
    private var topic: any AnyTopic
    private(set) var records = 0
    /// Records without the repeated ones of a link.
    private(set) var distinct: Int64 = 0
    private var hits = 0
    private var first: String?
    /// Where the topic's start is gone.
    private var gone: String?

    /// Reads the topic. Errors: Kafka cannot be reached.
    init(_ topic: any AnyTopic, _ kafka: KafkaOptions, _ scanner: NeedleScanner?) throws(Failure) {
        self.topic = topic
        let name = topic.name.text
        let partitions = try kafka.partitions(of: topic.name, admin: try kafka.admin())
        let reader = try kafka.reader()
        for partition in 0..<partitions {
            let low = try kafka.attempt { () throws(KafkaError) in
                try reader.watermarks(topic: name, partition: partition).low
            }
            if low > 0 { gone = gone ?? "partition \(partition) begins at offset \(low)" }
        }
        var scan = self
        var links: Set<[UInt8]> = []
        do {
            try reader.read(topic: name) { message in
                scan.records += 1
                let link = message.header("troth-link").map { Array($0) }
                if link.map({ links.insert($0).inserted }) ?? true { scan.distinct += 1 }
                if let scanner { scan.look(message, scanner) }
            }
        } catch let error as KafkaError {
            throw kafka.failure(error)
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        self = scan
    }

    private mutating func look(_ message: borrowing KafkaMessage, _ scanner: NeedleScanner) {
        var found: (part: String, hit: NeedleScanner.Hit)?
        var count = 0
        func scan(_ bytes: UnsafeRawBufferPointer, _ part: String) {
            scanner.scan(bytes) { hit in
                count += 1
                found = found ?? (part, hit)
            }
        }
        if let key = message.key { scan(key, "key") }
        if let value = message.value { scan(value, "value") }
        message.forEachHeader { name, value in
            scan(name, "header's name")
            scan(value, "header")
        }
        hits += count
        guard let found, first == nil else { return }
        first = "partition \(message.partition) offset \(message.offset), \(found.part): \(found.hit.text)"
    }

    /// The row for it. What outsiders sent is theirs: a hit on the topic of usage is told, and no fault.
    var finding: Finding {
        let isUsage = topic.name == Topics.meteringUsage.name
        if isUsage {
            return Finding(
                name: "SentByOutsiders", ok: true, count: hits,
                detail: "\(topic.name), \(records) records" + (first.map { ": the first needle in \($0)" } ?? ""))
        }
        let name = "NoContentIn \(topic.name)"
        if let first { return Finding(name: name, ok: false, count: hits, detail: "\(topic.name): \(first)") }
        if let gone { return Finding(name: name, ok: false, count: 0, detail: "not provable: \(gone)") }
        let kept = topic.retention == .compacted ? "records that lie there now" : "records"
        return Finding(name: name, ok: true, count: records, detail: "\(kept), no needle in them")
    }
}
