import Kafka
package import Schema

/// What lies in `metering.config`: read as a whole, written record by record into every partition.
package struct ConfigLog {
    /// The newest version of each key.
    package private(set) var newest: [String: Config] = [:]
    /// How many partitions have the newest version of a key.
    package private(set) var coverage: [String: Int] = [:]
    /// The topic's partitions.
    package let partitions: Int32

    private let options: KafkaOptions

    /// Reads the topic from its beginning to its present end.
    package init(_ options: KafkaOptions) throws(Failure) {
        self.options = options
        let topic = Topics.meteringConfig.name
        partitions = try options.partitions(of: topic, admin: try options.admin())
        var last: [Int32: [String: Config]] = [:]
        do {
            try options.reader().read(topic: topic.text) { message in
                guard let value = message.value,
                    let config = try? Config.decode(value, contentType: .json, from: .outside)
                else { return }
                last[message.partition, default: [:]][config.key] = config
            }
        } catch let error as KafkaError {
            throw options.failure(error)
        } catch {
            throw (error as? Failure) ?? .unreachable("\(error)")
        }
        for (key, config) in last.values.joined() {
            guard let known = newest[key], known.version >= config.version else {
                newest[key] = config
                continue
            }
        }
        for (key, config) in newest { coverage[key] = last.values.count { $0[key] == config } }
    }

    /// The newest list of a model.
    package func priceList(_ list: PriceList) -> PriceList? { newest[Config(priceList: list).key]?.priceList }

    /// All lists, by key.
    package var priceLists: [PriceList] { newest.sorted { $0.key < $1.key }.compactMap(\.value.priceList) }

    /// All upstreams, by key.
    package var upstreams: [Upstream] { newest.sorted { $0.key < $1.key }.compactMap(\.value.upstream) }

    /// Writes records into every partition and waits until Kafka confirmed all of them.
    package func write(_ records: [Config], now: Instant) throws(Failure) {
        let producer = try Deliveries(options)
        for record in records {
            let value = record.encoded()
            guard value.count <= Limits.configBytes else {
                throw .refused(
                    "\(record.key) takes \(value.count) bytes: \(Limits.configBytes) at most, write fewer prices")
            }
            let headers = CloudEvent.headers(
                id: RandomID.event(), source: "troth", type: Config.type, time: now, contentType: .json)
            for partition in 0..<partitions {
                try producer.send(
                    topic: Topics.meteringConfig.name, partition: partition, key: Array(record.key.utf8), value: value,
                    headers: headers)
            }
        }
        try producer.confirmAll()
    }
}

extension Config {
    /// Its version, whichever of the two it is.
    package var version: Revision { priceList?.version ?? upstream?.version ?? Revision(unchecked: 0) }
}

/// Identifiers that nobody has used.
package enum RandomID {
    /// The halves of a random UUID, version 4 (RFC 9562).
    package static func uuid() -> (high: UInt64, low: UInt64) {
        var random = SplitMix64(seed: .random(in: .min ... .max))
        return random.uuid()
    }
    /// A random UUID as a CloudEvents id.
    package static func event() -> EventID {
        let id = uuid()
        return EventID(text: CallID(high: id.high, low: id.low).text) ?? .example  // a UUID's text is a CloudEvents id
    }
}
