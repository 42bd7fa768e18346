import Engine
import Schema
import Support
import Testing

/// Failure: a record is malformed or breaks the allow-list. Rules: Reading, Records that lie wrong.
struct RecordTests {
    private let canary = "CANARY-7c1b-hello"

    private func letters(_ actions: [Action]) throws -> [DeadLetter] {
        try actions.sent.filter { $0.topic == Topics.meteringDeadLetters.name }.map { try $0.message(DeadLetter.self) }
    }

    private func json(_ text: String, key: String? = AccountID.example.text) -> TestRecord {
        TestRecord(key: key, Array(text.utf8))
    }

    @Test func `a malformed record is one dead letter with its place and reason, and the batch goes on`() throws {
        let stand = try startedNotebook()
        let actions = stand.give(0, .call(1), json("{\"calls\": [\(canary)"), .call(2))
        #expect(try stand.lines() == ["call 1", "call 2"])
        let letter = try #require(try letters(actions).first)
        #expect(letter.topic == Topics.meteringUsage.name && letter.partition.value == 0 && letter.offset.value == 1)
        #expect(letter.reason == .malformed && letter.call == nil)
        #expect(stand.shard.report.deadLetters == [.malformed: 1])
        #expect(stand.shard.next[0] == 3)
    }

    @Test func `a dead letter carries no value: names from the list, a count of others`() throws {
        let stand = try startedNotebook()
        let record = json("{\"calls\":[],\"messages\":\"\(canary)\",\"\(canary)\":1,\"prompt\":[\"\(canary)\"]}")
        let actions = stand.give(0, record)
        let letter = try #require(try letters(actions).first)
        #expect(letter.reason == .unknownField)
        #expect(letter.fields.contains { $0.text == "messages" })
        #expect(letter.otherFields.value >= 1)
        for message in actions.sent {
            #expect(!String(decoding: message.value ?? [], as: UTF8.self).contains(canary))
            #expect(message.headers.allSatisfy { !String(decoding: $0.value, as: UTF8.self).contains(canary) })
        }
        #expect(try stand.texts("SELECT CAST(value AS TEXT) AS answer FROM outbox").allSatisfy { !$0.contains(canary) })
    }

    @Test func `a record that decodes is refused call by call`() throws {
        let stand = try startedNotebook()
        let good = String(decoding: Usage(calls: [.of(7, model: "m")]).encoded(), as: UTF8.self)
            .dropFirst("{\"calls\":[".count).dropLast(2)
        let bad = good.replacing("\"attempts\"", with: "\"outcome\":\"completed\",\"attempts\"")
            .replacing("\"outcome\":\"completed\",\"outcome\":\"completed\"", with: "\"outcome\":\"nothing\"")
        let actions = stand.give(0, json("{\"calls\":[\(good),\(bad)]}"))
        #expect(try stand.lines() == ["call 7"])
        let letter = try #require(try letters(actions).first)
        #expect(letter.call?.value == 1 && letter.reason == .wrongValue)
    }

    @Test func `a call that a handler refuses is a dead letter with its place`() throws {
        let stand = try startedNotebook()
        let letter = try #require(try letters(stand.give(0, .call(1, model: "refuse"))).first)
        #expect(letter.reason == .conflict && letter.call?.value == 0 && letter.offset.value == 0)
    }

    @Test func `a record above 64 KiB, one without value and one without an account for a key are refused`() throws {
        let stand = try startedNotebook()
        let big = TestRecord(key: AccountID.example.text, [UInt8](repeating: 32, count: 65_537))
        let actions = stand.give(
            0, big, TestRecord(key: AccountID.example.text, nil),
            TestRecord(key: "someone", Usage(calls: [.of(1, model: "m")]).encoded()),
            TestRecord(Usage(calls: [.of(1, model: "m")]).encoded()))
        #expect(try letters(actions).map(\.reason) == [.tooBig, .malformed, .badKey, .badKey])
        #expect(try stand.lines() == [])
    }

