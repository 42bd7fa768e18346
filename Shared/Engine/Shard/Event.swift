package import Schema

/// What happens to a shard.
package enum Event: Equatable, Sendable {
    /// The partition is ours, and this is what the topics look like.
    case start(Surroundings)
    /// Records of an input, in the order of their offsets.
    case records(input: Int, Records)
    /// A batch of an input cannot be read: where it begins.
    case damaged(input: Int, base: Int64)
    /// An input is read to its present end.
    case end(input: Int)
    /// A message is in the log.
    case delivered(Delivery)
    /// A message is not in the log.
    case undelivered(Delivery)
    /// There is a new producer: what is not acknowledged must be sent again.
    case resend
    /// Time has passed.
    case tick
    /// Jobs have ended.
    case performed([TaskOutcome])
    /// The broker was asked, and said this time.
    case brokerTime(Instant)
    /// An operator does something.
    case operate(Operation)
    /// The partition goes, or the process stops. `drained`: everything was read to its end and acknowledged.
    case stop(drained: Bool)
}

/// What a shard must know of its topics when it starts.
package struct Surroundings: Equatable, Sendable {
    /// The Kafka cluster's id.
    package let cluster: String
    /// The partitions of the anchor topic.
    package let partitions: Int32
    /// For each input, the first offset and the one after the last.
    package let bounds: [Bounds]

    package init(cluster: String, partitions: Int32, bounds: [Bounds]) {
        (self.cluster, self.partitions, self.bounds) = (cluster, partitions, bounds)
    }

    /// Where a partition begins and ends.
    package struct Bounds: Equatable, Sendable {
        package let low: Int64
        package let high: Int64
        package init(low: Int64, high: Int64) { (self.low, self.high) = (low, high) }
    }
}

/// Which sending of which message a delivery report is about.
package struct Delivery: Equatable, Sendable {
    /// The link's number in the file.
    package let link: Int
    /// Which time the link is sent: a report of an earlier time means nothing.
    package let generation: UInt8
    /// The low 32 bits of the row's number.
    package let sequence: UInt32

    package init(link: Int, generation: UInt8, sequence: UInt32) {
        (self.link, self.generation, self.sequence) = (link, generation, sequence)
    }

    /// In 54 bits: so that it fits a producer's tag, beside the partition.
    package var packed: UInt64 { UInt64(link) << 40 | UInt64(generation) << 32 | UInt64(sequence) }

    /// From the 54 bits.
    package init(packed: UInt64) {
        link = Int(packed >> 40 & 0x3fff)
        generation = UInt8(truncatingIfNeeded: packed >> 32)
        sequence = UInt32(truncatingIfNeeded: packed)
    }
}
