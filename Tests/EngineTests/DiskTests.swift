import Engine
import Schema
import Store
import Support
import Testing

/// Failure: the disk is full, SQLite is corrupt.
struct DiskTests {
    /// Lets the file grow no further, or again.
    private func fill(_ stand: TestStand<Notebook>, _ isFull: Bool) throws {
        let pages = try stand.store.first(value: "PRAGMA page_count", as: Int64.self) ?? 0
        try stand.store.execute("PRAGMA max_page_count = \(isFull ? pages : 1_000_000)")
    }

    private func manyCalls() -> [TestRecord] {
        (0..<20).map { record in .usage((0..<500).map { .of(UInt64(record * 500 + $0), model: "m") }, of: .example) }
    }

    @Test func `a full disk stalls the partition, and it goes on by itself when there is space`() throws {
        let stand = try startedNotebook()
        stand.give(0, .call(1))
        try fill(stand, true)
        let actions = stand.give(0, manyCalls())
        let stall = try #require(stand.shard.report.stall)
        #expect(stall.reason == .full && actions.reading == [])
        #expect(try stand.lines() == ["call 1"] && stand.shard.next[0] == 1)
        stand.wait(Instant.second)
        #expect(stand.shard.report.stall?.attempts == 1 && stand.shard.report.stall?.since == stall.since)
        try fill(stand, false)
        let going = stand.wait(Instant.minute)
        #expect(going.notes.contains(.resumed) && going.reading == [0, 1, 2, 3])
        #expect(try stand.lines().count == 10_001)
    }

    @Test func `a full disk at the start is no start: the file begins properly when there is space`() throws {
        let stand = try TestStand(Notebook(), at: .example)
        let pages = try stand.store.first(value: "PRAGMA page_count", as: Int64.self) ?? 0
        try stand.store.execute("PRAGMA max_page_count = \(pages)")
        try stand.store.execute("PRAGMA user_version = 1")
        try crowd(stand)
        var bounds = [Surroundings.Bounds](repeating: .init(low: 0, high: 0), count: 4)
        bounds[Notebook.Place.config] = .init(low: 2, high: 3)
        stand.start(cluster: String(repeating: "c", count: 40_000), bounds: bounds)
        #expect(stand.shard.report.stall?.reason == .full)
        try fill(stand, false)
        let actions = stand.wait(Instant.second)
        #expect(stand.shard.report.state == "loading" && actions.contains(.assign))
        #expect(actions.reading == [Notebook.Place.config])
        #expect(stand.shard.next == [0, 0, 2, 0])
    }

    /// Leaves no free page: what is written next needs one.
    private func crowd(_ stand: TestStand<Notebook>) throws {
        #expect(throws: StoreError.self) {
            for _ in 0..<100 {
                try stand.store.change(.one, "INSERT INTO lines (line, filler) VALUES ('', zeroblob(8000))")
            }
        }
    }

    @Test func `an outbox with a row missing is a damaged file: the partition stalls and says what helps`() throws {
        let stand = try startedNotebook()
        stand.give(0, .call(1, model: "send"), .call(2, model: "send"))
        try stand.store.execute("DELETE FROM outbox WHERE sequence = 2")
        let actions = stand.step(.resend)
        let stall = try #require(stand.shard.report.stall)
        #expect(stall.reason == .corrupt && actions.sent.isEmpty && actions.reading == [])
        #expect(stall.remedy.contains("restore the file"))
    }
}