    @Test func `a form that we do not read is refused`() throws {
        let stand = try startedNotebook()
        var record = TestRecord.call(1)
        record.headers = [(name: "content-type", value: "text/plain")]
        #expect(try letters(stand.give(0, record)).map(\.reason) == [.unknownContentType])
    }

    @Test func `offsets rise: a record that was read is passed over`() throws {
        let stand = try startedNotebook()
        stand.give(0, .call(1), .call(2))
        var again = TestRecord.call(2)
        again.offset = 1
        stand.give(0, again, .call(3))
        #expect(try stand.lines() == ["call 1", "call 2", "call 3"])
        #expect(stand.shard.next[0] == 3)
    }

    @Test func `a record that lies wrong is sent on with its message, without a link header, counted and not applied`()
        throws
    {
        let stand = try startedNotebook(partition: 0, partitions: 12)
        let record = TestRecord.call(1, of: account(on: 5, of: 12))
        let actions = stand.give(0, record, .call(2, of: account(on: 0, of: 12)))
        #expect(try stand.lines() == ["call 2"])
        let sent = try #require(actions.sent.first)
        #expect(actions.sent.count == 1 && sent.topic == Topics.meteringUsage.name && sent.partition == 5)
        #expect(sent.key == record.key.map { Array($0.utf8) })
        let value = try #require(record.value)
        func decode(_ bytes: [UInt8], _ type: ContentType) throws -> Usage {
            try bytes.withUnsafeBytes { try Usage.decode($0, contentType: type, from: .outside) }
        }
        #expect(try decode(sent.value ?? [], .protobuf) == decode(value, .protobuf))
        #expect(!sent.headers.contains { $0.name == "troth-link" })
        #expect(stand.shard.report.counters["misplaced_records"] == 1)
    }

    @Test func `a record that lies wrong and has a field that is not allowed is refused, and nothing of it is sent on`()
        throws
    {
        let stand = try startedNotebook(partition: 0, partitions: 12)
        var record = TestRecord.call(1, of: account(on: 5, of: 12))
        record.value = Array(#"{"prompt":"canary","calls":[]}"#.utf8)
        record.headers = [(name: "ce_source", value: "canary")]
        let actions = stand.give(0, record)
        let letter = try #require(actions.sent.first)
        #expect(actions.sent.count == 1 && letter.topic == Topics.meteringDeadLetters.name)
        #expect(!String(decoding: letter.value ?? [], as: UTF8.self).contains("canary"))
        #expect(stand.shard.report.counters["misplaced_records"] == 0)
    }

    @Test func `the source of records that lie wrong is named once`() throws {
        let stand = try startedNotebook(partition: 0, partitions: 12)
        let wrong = account(on: 5, of: 12)
        func named(_ actions: [Action]) -> [String] {
            actions.notes.compactMap { note in
                guard case .misplaced(_, let source) = note else { return nil }
                return source
            }
        }
        let first = stand.give(
            0, .call(1, of: wrong, source: "gateway/1"), .call(2, of: wrong, source: "gateway/2"),
            .call(3, of: wrong, source: "gateway/1"))
        #expect(named(first) == ["gateway/1", "gateway/2"])
        let second = stand.give(
            0, .call(4, of: wrong, source: "gateway/2"), .call(5, of: wrong, source: "not a name"))
        #expect(named(second) == ["unknown"])
        #expect(named(stand.give(0, .call(6, of: wrong, source: "also no name"))) == [])
    }

    @Test func `what lies in every partition is not sent on`() throws {
        let stand = try startedNotebook(partition: 0, partitions: 12)
        let list = PriceList(provider: .example, model: .example, version: .example, prices: [])
        let actions = stand.give(Notebook.Place.config, .config(Config(priceList: list)))
        #expect(actions.sent.isEmpty)
        #expect(try stand.lines() == ["config price/openai/gpt-4o-mini"])
    }
}
