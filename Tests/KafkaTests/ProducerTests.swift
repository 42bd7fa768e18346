import Kafka
import Synchronization
import Testing

struct ProducerTests {
    @Test func `a refused setting is a typed error with the text of librdkafka`() throws {
        let error = #expect(throws: KafkaError.self) {
            try Producer([("no.such.setting", "1")], log: .silent, onDelivery: { _, _, _ in })
        }
        #expect(error?.name == "_INVALID_ARG")
        #expect(error?.text.contains("no.such.setting") == true)
        #expect(throws: KafkaError.self) { try Admin([("acks", "perhaps")], log: .silent) }
    }

    @Test func `a report carries the time that the broker gave its record`() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("t", partitions: 1)
        let times = Mutex<[Int64]>([])
        let producer = try Producer(producerSettings(cluster), log: .silent) { _, _, place in
            times.withLock { $0.append(place.timestampMs) }
        }
        for tag in 1...20 as ClosedRange<UInt64> {
            try producer.send(topic: "t", partition: 0, key: nil, value: [1], tag: tag)
        }
        try producer.flush(milliseconds: 10_000)
        #expect(times.withLock { $0 } == Array(repeating: MockCluster.appendTimeMs, count: 20))
    }

    @Test func `each record is reported with its tag and its offset`() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("t", partitions: 1)
        let reports = Reports()
        let producer = try reports.producer(producerSettings(cluster))
        for tag in 1...100 as ClosedRange<UInt64> {
            try producer.send(topic: "t", partition: 0, key: nil, value: [1], tag: tag << 40)
        }
        try producer.flush(milliseconds: 10_000)
        #expect(reports.tags == (1...100).map { $0 << 40 })
        #expect(reports.offsets == (0..<100).map { Int64($0) })
        #expect(reports.errors.isEmpty)
        #expect(producer.queued == 0)
    }

    @Test func `an unknown topic, a full queue and a purge have their own names`() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("t", partitions: 1)
        let reports = Reports()
        let producer = try reports.producer(
            producerSettings(cluster) + [("queue.buffering.max.messages", "3"), ("linger.ms", "1000")])
        var refused: KafkaError?
        for tag in 0..<10 as Range<UInt64> where refused == nil {
            do throws(KafkaError) {
                try producer.send(topic: "t", partition: 0, key: nil, value: [1], tag: tag)
            } catch {
                refused = error
            }
        }
        #expect(refused?.isQueueFull == true)
        #expect(refused?.isRetriable == true)
        producer.purge()
        #expect(
            within(5) {
                reports.tags.count == 3
            } step: {
                producer.poll(milliseconds: 20)
            })
        #expect(reports.errors.allSatisfy { $0.isPurged })
    }

    @Test func `a producer outlives errors of the broker, in order`() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("t", partitions: 1)
        let reports = Reports()
        // the mock cluster does not check sequence numbers as a broker does: one request at a time keeps the order
        let settings = producerSettings(cluster) + [(name: "max.in.flight", value: "1")]
        let producer = try reports.producer(settings)
        try producer.send(topic: "t", partition: 0, key: nil, value: [0], tag: 0)
        try producer.flush(milliseconds: 10_000)
        cluster.pushErrors(apiKey: 0, codes: [6, 6, 6])
        for tag in 1..<20 as Range<UInt64> {
            try producer.send(topic: "t", partition: 0, key: nil, value: [UInt8(tag)], tag: tag)
        }
        try producer.flush(milliseconds: 20_000)
        #expect(reports.errors.isEmpty)
        #expect(reports.tags == Array(0..<20))
        cluster.setBroker(1, isUp: false)
        try producer.send(topic: "t", partition: 0, key: nil, value: [20], tag: 20)
        #expect(throws: KafkaError.self) { try producer.flush(milliseconds: 200) }
        cluster.setBroker(1, isUp: true)
        try producer.flush(milliseconds: 20_000)
        #expect(reports.tags == Array(0...20))
        var values: [UInt8] = []
        let reader = try TopicReader([("bootstrap.servers", cluster.bootstrapServers)], log: .silent)
        try reader.read(topic: "t") { message in values.append(message.value?.first ?? 99) }
        #expect(values == Array(0...20))
    }

    @Test func `a producer with records in its queue ends without a hang`() throws {
        let begin = ContinuousClock.now
        do {
            let cluster = try MockCluster(brokers: 1)
            try cluster.createTopic("t", partitions: 1)
            cluster.setBroker(1, isUp: false)
            let producer = try Reports().producer(producerSettings(cluster))
            for tag in 0..<100 as Range<UInt64> {
                try producer.send(topic: "t", partition: 0, key: nil, value: [1], tag: tag)
            }
        }
        #expect(ContinuousClock.now - begin < .seconds(5))
    }
}
