import Engine
import MeteringService
import Schema
import Support
import Testing

/// Statistics of quality: what the calls say, without those who object. Policy §2.4, §8.5.
struct QualityTests {
    private func lines(_ stand: TestStand<Metering>) throws -> [String] {
        try stand.texts(
            """
            SELECT (day - \(Instant.example.days)) || ' ' || (SELECT name FROM names WHERE number = model) || ' '
                || served || ' ' || cut || ' ' || failed || ' ' || milliseconds AS answer
            FROM quality ORDER BY day, model
            """)
    }

    private func object(_ objects: Bool, version: Int64, _ stand: TestStand<Metering>) {
        var state = AccountState.of(.other, version: version)
        state.objects = Flag(objects)
        stand.give(Place.accounts, .account(state))
    }

    private func twoDays() throws -> TestStand<Metering> {
        let stand = try startedMetering()
        stand.give(.of(1), .of(2, .of([.textIn: 1], outcome: .failed), .of([.textIn: 1], number: 2, outcome: .cut)))
        stand.give(.of(3), of: .other)
        stand.give(.of(4, at: stand.now + -Instant.day), of: .other)
        return stand
    }

    @Test func `a day is counted when it is over, and once`() throws {
        let stand = try twoDays()
        stand.wait(Instant.minute)
        #expect(try lines(stand) == ["-1 gpt-4o-mini 1 0 0 842"])
        stand.wait(Instant.day)
        let both = ["-1 gpt-4o-mini 1 0 0 842", "0 gpt-4o-mini 2 1 1 \(4 * 842)"]
        #expect(try lines(stand) == both)
        stand.wait(Instant.day)
        try stand.crash()
        stand.start()
        stand.wait(Instant.minute)
        #expect(try lines(stand) == both)
    }

    @Test func `a late call of a counted day is counted when it comes, a repeated one is not`() throws {
        let stand = try twoDays()
        stand.wait(Instant.day)
        stand.give(.of(5), .of(3), of: .other)
        stand.give(.of(5), of: .other)
        #expect(try lines(stand).last == "0 gpt-4o-mini 3 1 1 \(5 * 842)")
    }

    @Test func `who objects leaves every day, stays out, and comes back`() throws {
        let stand = try twoDays()
        stand.wait(Instant.day)
        object(true, version: 2, stand)
        #expect(try lines(stand) == ["0 gpt-4o-mini 1 1 1 \(3 * 842)"])
        stand.give(.of(5), of: .other)
        stand.give(.of(6, at: stand.now), of: .other)
        stand.wait(Instant.day)
        #expect(try lines(stand) == ["0 gpt-4o-mini 1 1 1 \(3 * 842)"])
        #expect(try stand.calls().count == 6, "what is charged does not change")
        object(false, version: 3, stand)
        #expect(
            try lines(stand) == [
                "-1 gpt-4o-mini 1 0 0 842", "0 gpt-4o-mini 3 1 1 \(5 * 842)", "1 gpt-4o-mini 1 0 0 842",
            ])
    }

    @Test func `who objects pays for the same calls what anybody pays, and what was paid before`() throws {
        let stand = try startedMetering([.text, .of(.textOut, 3_500_000)])
        var totals: [Total] = []
        func call(_ numbers: ClosedRange<UInt64>) throws {
            for number in numbers {
                let call = Call.of(number, .of([.textIn: Int64(number) * 7, .textOut: Int64(number) * 3]))
                for account in [AccountID.example, .other] { totals += try stand.give(call, of: account).totals() }
            }
        }
        func paid() throws -> [String] {
            try stand.texts(
                """
                SELECT group_concat(state || ' ' || nano || ' ' || millionths, ', ') AS answer
                FROM (SELECT * FROM calls ORDER BY calledAt, callID) GROUP BY account
                """)
        }
        try call(1...20)
        let before = try paid()
        object(true, version: 2, stand)
        #expect(try paid() == before)
        try call(21...40)
        let bills = try paid()
        #expect(bills.count == 2 && bills[0] == bills[1] && bills[0] != before[0])
        let owed = Dictionary(grouping: totals, by: \.account).mapValues { $0.map(\.nano.value).max() ?? 0 }
        #expect(owed[.example] == owed[.other] && owed[.example] ?? 0 > 0)
    }

    @Test func `an objection in the middle of a day that is being counted takes away what was counted of it`() throws {
        let stand = try startedMetering()
        let calls = (1...10_050).map { Call.of(UInt64($0), at: .example + Int64($0)) }
        for start in stride(from: 0, to: calls.count, by: 500) {
            stand.give(Place.usage, .usage(Array(calls[start..<min(start + 500, calls.count)]), of: .other))
        }
        stand.wait(Instant.day)
        #expect(try lines(stand) == ["0 gpt-4o-mini 10000 0 0 \(10_000 * 842)"], "a step of the timer")
        object(true, version: 2, stand)
        #expect(try lines(stand) == [])
        stand.wait(Instant.minute)
        #expect(try lines(stand) == [])
    }

    @Test func `the question is answered by day, upstream and model`() throws {
        let stand = try twoDays()
        stand.wait(Instant.day)
        let question = QualityQuestion(from: .example + -Instant.day, to: .example + -Instant.day + 1)
        let command = MeteringCommand(
            quality: question, replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0)))
        let actions = stand.give(Place.commands, .command(command, of: .example, id: "q1"))
        let reply = try #require(try actions.sent.first { $0.topic == Topics.trothReplies.name }?.message(Reply.self))
        #expect(reply.quality?.lines.map(\.served.value) == [1])
        #expect(reply.quality?.lines.first?.upstream.text == "openai-us")
    }
}
