import Kafka
import Testing

struct ConsumerTests {
    @Test func `one queue brings the same partition of several topics, in order, to its end`() throws {
        let topics = ["anchor", "second", "third"]
        let cluster = try filled(topics, partitions: 4, count: 300)
        let member = try Member(cluster, topics: topics)
        var next: [Int64] = .init(repeating: 0, count: 12)
        var ends = 0
        var wakes = 0
        let done = within(120) {
            ends == 12
        } step: {
            #expect(member.consumer.poll(milliseconds: 10) == nil)
            for slot in member.slots {
                guard slot.signal.wait(milliseconds: 10) else { continue }
                wakes += 1
                var got = 100
                while got == 100 {
                    got = slot.queue.read(max: 100, milliseconds: 0) { message in
                        let place = message.source * 4 + Int(message.partition)
                        #expect(message.partition == slot.partition && message.error == nil)
                        #expect(message.offset == next[place])
                        if message.isEndOfPartition { ends += 1 } else { next[place] += 1 }
                        guard let value = message.value else { return }
                        let text = "\(topics[message.source])/\(message.partition)/\(message.offset)"
                        #expect(value.elementsEqual(text.utf8))
                    }
                }
            }
        }
        #expect(done, "\(member.events), \(String(describing: member.failure))")
        #expect(next == .init(repeating: 300, count: 12))
        #expect(wakes >= 4)
        #expect(member.events == [.assigned([0, 1, 2, 3])])
        #expect(member.consumer.cachedHigh(topic: "second", partition: 1) == 300)
        #expect(try member.consumer.watermarks(topic: "third", partition: 3) == (0, 300))
        #expect(member.consumer.clusterID() != nil)
        member.consumer.commit([("anchor", 0, 300), ("second", 0, 300)])
    }

    @Test func `two members share the partitions, and one takes all when the other leaves`() throws {
        let topics = ["anchor", "second"]
        let cluster = try filled(topics, partitions: 4, count: 1)
        let first = try Member(cluster, topics: topics)
        var second: Member? = try Member(cluster, topics: topics)
        let shared = within(120) {
            first.partitions.count == 2 && second?.partitions.count == 2
        } step: {
            _ = first.consumer.poll(milliseconds: 20)
            _ = second?.consumer.poll(milliseconds: 20)
        }
        #expect(shared, "\(first.events) \(String(describing: second?.events))")
        #expect(Set(first.partitions + (second?.partitions ?? [])) == [0, 1, 2, 3])
        second = nil
        let taken = within(120) {
            first.partitions == [0, 1, 2, 3]
        } step: {
            _ = first.consumer.poll(milliseconds: 20)
        }
        #expect(taken, "\(first.events)")
        var records: Set<String> = []
        let read = within(20) {
            records.count == 8
        } step: {
            _ = first.consumer.poll(milliseconds: 10)
            for slot in first.slots {
                _ = slot.queue.read(max: 10, milliseconds: 10) { message in
                    if message.isRecord { records.insert("\(message.source)/\(message.partition)") }
                }
            }
        }
        #expect(read)
    }

    @Test func `a consumer that is assigned again goes on at the new offsets`() throws {
        let cluster = try filled(["anchor"], partitions: 1, count: 50)
        let member = try Member(cluster, topics: ["anchor"])
        #expect(
            within(120) {
                !member.slots.isEmpty
            } step: {
                _ = member.consumer.poll(milliseconds: 20)
            })
        for start in [40, 10, 49] as [Int64] {
            try member.consumer.halt()
            let queue = try member.consumer.queue([("anchor", 0)], signal: nil)
            try member.consumer.assign([("anchor", 0, start)])
            var offsets: [Int64] = []
            let read = within(10) {
                offsets.last == 49
            } step: {
                _ = member.consumer.poll(milliseconds: 10)
                _ = queue.read(max: 100, milliseconds: 20) { if $0.isRecord { offsets.append($0.offset) } }
            }
            #expect(read)
            #expect(offsets == Array(start...49))
            queue.close()
        }
    }

    @Test func `an offset that the partition does not have is an error of the queue`() throws {
        let cluster = try filled(["anchor"], partitions: 1, count: 5)
        let member = try Member(cluster, topics: ["anchor"])
        #expect(
            within(120) {
                !member.slots.isEmpty
            } step: {
                _ = member.consumer.poll(milliseconds: 20)
            })
        let queue = try member.consumer.queue([("anchor", 0)], signal: nil)
        try member.consumer.assign([("anchor", 0, 1_000)])
        var error: KafkaError?
        #expect(
            within(20) {
                error != nil
            } step: {
                _ = member.consumer.poll(milliseconds: 10)
                _ = queue.read(max: 100, milliseconds: 20) { error = $0.error ?? error }
            })
        #expect(error?.isOffsetOutOfRange == true)
        #expect(error?.text.hasPrefix("anchor 0: ") == true)
    }

    @Test func `closing does not hang, whatever is still held or unread`() throws {
        let cluster = try filled(["anchor", "second"], partitions: 3, count: 500)
        let begin: ContinuousClock.Instant
        do {
            let member = try Member(cluster, topics: ["anchor", "second"])
            #expect(
                within(120) {
                    member.slots.count == 3
                } step: {
                    _ = member.consumer.poll(milliseconds: 20)
                })
            let queue = member.slots[0].queue
            #expect(queue.read(max: 10, milliseconds: 2_000) { _ in } > 0)
            begin = ContinuousClock.now
            member.consumer.close()
            #expect(queue.read(max: 10, milliseconds: 0) { _ in } == 0)
            #expect(member.events.last == .revoked([0, 1, 2]))
            member.consumer.close()
        }
        #expect(ContinuousClock.now - begin < .seconds(5))
    }

    @Test func `closing ends where the broker is away and a commit is not answered`() throws {
        let cluster = try filled(["anchor"], partitions: 2, count: 1)
        let begin: ContinuousClock.Instant
        do {
            let member = try Member(cluster, topics: ["anchor"])
            #expect(
                within(120) {
                    member.slots.count == 2
                } step: {
                    _ = member.consumer.poll(milliseconds: 20)
                })
            cluster.setBroker(1, isUp: false)
            member.consumer.commit([("anchor", 0, 1)])
            begin = ContinuousClock.now
            member.consumer.close(milliseconds: 500)
        }
        #expect(ContinuousClock.now - begin < .seconds(4))
    }
}
