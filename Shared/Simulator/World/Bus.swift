package import Schema

/// A record as it lies in a topic.
package struct BusRecord: Equatable, Sendable {
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [(name: String, value: [UInt8])]
    /// When it was appended.
    package var timestamp = Instant(unchecked: 0)

    package init(key: [UInt8]?, value: [UInt8]?, headers: [(name: String, value: [UInt8])]) {
        (self.key, self.value, self.headers) = (key, value, headers)
    }

    package static func == (left: BusRecord, right: BusRecord) -> Bool {
        left.key == right.key && left.value == right.value && left.timestamp == right.timestamp
            && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// Where a record lies.
package struct Place: Hashable, Sendable, CustomStringConvertible {
    package let topic: Int
    package let partition: Int32
    package let offset: Int64
    package var description: String { "\(Topics.all[topic].name)/\(partition)@\(offset)" }
}

/// The topics of a cluster in memory: Kafka's order and offsets in each partition, nothing else. Compacted topics keep
/// everything, as Kafka may.
struct Bus {
    /// The offset at which every partition begins: above 0 where retention has taken what was before.
    let firstOffset: Int64
    private var logs: [[[BusRecord]]]
    /// Records that lie in a batch that cannot be read.
    private var damaged: Set<Place> = []

    init(partitions: Int32, firstOffset: Int64) {
        self.firstOffset = firstOffset
        logs = Topics.all.map { topic in Array(repeating: [], count: Int(topic.partitionCount(n: partitions))) }
    }

    /// The place of a topic in `Topics.all`; nil where there is no such topic.
    static func index(of topic: TopicName) -> Int? { Topics.all.firstIndex { $0.name == topic } }

    /// Adds a record and says where it lies.
    mutating func append(_ record: BusRecord, topic: Int, partition: Int32, at now: Instant) -> Place {
        var record = record
        record.timestamp = now
        logs[topic][Int(partition)].append(record)
        let offset = firstOffset + Int64(logs[topic][Int(partition)].count) - 1
        return Place(topic: topic, partition: partition, offset: offset)
    }

    /// The offset after the last record.
    func high(_ topic: Int, _ partition: Int32) -> Int64 { firstOffset + Int64(logs[topic][Int(partition)].count) }

    /// A record cannot be read, each in a batch of its own, until its partition is mended.
    mutating func damage(_ place: Place) { damaged.insert(place) }

    /// Another replica leads, which has the partition whole.
    mutating func mend(_ topic: Int, _ partition: Int32) {
        damaged = damaged.filter { $0.topic != topic || $0.partition != partition }
    }

    /// True where the record at an offset cannot be read.
    func isDamaged(_ topic: Int, _ partition: Int32, _ offset: Int64) -> Bool {
        !damaged.isEmpty && damaged.contains(Place(topic: topic, partition: partition, offset: offset))
    }

    /// The record at an offset.
    func record(_ topic: Int, _ partition: Int32, _ offset: Int64) -> BusRecord {
        logs[topic][Int(partition)][Int(offset - firstOffset)]
    }

    /// All records of a partition, the first at `firstOffset`.
    func all(_ topic: Int, _ partition: Int32) -> [BusRecord] { logs[topic][Int(partition)] }

    /// How many partitions a topic has.
    func partitionCount(_ topic: Int) -> Int32 { Int32(logs[topic].count) }
}
