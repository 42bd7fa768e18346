import Foundation
import Kafka
import Testing

/// The Python that writes the batches.
private let python = ProcessInfo.processInfo.environment["TROTH_PYTHON"]

/// Batches that no client makes, as the consumer meets them: the engine builds on what librdkafka does with them.
/// They lie on a mock cluster, which checks nothing; Apache Kafka refuses all but the bombs.
@Suite(.serialized, .enabled(if: python != nil, "TROTH_PYTHON names no Python: make python"))
struct BatchTests {
    /// What a reader of partition 0 gets until its end, or until a batch cannot be read, which it then reads behind.
    private struct Reader {
        let member: Member
        var sizes: [Int] = []
        var damaged: [Int64] = []
        private var position: Int64 = 0

        init(_ cluster: MockCluster) throws {
            member = try Member(
                cluster, topics: ["t"],
                adding: [
                    ("check.crcs", "true"), ("fetch.max.bytes", "8388608"), ("receive.message.max.bytes", "33554432"),
                    ("fetch.error.backoff.ms", "100"),
                ])
        }

        /// Reads to the end; false where nothing comes for 30 s.
        mutating func read() throws -> Bool {
            var isAtEnd = false
            return try within(30) {
                isAtEnd
            } step: {
                _ = member.consumer.poll(milliseconds: 10)
                guard let slot = member.slots.first, slot.signal.wait(milliseconds: 100) else { return }
                var (base, next, sizes): (Int64?, Int64, [Int]) = (nil, position, [])
                var count = 100
                while count == 100 {
                    count = slot.queue.read(max: 100, milliseconds: 0) { message in
                        if base != nil { return }
                        if message.isRecord {
                            sizes.append(message.value?.count ?? -1)
                            next = message.offset + 1
                        } else if message.isEndOfPartition {
                            isAtEnd = true
                        } else if message.error?.isDamagedBatch ?? false {
                            base = message.offset
                        }
                    }
                }
                self.sizes += sizes
                position = next
                guard let base else { return }
                isAtEnd = false
                damaged.append(base)
                position = max(base, next) + 1
                try member.consumer.assign([("t", 0, position)])
            }
        }
    }

    /// Writes batches into a topic of one partition; what the broker said to each.
    private func write(_ batches: [String], to cluster: MockCluster) throws -> [Int] {
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "batches.py").path
        process.arguments = [script, cluster.bootstrapServers, "t", "0"] + batches
        let output = Foundation.Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").compactMap { Int($0.split(separator: " ")[1]) }
    }

    private func cluster() throws -> MockCluster {
        let cluster = try MockCluster(brokers: 1)
        try cluster.createTopic("t", partitions: 1)
        return cluster
    }

    @Test(arguments: ["gzip", "snappy", "lz4", "zstd"])
    func `a batch that does not decompress is an error at its first offset, and what is behind it is read`(
        codec: String
    ) throws {
        let cluster = try cluster()
        let answers = try write(
            ["plain:2", "garbled:\(codec):1", "plain:1", "garbled:\(codec):1", "plain:2"], to: cluster)
        #expect(answers == [0, 0, 0, 0, 0])
        var reader = try Reader(cluster)
        #expect(try reader.read())
        #expect(reader.damaged == [2, 4] && reader.sizes == [2, 2, 2, 2, 2])
    }

    @Test func `of a batch of many the same first offset is said again from within`() throws {
        let cluster = try cluster()
        #expect(try write(["plain:1", "garbled:zstd:5", "plain:1"], to: cluster) == [0, 0, 0])
        var reader = try Reader(cluster)
        #expect(try reader.read())
        #expect(reader.damaged == [1, 1, 1, 1, 1] && reader.sizes == [2, 2])
    }

    @Test func `bombs of all codecs: a zstd bomb is an error, the others are long records, in less than 300 MB`() throws
    {
        let cluster = try cluster()
        let mebibyte = 1 << 20
        let bombs = ["bomb:gzip:60", "bomb:snappy:1", "bomb:lz4:15", "bomb:zstd:30", "bomb:zstd:64", "bomb:zstd:1000"]
        #expect(try write(bombs + ["plain:1"], to: cluster) == Array(repeating: 0, count: 7))
        var reader = try Reader(cluster)
        try forgetPeak()
        let before = try peak()
        #expect(try reader.read())
        let grown = try peak() - before
        #expect(reader.damaged == [3, 4, 5] && reader.sizes == [60, 1, 15].map { $0 * mebibyte } + [2])
        #expect(grown < 300, "\(grown) MB")
        #expect(grown > 50, "nothing was measured")
    }

    /// Megabytes that the process had at most since `forgetPeak`.
    private func peak() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) / 1_024
    }

    private func forgetPeak() throws {
        try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }
}
