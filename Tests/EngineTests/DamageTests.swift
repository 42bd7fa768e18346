import Engine
import Schema
import Support
import Testing

/// Failure: a batch does not decompress, or its checksum is wrong.
struct DamageTests {
    /// A topic as a reader meets it: batches by their lengths, some of which cannot be read. It says where a batch
    /// begins, as librdkafka does, and not where it ends.
    private struct Torn {
        let batches: [(count: Int64, isWhole: Bool)]
        var high: Int64 { batches.map(\.count).reduce(0, +) }

        /// Gives the shard what lies where it reads; an end, where nothing does.
        func read(into stand: TestStand<Notebook>) -> [Action] {
            guard let position = stand.shard.next[0] else { return [] }
            var base: Int64 = 0
            for batch in batches {
                if position < base + batch.count {
                    guard batch.isWhole else { return stand.step(.damaged(input: 0, base: base)) }
                    return stand.give(0, (position..<base + batch.count).map(record))
                }
                base += batch.count
            }
            return stand.step(.end(input: 0))
        }

        private func record(_ offset: Int64) -> TestRecord {
            var record = TestRecord.call(UInt64(offset))
            record.offset = offset
            return record
        }

        /// What a notebook must know of it in the end.
        var lines: [String] {
            var (lines, base): ([String], Int64) = ([], 0)
            for batch in batches {
                if batch.isWhole { lines += (base..<base + batch.count).map { "call \($0)" } }
                base += batch.count
            }
            return lines
        }
    }

    private func start(_ stand: TestStand<Notebook>, high: Int64) -> [Action] {
        var bounds = [Surroundings.Bounds](repeating: .init(low: 0, high: 0), count: 4)
        bounds[0] = .init(low: 0, high: high)
        return stand.start(bounds: bounds)
    }

    private func letters(_ actions: [Action]) throws -> [DeadLetter] {
        try actions.sent.filter { $0.topic == Topics.meteringDeadLetters.name }.map { try $0.message(DeadLetter.self) }
    }

    /// Reads a topic to its end; returns the dead letters and how often it was read.
    private func play(_ torn: Torn, crashingEvery crash: Int = 0) throws -> (letters: [DeadLetter], readings: Int) {
        let stand = try TestStand(Notebook(), at: .example)
        _ = start(stand, high: torn.high)
        var letters: [DeadLetter] = []
        var readings = 0
        while readings < 500, stand.shard.next[0] != torn.high || stand.shard.report.next[0].offset != torn.high {
            readings += 1
            let actions = torn.read(into: stand)
            letters += try self.letters(actions)
            if crash > 0, readings % crash == 0 {
                try stand.crash()
                _ = start(stand, high: torn.high)
            } else if actions.contains(.assign) {
                #expect(stand.shard.report.state == "waiting")
                _ = start(stand, high: torn.high)
            }
        }
        #expect(stand.shard.next[0] == torn.high && stand.shard.report.state == "running")
        #expect(try stand.lines() == torn.lines)
        return (letters, readings)
    }

    @Test func `a record that cannot be read is one dead letter with its place, and what is behind it is applied`()
        throws
    {
        let (letters, _) = try play(Torn(batches: [(2, true), (1, false), (3, true)]))
        let letter = try #require(letters.first)
        #expect(letters.count == 1 && letter.reason == .damaged && letter.offset.value == 2)
        #expect(letter.topic == Topics.meteringUsage.name && letter.call == nil && letter.fields == [])
    }

    @Test func `the letter and the offset behind it are one transaction`() throws {
        let stand = try startedNotebook()
        stand.give(0, .call(1))
        let actions = stand.step(.damaged(input: 0, base: 1))
        #expect(actions.contains(.assign) && actions.contains(.commit(input: 0, next: 2)) && actions.reading == [])
        #expect(actions.notes.contains(.passed(topic: Topics.meteringUsage.name, from: 1, to: 1)))
        try stand.crash()
        #expect(stand.shard.next[0] == 2)
        #expect(try letters(start(stand, high: 3)).map(\.offset.value) == [1])
        #expect(stand.step(.damaged(input: 0, base: 2)).contains(.assign))
        #expect(stand.shard.report.deadLetters == [.damaged: 1], "since the crash")
    }

