import Engine
import MeteringService
import Schema
import Store
import Support
import Testing

/// Accounts: only what they bear counts, whatever comes first. docs/contracts.md: Who.
struct AccountTests {
    private func letters(_ actions: [Action]) throws -> [DeadLetter] {
        try actions.sent.filter { $0.topic == Topics.meteringDeadLetters.name }.map { try $0.message(DeadLetter.self) }
    }

    private func waiting(_ stand: TestStand<Metering>) throws -> Int64? {
        try stand.number("SELECT count(*) AS answer FROM waiting")
    }

    @Test func `a call counts from 5 minutes before opening to 5 minutes after closing, edges included`() throws {
        let stand = try startedMetering()
        let (opened, closed) = (stand.now + -10 * Instant.day, stand.now + -Instant.day)
        stand.give(Place.accounts, .account(.of(.stranger, version: 2, opened: opened, closed: closed)))
        let (first, last) = (opened + -5 * Instant.minute, closed + 5 * Instant.minute)
        #expect(try stand.give(.of(1, at: first), .of(2, at: last), of: .stranger).refusals() == [])
        #expect(try stand.give(.of(3, at: first + -1), of: .stranger).refusals() == [.closedAccount])
        let letter = try #require(try letters(stand.give(.of(1, at: first), .of(4, at: last + 1), of: .stranger)).first)
        #expect(letter.reason == .closedAccount && letter.call?.value == 1 && letter.fields.map(\.text) == ["calledAt"])
        #expect(try stand.calls().count == 2)
    }

    @Test func `it is the same whether the account or its calls come first`() throws {
        let calls = [-20, -10, -1, 0].map { Instant.example + $0 * Instant.day }
        let state = AccountState.of(
            .stranger, version: 2, opened: .example + -15 * Instant.day, closed: .example + -Instant.hour)
        var ends: [[String]] = []
        for isAccountFirst in [true, false] {
            let stand = try startedMetering()
            if isAccountFirst { stand.give(Place.accounts, .account(state)) }
            let records = calls.enumerated().map { Call.of(UInt64($0 + 1), at: $1) }
            stand.give(Place.usage, .usage(records, of: .stranger))
            if !isAccountFirst { stand.give(Place.accounts, .account(state)) }
            #expect(stand.shard.report.deadLetters[.closedAccount] == 2)
            ends.append(
                try stand.calls()
                    + stand.texts("SELECT hour || ' ' || calls || ' ' || revision AS answer FROM hours ORDER BY hour"))
            #expect(try waiting(stand) == 0)
        }
        #expect(ends[0] == ends[1] && ends[0].count == 4)
    }

    @Test func `calls of an unknown account wait, each once, and are admitted with it`() throws {
        let stand = try startedMetering()
        #expect(stand.give(.of(1), .of(2), of: .stranger).sent.isEmpty)
        #expect(stand.give(.of(2), .of(3, .of([.textIn: 1], tier: .standard)), of: .stranger).sent.isEmpty)
        #expect(stand.give(.of(3), of: .stranger).sent.isEmpty)
        #expect(try stand.give(.of(3, .of([.textIn: 2])), of: .stranger).refusals() == [.conflict])
        #expect(try waiting(stand) == 3 && stand.calls() == [])
        #expect(stand.shard.report.counters["calls_waiting"] == 3)
        try stand.crash()
        stand.start()
        let totals = try stand.give(Place.accounts, .account(.of(.stranger))).totals()
        #expect(totals.map(\.calls.value) == [3] && totals.map(\.account) == [.stranger])
        #expect(try waiting(stand) == 0 && stand.calls().count == 3)
        #expect(try stand.give(.of(1), of: .stranger).totals() == [], "it is the same call later")
    }

    @Test func `a call that waited is as old as it was when it came`() throws {
        let stand = try startedMetering()
        stand.give(.of(1, at: stand.now + -89 * Instant.day), of: .stranger)
        stand.now = stand.now + 23 * Instant.hour
        #expect(try stand.give(Place.accounts, .account(.of(.stranger))).refusals() == [])
        #expect(try stand.calls().count == 1)
    }

