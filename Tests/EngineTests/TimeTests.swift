import Engine
import Schema
import Support
import Testing

/// Idea 4: timers. Rules Time and No hash order. Alarms.
struct TimeTests {
    /// 01:00 UTC of the day of `Instant.example`, or of a later one.
    private func clean(_ days: Int64) -> Instant {
        Instant(unchecked: (Instant.example.days + days) * Instant.day + Instant.hour)
    }

    @Test func `a missed timer runs once, with the present time`() throws {
        let stand = try startedNotebook()
        stand.now = clean(5) + Instant.hour
        stand.wait(0)
        #expect(try stand.lines() == ["timer \(stand.now.value)"])
        stand.wait(Instant.hour)
        #expect(try stand.lines().count == 1)
        stand.now = clean(6)
        stand.wait(0)
        #expect(try stand.lines() == ["timer \((clean(5) + Instant.hour).value)", "timer \(clean(6).value)"])
    }

    @Test func `a timer that is missed while the process is away runs once, though it never ran before`() throws {
        let stand = try startedNotebook()
        stand.give(0, .call(1))
        let back = clean(3) + Instant.minute
        try stand.crash(reopeningAt: back)
        stand.now = back
        let wake = stand.start().wake
        #expect(try #require(wake) <= back)
        stand.wait(0)
        stand.wait(Instant.second)
        #expect(try stand.lines() == ["call 1", "timer \(back.value)"])
    }

    @Test func `a timer that throws is rolled back and tried again with a backoff`() throws {
        let stand = try TestStand(Notebook(hasBadTimer: true), at: .example)
        stand.start()
        stand.now = clean(1)
        var time = try #require(stand.wait(0).wake)
        var rests: [Int64] = []
        for _ in 0..<4 {
            rests.append((time - stand.now) / Instant.second)
            time = try #require(stand.wait(time - stand.now).wake)
        }
        #expect(rests == [1, 2, 4, 8] && stand.shard.report.state == "stalled")
        stand.service.fault.mend()
        stand.wait(time - stand.now)
        #expect(try stand.lines() == ["timer \(time.value)"] && stand.shard.report.state == "running")
    }

    @Test func `the shard asks to be woken for the next timer`() throws {
        let stand = try TestStand(Notebook(), at: .example)
        let wake = try #require(stand.start().wake)
        #expect(wake > .example && wake <= clean(1))
    }

    @Test func `time never goes back in a file`() throws {
        let stand = try startedNotebook()
        stand.now = .example + Instant.hour
        stand.give(0, .call(1))
        stand.now = .example
        stand.give(0, .call(2, model: "alarm"))
        #expect(stand.shard.report.alarms.map(\.since) == [.example + Instant.hour])
        try stand.crash(reopeningAt: .example)
        stand.start()
        stand.give(0, .call(3, model: "calm"), .call(4, model: "alarm"))
        #expect(stand.shard.report.alarms.map(\.since) == [.example + Instant.hour])
    }

    @Test func `an alarm keeps the time of its first raising, outlives a crash and ends when it is cleared`() throws {
        let stand = try startedNotebook()
        let raised = stand.give(0, .call(1, model: "alarm"))
        let alarm = try #require(stand.shard.report.alarms.first)
        #expect(raised.notes == [.alarm(alarm)])
        stand.now = .example + Instant.hour
        #expect(stand.give(0, .call(2, model: "alarm")).notes == [])
        try stand.crash()
        stand.start()
        #expect(stand.shard.report.alarms == [alarm])
        #expect(stand.give(0, .call(3, model: "calm")).notes == [.alarmCleared(alarm.name, subject: alarm.subject)])
        #expect(stand.shard.report.alarms.isEmpty)
        #expect(try stand.number("SELECT count(*) AS answer FROM alarms") == 0)
    }

    @Test func `the same events at the same times give the same actions`() throws {
        func play() throws -> [[Action]] {
            let stand = try TestStand(Notebook(), partitions: 12, at: .example)
            var trace = [stand.start(partitions: 12)]
            var random = SplitMix64(seed: 7)
            for number in 1...200 as ClosedRange<UInt64> {
                let account = AccountID(high: random.next(), low: number)
                let model = random.one(of: ["send", "alarm", "calm", "refuse", "m"])
                trace.append(stand.give(0, .call(number, model: model, of: account, source: "gateway/\(number % 9)")))
                for message in stand.actions.sent where !random.isOne(in: 5) {
                    stand.step(.delivered(message.delivery))
                }
                trace.append(stand.wait(random.number(0...Instant.minute)))
            }
            return trace
        }
        #expect(try play() == play())
    }
}