    @Test(arguments: [1, 2, 3, 5, 64, 1_000, 9_000_000])
    func `no readable record beside a long batch is passed, and passing it ends`(count: Int64) throws {
        for before in [Int64(0), 3] {
            for behind in [Int64(0), 1, 40] {
                let torn = Torn(batches: [(before, true), (count, false), (behind, true)])
                let (letters, readings) = try play(torn)
                let places = letters.map(\.offset.value)
                #expect(places.first == before && places == Set(places).sorted())
                #expect(places.allSatisfy { (before..<before + count).contains($0) })
                #expect(letters.count <= 48 && readings <= 60, "\(letters.count) letters, \(readings) readings")
            }
        }
    }

    @Test func `damaged batches side by side, and whole ones between them`() throws {
        _ = try play(
            Torn(batches: [
                (1, true), (5, false), (7, false), (1, true), (90, false), (1, true), (1, false), (2, true),
                (30, false),
            ]))
    }

    @Test(arguments: 1...6)
    func `a process that dies meanwhile goes on where its file is`(every: Int) throws {
        _ = try play(Torn(batches: [(2, true), (40, false), (3, true), (1, false), (1, true)]), crashingEvery: every)
    }

    @Test func `a batch of a service stops the partition: nothing is passed, and it is read again every minute`() throws
    {
        let stand = try startedNotebook()
        stand.give(Notebook.Place.totals, .total(1))
        let actions = stand.step(.damaged(input: Notebook.Place.totals, base: 1))
        let stall = try #require(stand.shard.report.stall)
        #expect(stall.reason == .damaged && stall.detail.hasPrefix("metering.totals offset 1:"))
        #expect(try letters(actions).isEmpty && actions.reading == [] && !actions.contains(.assign))
        #expect(stand.shard.next[Notebook.Place.totals] == 1)
        #expect(!stand.wait(59 * Instant.second).contains(.assign))
        #expect(stand.wait(Instant.second).contains(.assign))
        stand.start()
        stand.give(Notebook.Place.totals, .total(2))
        #expect(try stand.lines() == ["total 1", "total 2"])
    }

    @Test func `an operator skips it, and that is kept on record`() throws {
        let stand = try startedNotebook()
        stand.step(.damaged(input: Notebook.Place.totals, base: 0))
        let actions = stand.step(.operate(.skip(reason: .example)))
        #expect(actions.contains(.assign) && stand.shard.next[Notebook.Place.totals] == 1)
        #expect(try letters(actions).map(\.reason) == [.damaged])
        #expect(try stand.texts("SELECT subject AS answer FROM operations") == ["metering.totals offset 0"])
        let bounds = Surroundings.Bounds(low: 0, high: 9)
        stand.start(bounds: [bounds, bounds, bounds, bounds])
        // the rest of the same batch needs no other word, another batch does
        #expect(stand.step(.damaged(input: Notebook.Place.totals, base: 0)).contains(.assign))
        stand.start(bounds: [bounds, bounds, bounds, bounds])
        while stand.shard.next[Notebook.Place.totals] != 2 {
            #expect(stand.step(.end(input: Notebook.Place.totals)).contains(.assign))
            stand.start(bounds: [bounds, bounds, bounds, bounds])
        }
        stand.step(.damaged(input: Notebook.Place.totals, base: 2))
        #expect(stand.shard.report.stall?.reason == .damaged)
    }

    @Test func `what is damaged behind a record that stalls waits its turn`() throws {
        let stand = try startedNotebook()
        stand.give(0, .call(1, model: "poison"))
        #expect(try letters(stand.step(.damaged(input: 0, base: 1))).isEmpty)
        #expect(stand.shard.next[0] == 0)
        stand.service.fault.mend()
        let actions = stand.wait(Instant.second)
        #expect(try letters(actions).map(\.offset.value) == [1])
        #expect(try stand.lines() == ["call 1"])
    }
}
