import Engine
import Schema
import Support
import Testing

/// Input budgets: what a record of outsiders may be. docs/publish.md: Limits.
struct BudgetTests {
    private func letters(_ actions: [Action]) throws -> [DeadLetter] {
        try actions.sent.filter { $0.topic == Topics.meteringDeadLetters.name }.map { try $0.message(DeadLetter.self) }
    }

    /// A record that is right, and filled up with blanks to its size.
    private func call(_ id: UInt64, bytes: Int) -> TestRecord {
        var value = Usage(calls: [.of(id, model: "m")]).encoded()
        value += [UInt8](repeating: 32, count: bytes - value.count)
        return TestRecord(key: AccountID.example.text, value, headers: [(name: "ce_source", value: "gateway/1")])
    }

    @Test func `64 KiB are taken, one byte more is too big`() throws {
        let stand = try startedNotebook()
        let actions = stand.give(0, call(1, bytes: 65_535), call(2, bytes: 65_536), call(3, bytes: 65_537))
        #expect(try stand.lines() == ["call 1", "call 2"])
        let letters = try letters(actions)
        #expect(letters.map(\.reason) == [.tooBig] && letters.first?.offset.value == 2)
    }

    @Test func `a key must be an account: none, 15 and 17 bytes, and one byte less or more are refused`() throws {
        let stand = try startedNotebook()
        let account = AccountID.example.text
        let short = [15, 17, 35].map { String(account.prefix($0)) }
        let keys = [nil, "", account + "0"] + short
        let value = Usage(calls: [.of(1, model: "m")]).encoded()
        let actions = stand.give(0, keys.map { TestRecord(key: $0, value) })
        #expect(try letters(actions).map(\.reason) == Array(repeating: .badKey, count: keys.count))
        #expect(try stand.lines() == [])
    }

    @Test func `no value and no bytes are malformed`() throws {
        let stand = try startedNotebook()
        let actions = stand.give(
            0, TestRecord(key: AccountID.example.text, nil), TestRecord(key: AccountID.example.text, []))
        #expect(try letters(actions).map(\.reason) == [.malformed, .malformed])
    }

    @Test func `10,000 headers that nobody reads are not kept, and do not matter`() throws {
        let stand = try startedNotebook()
        var record = TestRecord.call(1)
        record.headers += (0..<10_000).map { (name: "x-\($0)", value: "something") }
        stand.give(0, record)
        #expect(try stand.lines() == ["call 1"])
        var records = Records()
        _ = record.append(to: &records, next: 0, at: .example)
        #expect(records.byteCount < 1_000)
    }

    @Test func `a bomb is not copied: a key, a value or headers beyond the bound are left out, and refused`() throws {
        let stand = try startedNotebook()
        var repeated = TestRecord.call(4)
        repeated.headers += (0..<10_000).map { _ in (name: "ce_id", value: String(repeating: "e", count: 100)) }
        let bombs = [
            call(1, bytes: 1 << 20), TestRecord(key: String(repeating: "k", count: 1 << 20), []),
            TestRecord(key: nil, nil, headers: [(name: "ce_id", value: String(repeating: "e", count: 1 << 20))]),
            repeated,
        ]
        var records = Records()
        records.partBytesMax = 65_536
        for (offset, bomb) in bombs.enumerated() { _ = bomb.append(to: &records, next: Int64(offset), at: .example) }
        #expect(records.byteCount < 100_000)
        _ = TestRecord.call(5).append(to: &records, next: 4, at: .example)
        let actions = stand.step(.records(input: 0, records))
        #expect(try letters(actions).map(\.reason) == [.tooBig, .tooBig, .tooBig, .tooBig])
        #expect(try stand.lines() == ["call 5"])
    }

    @Test(arguments: [-1, 0, 1, Int64.min, .max])
    func `a timestamp from outside is a time, whatever it says`(milliseconds: Int64) throws {
        let time = Instant(clampingMilliseconds: milliseconds)
        #expect(Instant.range.contains(time.value))
        let stand = try startedNotebook()
        var records = Records()
        Array(AccountID.example.text.utf8).withUnsafeBytes { key in
            Usage(calls: [.of(1, model: "m")]).encoded().withUnsafeBytes {
                records.append(offset: 0, timestamp: time, key: key, value: $0)
            }
        }
        stand.step(.records(input: 0, records))
        #expect(try stand.lines() == ["call 1"])
    }
}
