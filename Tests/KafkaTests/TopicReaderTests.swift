import Kafka
import Testing

struct TopicReaderTests {
    @Test func `key, value and headers come back as they were, null and empty apart`() throws {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("t", partitions: 1)
        let producer = try Reports().producer(producerSettings(cluster))
        let headers: [(name: String, value: [UInt8])] = [("ce_id", [55]), ("link", [0, 1, 255]), ("none", [])]
        try producer.send(topic: "t", partition: 0, key: [107], value: [118], headers: headers, tag: 1)
        try producer.send(topic: "t", partition: 0, key: [], value: [], tag: 2)
        try producer.send(topic: "t", partition: 0, key: nil, value: nil, tag: 3)
        try producer.flush(milliseconds: 10_000)
        let reader = try TopicReader([("bootstrap.servers", cluster.bootstrapServers)], log: .silent)
        var count = 0
        try reader.read(topic: "t") { message in
            #expect(message.topicName == "t")
            #expect(message.offset == Int64(count) && message.source == 0 && message.error == nil)
            #expect(message.timestampMs > 1_600_000_000_000)
            switch count {
            case 0:
                #expect(message.key.map { Array($0) } == Array("k".utf8))
                #expect(message.value.map { Array($0) } == Array("v".utf8))
                var found: [String] = []
                message.forEachHeader { found.append(String(decoding: $0, as: UTF8.self) + "\(Array($1))") }
                #expect(found == ["ce_id[55]", "link[0, 1, 255]", "none[]"])
                #expect(message.header("link").map { Array($0) } == [0, 1, 255])
                #expect(message.header("absent") == nil)
            case 1: #expect(message.key?.count == 0 && message.value?.count == 0)
            default: #expect(message.key == nil && message.value == nil)
            }
            count += 1
        }
        #expect(count == 3)
    }

    @Test func `all partitions are read to their ends, and from given offsets`() throws {
        let cluster = try filled(["a"], partitions: 5, count: 700)
        let reader = try TopicReader([("bootstrap.servers", cluster.bootstrapServers)], log: .silent)
        var counts = [Int](repeating: 0, count: 5)
        try reader.read(topic: "a") { message in counts[Int(message.partition)] += 1 }
        #expect(counts == [700, 700, 700, 700, 700])
        counts = [0, 0, 0, 0, 0]
        try reader.read(topic: "a", partitions: [1, 3], from: .offsets([1: 690, 3: 700])) { message in
            counts[Int(message.partition)] += 1
        }
        #expect(counts == [0, 10, 0, 0, 0])
        #expect(try reader.watermarks(topic: "a", partition: 2) == (0, 700))
    }

    @Test func `a body that throws ends the reading, and an unknown topic is a typed error`() throws {
        struct Enough: Error {}
        let cluster = try filled(["a"], partitions: 1, count: 10)
        let reader = try TopicReader([("bootstrap.servers", cluster.bootstrapServers)], log: .silent)
        var seen = 0
        #expect(throws: Enough.self) {
            try reader.read(topic: "a") { message in
                seen += 1
                if message.offset == 4 { throw Enough() }
            }
        }
        #expect(seen == 5)
        cluster.setError(topic: "nowhere", code: 3)
        let error = #expect(throws: KafkaError.self) { try reader.read(topic: "nowhere") { _ in } }
        #expect(error?.isUnknownTopicOrPartition == true)
    }

    @Test func `a reader that starts at the end gets what is written after it`() throws {
        let cluster = try filled(["replies"], partitions: 3, count: 10)
        let reader = try TopicReader(
            [("bootstrap.servers", cluster.bootstrapServers), ("fetch.wait.max.ms", "10")], log: .silent)
        try reader.start(topic: "replies", partitions: [1], from: .end)
        let producer = try Reports().producer(producerSettings(cluster))
        try producer.send(topic: "replies", partition: 1, key: nil, value: Array("yes".utf8), tag: 1)
        var answers: [String] = []
        let came = try within(10) {
            !answers.isEmpty
        } step: {
            producer.poll(milliseconds: 0)
            try reader.poll(milliseconds: 50) { message in
                if let value = message.value { answers.append(String(decoding: value, as: UTF8.self)) }
            }
        }
        #expect(came)
        #expect(answers == ["yes"])
    }

    @Test func `metadata names each topic that was asked for, known or not`() throws {
        let cluster = try filled(["a", "b"], partitions: 4, count: 1)
        let admin = try Admin([("bootstrap.servers", cluster.bootstrapServers)], log: .silent)
        #expect(try admin.metadata(topics: nil).topics.map(\.name) == ["a", "b"])
        cluster.setError(topic: "nowhere", code: 3)
        cluster.setError(topic: "secret", code: 29)
        let asked = try admin.metadata(topics: ["b", "nowhere", "secret"])
        #expect(asked.topics.map(\.name) == ["b", "nowhere", "secret"])
        #expect(asked.topics.map(\.partitions) == [4, 0, 0])
        #expect(asked.topics[2].error?.isAuthorization == true)
        #expect(asked.topics[1].error?.isUnknownTopicOrPartition == true)
        #expect(asked.brokers.count == 1)
        #expect(asked.clusterID != nil)
        #expect(try admin.watermarks(topic: "a", partition: 3) == (0, 1))
    }
}
