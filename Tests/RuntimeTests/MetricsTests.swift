import Testing

import Runtime

struct MetricsTests {
    @Test func `the text has help, type and sorted series`() {
        let registry = MetricsRegistry()
        registry.gauge("troth_lag", help: "Records behind.", labels: [("partition", "1")]).set(3.5)
        registry.counter("troth_dead_letters_total", help: "Refused.", labels: [("reason", "unknownField")]).increment()
        registry.counter("troth_dead_letters_total", help: "Refused.", labels: [("reason", "a\"\\\n")]).increment(by: 2)
        registry.counter("troth_dead_letters_total", help: "Refused.", labels: [("reason", "unknownField")]).increment()
        #expect(
            registry.render() == #"""
                # HELP troth_dead_letters_total Refused.
                # TYPE troth_dead_letters_total counter
                troth_dead_letters_total{reason="a\"\\\n"} 2
                troth_dead_letters_total{reason="unknownField"} 2
                # HELP troth_lag Records behind.
                # TYPE troth_lag gauge
                troth_lag{partition="1"} 3.5

                """#)
    }

    @Test func `a histogram counts upwards and ends with infinity`() {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("troth_commit_seconds", help: "Commits.", buckets: [0.5, 1])
        for seconds in [0.25, 0.5, 0.75, 4] { histogram.record(seconds) }
        #expect(
            registry.render() == """
                # HELP troth_commit_seconds Commits.
                # TYPE troth_commit_seconds histogram
                troth_commit_seconds_bucket{le="0.5"} 2
                troth_commit_seconds_bucket{le="1"} 3
                troth_commit_seconds_bucket{le="+Inf"} 4
                troth_commit_seconds_sum 5.5
                troth_commit_seconds_count 4

                """)
    }

    @Test func `series beyond the bound are counted as one`() {
        let registry = MetricsRegistry()
        for number in 0..<(Limits.metricSeries + 10) {
            registry.counter("troth_x_total", help: "X.", labels: [("n", "\(number)")]).increment()
        }
        #expect(registry.render().contains("troth_x_total{n=\"_other\"} 10\n"))
    }

    @Test func `a label that goes takes its series along`() {
        let registry = MetricsRegistry()
        registry.gauge("troth_lag", help: "Lag.", labels: [("partition", "1")]).set(1)
        registry.gauge("troth_lag", help: "Lag.", labels: [("partition", "2")]).set(2)
        registry.remove(label: "partition", value: "1")
        #expect(registry.render().contains("troth_lag{partition=\"2\"} 2\n"))
        #expect(!registry.render().contains("partition=\"1\""))
    }

    @Test func `increments of many threads are all there`() throws {
        let registry = MetricsRegistry()
        let threads = try (0..<4).map { number in
            try NamedThread("count-\(number)") {
                for _ in 0..<1_000 { registry.counter("troth_x_total", help: "X.").increment() }
            }
        }
        for thread in threads { thread.join() }
        #expect(registry.render().contains("troth_x_total 4000\n"))
    }

    @Test func `statistics of librdkafka become gauges, and what is gone goes`() throws {
        let registry = MetricsRegistry()
        let first = """
            {"name":"rdkafka#consumer-1","txmsgs":7,"rxmsgs":9,"msg_cnt":2,"brokers":{
              "GroupCoordinator":{"nodeid":-1,"state":"UP","rtt":{"p99":1}},
              "127.0.0.1:9092/1":{"nodeid":1,"state":"UP","rtt":{"min":1,"p99":2500}}},
             "topics":{"metering.usage":{"partitions":{
               "-1":{"consumer_lag":-1},"0":{"consumer_lag":12},"3":{"consumer_lag":0}}}}}
            """
        try #require(KafkaStatistics(json: first)).record(in: registry, client: "consumer")
        let text = registry.render()
        #expect(text.contains("troth_kafka_broker_rtt_p99_seconds{client=\"consumer\",broker=\"1\"} 0.0025\n"))
        #expect(text.contains("troth_kafka_sent_messages{client=\"consumer\"} 7\n"))
        #expect(text.contains("troth_kafka_received_messages{client=\"consumer\"} 9\n"))
        #expect(text.contains("troth_kafka_queued_messages{client=\"consumer\"} 2\n"))
        #expect(text.contains("troth_kafka_broker_up{client=\"consumer\",broker=\"1\"} 1\n"))
        let lag = "troth_kafka_consumer_lag{client=\"consumer\",topic=\"metering.usage\",partition="
        #expect(text.contains("\(lag)\"0\"} 12\n") && text.contains("\(lag)\"3\"} 0\n") && !text.contains("\"-1\""))
        try #require(KafkaStatistics(json: "{}")).record(in: registry, client: "consumer")
        #expect(!registry.render().contains(lag))
        #expect(KafkaStatistics(json: "[") == nil)
    }
}
