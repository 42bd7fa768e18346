import Engine
import Schema

/// A message between a shard and its topic.
struct InFlight {
    /// Which seat sent it, and so learns of its delivery.
    let seat: Int
    let outgoing: Outgoing
}

/// What becomes of a message at its topic. Faults change it.
package struct SendFate: Equatable, Sendable {
    /// It is in the log.
    package var isAppended = true
    /// Its sender is told that it is.
    package var isAcknowledged = true
    /// How often it is appended again at once, as a relay after a crash does.
    package var copies = 0
    /// How often it is appended again, some time later.
    package var lateCopies = 0
    /// How long everything behind it on its lane waits, in microseconds.
    package var delay: Int64 = 0
}

/// The messages of one producer to one partition: they arrive in their order, as an idempotent producer's do.
final class Lane {
    let topic: Int
    let partition: Int32
    /// Nil: its producer is gone, nobody learns what arrives.
    let producer: Int?
    var queue: [InFlight] = []
    var blockedUntil: Instant

    init(topic: Int, partition: Int32, producer: Int?, blockedUntil: Instant) {
        (self.topic, self.partition, self.producer, self.blockedUntil) = (topic, partition, producer, blockedUntil)
    }
}

/// A delivery report on its way back.
struct DeliveryReport {
    let seat: Int
    let event: Event
}

/// What is on its way between producers and topics.
struct Network {
    /// In the order in which they came to be.
    private(set) var lanes: [Lane] = []
    /// For each producer, its reports in order.
    var reports: [[DeliveryReport]]

    init(producers: Int) { reports = Array(repeating: [], count: producers) }

    /// True where nothing is on its way.
    var isEmpty: Bool { lanes.isEmpty && reports.allSatisfy(\.isEmpty) }

    /// Puts a message behind the others of its producer and partition.
    mutating func send(_ message: InFlight, topic: Int, producer: Int?, at now: Instant) {
        let partition = message.outgoing.partition
        if producer != nil,
            let lane = lanes.first(where: { $0.producer == producer && $0.topic == topic && $0.partition == partition })
        {
            return lane.queue.append(message)
        }
        let lane = Lane(topic: topic, partition: partition, producer: producer, blockedUntil: now)
        lane.queue.append(message)
        lanes.append(lane)
    }

    /// A copy that arrives at some time, and nobody learns of it.
    mutating func sendLate(_ message: InFlight, topic: Int, at time: Instant) {
        let lane = Lane(topic: topic, partition: message.outgoing.partition, producer: nil, blockedUntil: time)
        lane.queue.append(message)
        lanes.append(lane)
    }

    /// Takes the first message of a lane.
    mutating func take(_ index: Int) -> InFlight {
        let message = lanes[index].queue.removeFirst()
        if lanes[index].queue.isEmpty { lanes.remove(at: index) }
        return message
    }

    /// A producer is gone: of each lane some messages are on the wire already and will arrive, the others never.
    mutating func lose(producer: Int, _ random: inout SeededRandom) {
        reports[producer] = []
        lanes = lanes.compactMap { lane in
            guard lane.producer == producer else { return lane }
            let orphan = Lane(
                topic: lane.topic, partition: lane.partition, producer: nil, blockedUntil: lane.blockedUntil)
            orphan.queue = Array(lane.queue.prefix(random.below(lane.queue.count + 1)))
            return orphan.queue.isEmpty ? nil : orphan
        }
    }

    /// Nothing waits any more.
    mutating func unblock(at now: Instant) {
        for lane in lanes where lane.blockedUntil > now { lane.blockedUntil = now }
    }
}
