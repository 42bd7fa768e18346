import Engine
import Schema
import Support
import Testing

/// Failure: offset out of range, foreign cluster, another partition count. Rule Identity of a file.
struct StartTests {
    private func bounds(_ low: Int64, _ high: Int64, at place: Int = 0) -> [Surroundings.Bounds] {
        var bounds = [Surroundings.Bounds](repeating: .init(low: 0, high: 0), count: 4)
        bounds[place] = .init(low: low, high: high)
        return bounds
    }

    /// A file that has read two records and has one message that is not acknowledged, reopened.
    private func usedNotebook(drained: Bool = false) throws -> TestStand<Notebook> {
        let stand = try startedNotebook()
        stand.give(0, .call(1, model: "send"), .call(2))
        if drained {
            stand.deliver(stand.actions.sent)
            #expect(stand.step(.stop(drained: true)).contains(.closed))
        }
        try stand.crash()
        return stand
    }

    @Test func `a new file begins at each topic's first offset`() throws {
        let stand = try TestStand(Notebook(), at: .example)
        #expect(stand.shard.next == [nil, nil, nil, nil])
        stand.start(bounds: bounds(5, 9))
        #expect(stand.shard.next == [5, 0, 0, 0])
    }

    @Test func `a killed process goes on at the file's own offsets`() throws {
        let stand = try usedNotebook()
        #expect(stand.start().reading == [0, 1, 2, 3])
        #expect(stand.shard.next == [2, 0, 0, 0])
    }

    @Test func `a foreign cluster is refused: nothing is consumed and nothing is sent there`() throws {
        let stand = try usedNotebook()
        let actions = stand.start(cluster: "cluster-2")
        #expect(stand.shard.report.stall?.reason == .cluster)
        #expect(actions.reading ?? [] == [] && actions.sent.isEmpty)
        #expect(stand.wait(Instant.minute).sent.isEmpty)
        #expect(stand.shard.report.state == "stalled" && stand.shard.report.outboxRows == 1)
        #expect(stand.start(cluster: "cluster-1").sent.count == 1)
        #expect(stand.shard.report.state == "running")
    }

    @Test func `a file sends nothing before it knows whose cluster this is`() throws {
        let stand = try usedNotebook()
        #expect(stand.wait(Instant.second).sent.isEmpty)
        #expect(stand.step(.resend).sent.isEmpty)
    }

    @Test func `another partition count is refused, and no reset mends it`() throws {
        let stand = try usedNotebook()
        #expect(stand.start(partitions: 6).sent.isEmpty)
        #expect(stand.shard.report.stall?.reason == .partitions)
        stand.step(.operate(.reset(reason: .example)))
        #expect(stand.shard.report.stall?.reason == .partitions)
    }

    @Test func `a drained file may move to a new cluster: offsets start over, links go on`() throws {
        let stand = try usedNotebook(drained: true)
        let actions = stand.start(cluster: "cluster-2", bounds: bounds(0, 0))
        #expect(actions.notes.contains(.movedToNewCluster))
        #expect(stand.shard.report.state == "running" && stand.shard.next == [0, 0, 0, 0])
        var record = TestRecord.call(3, model: "send")
        record.offset = 0
        #expect(stand.give(0, record).sent.first?.header("troth-link") == "metering/0/\(Incarnation.example)/2")
        try stand.crash()
        stand.start(cluster: "cluster-3", bounds: bounds(0, 0))
        #expect(stand.shard.report.stall?.reason == .cluster, "it was drained once, not twice")
    }

    @Test func `offsets that retention took are named, and nothing is consumed`() throws {
        let stand = try usedNotebook()
        let actions = stand.start(bounds: bounds(7, 9))
        #expect(stand.shard.report.stall?.reason == .offset && actions.reading ?? [] == [])
        #expect(
            stand.shard.report.stall?.detail == "metering.usage: offsets 2 to 6 are gone, the file has not read them")
        stand.wait(Instant.hour)
        #expect(stand.shard.report.state == "stalled")
    }

    @Test func `a topic that ends before the file's offset is refused`() throws {
        let stand = try usedNotebook()
        stand.start(bounds: bounds(0, 1))
        #expect(stand.shard.report.stall?.reason == .offset)
        #expect(
            stand.shard.report.stall?.detail == "metering.usage: the file has read to offset 2, the topic ends at 1")
    }

    @Test func `partition reset goes on at the topic's first offset, names what is lost and is on record`() throws {
        let stand = try usedNotebook()
        stand.start(bounds: bounds(7, 9))
        let actions = stand.step(.operate(.reset(reason: try #require(Remark(text: "down for two weeks")))))
        #expect(actions.contains(.assign) && actions.reading == [0, 1, 2, 3])
        #expect(stand.shard.next == [7, 0, 0, 0] && stand.shard.report.state == "running")
        #expect(
            try stand.texts("SELECT kind || ' ' || subject || ' ' || reason AS answer FROM operations") == [
                "reset metering.usage: offsets 2 to 6 are gone, the file has not read them down for two weeks"
            ])
    }

    @Test func `partition reset takes a foreign cluster for the file's own`() throws {
        let stand = try usedNotebook()
        stand.start(cluster: "cluster-2", bounds: bounds(0, 0))
        let actions = stand.step(.operate(.reset(reason: .example)))
        #expect(stand.shard.report.state == "running" && stand.shard.next == [0, 0, 0, 0])
        #expect(actions.sent.count == 1, "what was not acknowledged goes to the new cluster")
        #expect(try stand.texts("SELECT cluster AS answer FROM file") == ["cluster-2"])
    }

    @Test func `a reset that nothing waits for is refused`() throws {
        let stand = try startedNotebook()
        #expect(!stand.step(.operate(.reset(reason: .example))).contains(.assign))
        #expect(try stand.number("SELECT count(*) AS answer FROM operations") == 0)
    }

    @Test func `a compacted topic whose start has moved on loses nothing`() throws {
        let stand = try usedNotebook()
        stand.start(
            bounds: {
                var all = bounds(0, 2)
                all[Notebook.Place.config] = .init(low: 30, high: 40)
                return all
            }())
        #expect(stand.shard.report.state == "loading" && stand.shard.next[Notebook.Place.config] == 30)
    }

    @Test func `what everybody must know is read to its end before the first batch`() throws {
        let stand = try TestStand(Notebook(), at: .example)
        let place = Notebook.Place.config
        #expect(stand.start(bounds: bounds(0, 3, at: place)).reading == [place])
        #expect(stand.shard.report.state == "loading")
        let list = PriceList(provider: .example, model: .example, version: .example, prices: [])
        let config = TestRecord.config(Config(priceList: list))
        #expect(stand.give(place, config, config, config).reading == nil)
        let end = stand.step(.end(input: place))
        #expect(end.reading == [0, 1, 2, 3] && end.notes.contains(.loaded))
        try stand.crash()
        #expect(stand.start(bounds: bounds(0, 3, at: place)).reading == [0, 1, 2, 3], "it is read already")
    }

    @Test func `after its end a shard does nothing any more`() throws {
        let stand = try startedNotebook()
        stand.give(0, .call(1, model: "send"))
        #expect(stand.step(.stop(drained: false)).contains(.closed))
        #expect(stand.wait(Instant.day).isEmpty && stand.give(0, .call(2)).isEmpty && stand.start().isEmpty)
        try stand.crash()
        #expect(stand.start().sent.count == 1)
        #expect(stand.shard.next[0] == 1)
    }
}
