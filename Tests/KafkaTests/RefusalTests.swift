import Kafka
import Testing

@Suite struct RefusalTests {
    @Test func `a record that is not delivered names its topic`() throws {
        let cluster = try filled(["a"], partitions: 1, count: 0)
        let reports = Reports()
        let settings = producerSettings(cluster).filter { $0.name != "linger.ms" } + [("linger.ms", "60000")]
        let producer = try reports.producer(settings)
        try producer.send(topic: "a", partition: 0, key: nil, value: [1], tag: 7)
        producer.purge()
        #expect(
            within(10) {
                !reports.tags.isEmpty
            } step: {
                producer.poll(milliseconds: 50)
            })
        #expect(reports.errors.first?.topic == "a")
        #expect(reports.errors.first?.isAuthorization == false)
    }

    @Test func `a topic that is there passes the probe`() throws {
        let cluster = try filled(["a"], partitions: 1, count: 0)
        let consumer = try Consumer(consumerSettings(cluster), log: .silent) { _ in }
        try consumer.probe(topic: "a")
        consumer.close()
    }
}
