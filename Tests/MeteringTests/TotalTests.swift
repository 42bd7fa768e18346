import Engine
import MeteringService
import Schema
import Support
import Testing

/// Totals. docs/contracts.md: Totals and money.
struct TotalTests {
    @Test func `a total is everything of one account and hour, its revision the sum of the calls' versions`() throws {
        let stand = try startedMetering([.of(.textIn, 400_000)])
        let hour = Hour(of: .example)
        let first = try stand.give(.of(1, .of([.textIn: 1])), .of(2, .of([.textIn: 2])), .of(3, .of([.page: 1])))
            .totals()
        #expect(first.count == 1)
        let total = try #require(first.first)
        #expect(total.account == .example && total.hour == hour && total.currency == .dollar)
        #expect(
            total.calls.value == 3 && total.nano.value == 1 && total.millionths.value == 200_000
                && total.revision.value == 3)
        let second = try #require(try stand.give(.of(4, .of([.textIn: 2]))).totals().first)
        #expect(
            second.calls.value == 4 && second.nano.value == 2 && second.millionths.value == 0
                && second.revision.value == 4)
    }

    @Test func `hours and accounts are apart, and an hour begins with its first microsecond`() throws {
        let stand = try startedMetering()
        let hour = Instant(unchecked: Hour(of: .example).value)
        let actions = stand.give(
            Place.usage, .usage([.of(1, at: hour), .of(2, at: hour + -1)], of: .example),
            .usage([.of(3, at: hour)], of: .other))
        let totals = try actions.totals()
        #expect(totals.count == 3 && totals.allSatisfy { $0.calls.value == 1 })
        #expect(Set(totals.map(\.hour.value)) == [hour.value, hour.value - Instant.hour])
    }

    @Test func `any order and batching of one set of calls gives one total`() throws {
        let calls = (1...50).map { Call.of(UInt64($0), .of([.textIn: Int64($0) * 7])) }
        var random = SplitMix64(seed: 3)
        var ends: [Total] = []
        for _ in 0..<5 {
            let stand = try startedMetering([.of(.textIn, 123_457)])
            var rest = calls.shuffled(using: &random)[...]
            var last: Total?
            while !rest.isEmpty {
                let count = Int(random.number(1...9))
                last = try stand.give(Place.usage, .usage(Array(rest.prefix(count)), of: .example)).totals().last
                rest = rest.dropFirst(count)
            }
            ends.append(try #require(last))
        }
        #expect(ends.allSatisfy { $0 == ends[0] })
    }

    @Test func `a message of many totals stays under 256 KB and 2,000 totals`() throws {
        let stand = try startedMetering()
        let calls = (0..<2_130).map { Call.of(UInt64($0 + 1), at: .example + -Int64($0) * Instant.hour) }
        let records = stride(from: 0, to: calls.count, by: 500).map {
            TestRecord.usage(Array(calls[$0..<min($0 + 500, calls.count)]), of: .example)
        }
        let others = TestRecord.usage(Array(calls.prefix(500)), of: .other)
        let messages = stand.give(Place.usage, records + [others]).sent
        #expect(try messages.map { try $0.message(Totals.self).totals.count } == [2_000, 630])
        #expect(messages.allSatisfy { ($0.value ?? []).count <= 262_144 && $0.key == nil && $0.partition == 0 })
    }

    @Test func `the largest totals that there can be fit into 256 KB`() {
        let total = Total(
            account: AccountID(high: .max, low: .max), hour: Hour(unchecked: Hour.range.upperBound), currency: .dollar,
            calls: CallCount(unchecked: CallCount.range.upperBound), nano: NanoAmount(unchecked: -1),
            millionths: Millionths(unchecked: 999_999), revision: Revision(unchecked: Revision.range.upperBound))
        #expect(Totals(totals: Array(repeating: total, count: Totals.totalsMax)).encoded().count <= 262_144)
    }

    @Test func `an account's usage is answered hour by hour, with what waits for a price and what went where`() throws {
        let stand = try startedMetering()
        stand.give(
            .of(1), .of(2, at: .example + -Instant.hour), .of(3, .of([.page: 1])),
            .of(4, at: .example + -3 * Instant.day))
        let address = ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0))
        let question = UsageQuestion(from: .example + -Instant.hour, to: .example + 1)
        let sent = stand.give(
            Place.commands, .command(MeteringCommand(usage: question, replyTo: address), of: .example, id: "q-1")
        ).sent
        let usage = try #require(try sent.first?.message(Reply.self).usage)
        #expect(usage.hours.map(\.calls.value) == [1, 2] && usage.unpriced.value == 1 && usage.asOf == stand.now)
        #expect(usage.transfers.map(\.count.value) == [3])
        let midnight = Instant(unchecked: Instant.example.days * Instant.day)
        stand.give(.of(5, at: midnight))
        let before = UsageQuestion(from: midnight + -Instant.day, to: midnight)
        let yesterday = stand.give(
            Place.commands, .command(MeteringCommand(usage: before, replyTo: address), of: .example, id: "q-3")
        ).sent
        #expect(try #require(try yesterday.first?.message(Reply.self).usage).transfers == [], "the end is not in it")
        let stranger = stand.give(
            Place.commands,
            .command(MeteringCommand(usage: question, replyTo: address), of: .other, id: "q-2")
        ).sent
        #expect(try #require(try stranger.first?.message(Reply.self).usage).hours.isEmpty)
    }
}