    @Test func `what is refused when its account comes is named by its place in its record`() throws {
        let stand = try startedMetering([.of(.textIn, 1_000_000_000_000_000_000)])
        stand.give(.of(9), of: .other)
        let dear = Call.of(2, .of([.textIn: 1_000_000_000_000]))
        stand.give(.of(1, at: .example + -50 * Instant.day), dear, .of(3), of: .stranger)
        let state = AccountState.of(.stranger, opened: .example + -Instant.day)
        let letters = try letters(stand.give(Place.accounts, .account(state)))
        #expect(Set(letters.map(\.reason)) == [.closedAccount, .wrongValue])
        #expect(letters.first { $0.reason == .closedAccount }?.call?.value == 0)
        #expect(letters.first { $0.reason == .wrongValue }?.call?.value == 1)
        #expect(letters.allSatisfy { $0.offset.value == 1 && $0.topic == Topics.meteringUsage.name })
        #expect(try stand.calls().count == 2)
    }

    @Test func `calls wait 10 minutes without an alarm and a day without a refusal`() throws {
        let stand = try startedMetering()
        stand.wait(0)
        stand.give(.of(1), .of(2), of: .stranger)
        stand.wait(9 * Instant.minute)
        #expect(stand.alarms == [])
        stand.wait(Instant.minute)
        #expect(stand.alarms == ["account-unknown calls wait"])
        stand.wait(24 * Instant.hour - 10 * Instant.minute - 1)
        #expect(try waiting(stand) == 2)
        let letters = try letters(stand.wait(Instant.minute))
        #expect(letters.map(\.reason) == [.unknownAccount] && letters.first?.calls?.value == 2)
        #expect(letters.first?.offset.value == 0 && letters.first?.call?.value == 0)
        #expect(try waiting(stand) == 0)
        #expect(stand.alarms == [])
        stand.give(Place.accounts, .account(.of(.stranger)))
        #expect(try stand.calls() == [])
    }

    @Test func `a lower or equal version is ignored silently, and the currency stays`() throws {
        let stand = try startedMetering()
        let euro = try #require(Currency(text: "EUR"))
        stand.give(Place.accounts, .account(.of(.stranger, version: 3, closed: .example + -Instant.day)))
        let actions = stand.give(
            Place.accounts, .account(.of(.stranger, version: 2)), .account(.of(.stranger, version: 3)))
        #expect(actions.sent.isEmpty)
        #expect(try stand.give(.of(1), of: .stranger).refusals() == [.closedAccount])
        stand.give(Place.accounts, .account(.of(.stranger, version: 4, currency: euro)))
        #expect(try stand.give(.of(1), of: .stranger).refusals() == [], "it was restored")
        #expect(try stand.texts("SELECT currency AS answer FROM accounts WHERE version = 4") == ["USD"])
    }

    @Test func `a record that says closed and not when is refused`() throws {
        let stand = try startedMetering()
        var state = AccountState.of(.stranger)
        state.state = .closed
        #expect(try stand.give(Place.accounts, .account(state)).refusals() == [.wrongValue])
    }

    @Test func `many calls that waited are admitted in steps, in one commit`() throws {
        let stand = try startedMetering()
        for part in 0..<12 as Range<UInt64> {
            let calls = (0..<400 as Range<UInt64>).map { Call.of(part * 400 + $0 + 1, at: .example + Int64($0)) }
            stand.give(Place.usage, .usage(calls, of: .stranger))
        }
        let totals = try stand.give(Place.accounts, .account(.of(.stranger))).totals()
        #expect(totals.map(\.calls.value).max() == 4_800, "the totals run on from step to step")
        #expect(try waiting(stand) == 0 && stand.calls().count == 4_800)
    }

    @Test(.timeLimit(.minutes(2))) func `above 200,000 waiting calls the next ones are refused at once`() throws {
        let stand = try startedMetering()
        try stand.store.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199999)
            INSERT INTO waiting SELECT x'00000000000000080000000000000008', i, randomblob(16), 1, 1, 0, x'' FROM n
            """)
        try stand.crash()
        stand.start()
        #expect(try stand.give(.of(1), of: .stranger).refusals() == [])
        #expect(try stand.give(.of(2), of: .stranger).refusals() == [.unknownAccount])
        #expect(stand.alarms == ["account-unknown too many calls wait"])
        #expect(try stand.give(.of(1), of: .stranger).refusals() == [], "it waits already")
    }
}
