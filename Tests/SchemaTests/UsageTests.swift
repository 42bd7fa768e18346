import Schema
import Testing

/// Records of usage in both forms, and what the reader says to them.
@Suite struct UsageTests {
    private static let good = """
        {"calls":[{"callId":"0190f3c2-7b1a-7e44-8c1d-2e3f4a5b6c7d","calledAt":"1795456800000000",\
        "apiKeyId":"7d9e2b4c-1f3a-4d5e-b6c7-d8e9f0a1b2c3","outcome":"completed","attempts":[{"number":1,\
        "upstream":"openai-us","model":"gpt-4o-mini","region":"us-east-1","tierServed":"batch",\
        "startedAt":"1795456800000500","durationMs":842,"outcome":"served","units":[{"unit":"text_in","count":4808},\
        {"unit":"text_out","count":120}],"stated":[{"currency":"USD","nano":"-5"}]}]}]}
        """

    /// An edit of the good record; whether it refuses the record or its call; the refusal.
    struct Case: Sendable, CustomTestStringConvertible {
        let (from, to): (String, String)
        let refusesRecord: Bool
        let refusal: Refusal
        init(
            _ from: String, _ to: String, record: Bool = false, _ reason: Refusal.Reason, _ fields: String...,
            others: Int64 = 0
        ) {
            (self.from, self.to, refusesRecord) = (from, to, record)
            refusal = Refusal(reason, fields: fields.compactMap { FieldName(text: $0) }, otherFields: others)
        }
        var testDescription: String { "\(from) → \(to)" }
    }

    static let edits: [Case] = [
        Case("0190f3c2", "0190F3C2", .wrongValue, "callId"),
        Case(#""calledAt":"1795456800000000","#, "", .missingField, "calledAt"),
        Case(#""1795456800000000""#, #""01795456800000000""#, .wrongValue, "calledAt"),
        Case(#""1795456800000000""#, #""-1""#, .wrongValue, "calledAt"),
        Case(#""1795456800000000""#, #""253402300800000000""#, .wrongValue, "calledAt"),
        Case(#""1795456800000000""#, "1795456800000000", record: true, .wrongValue, "calledAt"),
        Case("completed", "Completed", .wrongValue, "outcome"),
        Case(#""completed""#, "1", record: true, .wrongValue, "outcome"),
        Case(#""number":1"#, #""number":2"#, .wrongValue, "number"),
        Case(#""number":1"#, #""number":0"#, .wrongValue, "number"),
        Case(#""number":1"#, #""number":1.0"#, record: true, .wrongValue, "number"),
        Case(#""number":1"#, #""number":1e0"#, record: true, .wrongValue, "number"),
        Case(#""number":1"#, #""number":"1""#, record: true, .wrongValue, "number"),
        Case(#""number":1"#, #""number":null"#, record: true, .wrongValue, "number"),
        Case(#""number":1"#, #""number":99999999999999999999"#, .wrongValue, "number"),
        Case("openai-us", "", .wrongValue, "upstream"), Case("openai-us", "-openai", .wrongValue, "upstream"),
        Case("openai-us", "open ai", .wrongValue, "upstream"), Case("openai-us", "öpenai", .wrongValue, "upstream"),
        Case(#""model":"gpt-4o-mini","#, "", .missingField, "model"),
        Case(#""upstream":"openai-us","model":"gpt-4o-mini","#, "", .missingField, "upstream"),
        Case(#""region":"us-east-1","#, #""region":"","#, .wrongValue, "region"),
        Case("batch", "slow", .wrongValue, "tierServed"), Case("842", "4294967296", .wrongValue, "durationMs"),
        Case("served", "completed", .wrongValue, "outcome"), Case("text_out", "text_in", .wrongValue, "unit"),
        Case("text_out", "tokens", .wrongValue, "unit"), Case("4808", "-1", .wrongValue, "count"),
        Case("4808", "1000000000001", .wrongValue, "count"), Case(#","count":120"#, "", .missingField, "count"),
        Case(#""USD""#, #""usd""#, .wrongValue, "currency"),
        Case(#"[{"currency""#, #"[{"currency":"USD","nano":"1"},{"currency""#, .wrongValue, "currency"),
        Case(#""-5""#, #""-0""#, .wrongValue, "nano"), Case(#""-5""#, "-5", record: true, .wrongValue, "nano"),
        Case(#""calls":["#, #""calls":[{},"#, .missingField, "attempts"),
        Case(#""calls":["#, #""calls":[1,"#, record: true, .wrongValue, "calls"),
        Case(#""stated":["#, #""stated":{},"x":["#, record: true, .wrongValue, "stated"),
        Case("]}]}]}", "]}]},]}", record: true, .malformed), Case("]}]}]}", "]}]}]", record: true, .malformed),
        Case("]}]}]}", "]}]}]}}", record: true, .malformed),
        Case(#"{"calls""#, #"{"Calls""#, record: true, .unknownField, others: 1),
        Case(#""number":1"#, #""number":1,"number":1"#, record: true, .malformed, "number"),
        Case(#""number":1"#, #""number":1,"prompt":"why"#, record: true, .malformed),
        Case(
            #""number":1"#, #""number":1,"prompt":"why","n":[1,{"a":2}]"#, record: true, .unknownField, "prompt",
            others: 1),
        Case(
            #""unit":"text_in""#, #""unit":"text_in","content":{"text":"why"}"#, record: true, .unknownField,
            "content"),
        Case(#""calls""#, #""user":{},"calls""#, record: true, .unknownField, "user"),
        Case(#""unit":"text_in""#, #""unit":"text_in","callId":"x""#, record: true, .unknownField, "callId"),
        Case(#""number":1"#, #""number":1,"units":[]"#, record: true, .malformed, "units"),
    ]

    @Test(arguments: edits) func `an edit of a good record is refused with its field`(edit: Case) throws {
        let text = Self.good.replacing(edit.from, with: edit.to, maxReplacements: 1)
        try #require(text != Self.good)
        let found = readCalls(Array(text.utf8), .json)
        if edit.refusesRecord {
            #expect(found.thrown == edit.refusal)
            #expect(found.calls.isEmpty && found.refused.isEmpty)
        } else {
            #expect(found.thrown == nil)
            #expect(found.refused.first?.1.reason == edit.refusal.reason)
            let fields: [FieldName] = found.refused.first?.1.fields ?? []
            #expect(edit.refusal.fields.allSatisfy { fields.contains($0) })
            #expect(found.refused.first?.index == 0)
        }
    }

    @Test func `the good record is good`() {
        #expect(readCalls(Array(Self.good.utf8), .json).calls.count == 1)
    }

    @Test func `a bad call is refused alone, by its place`() {
        var random = Seeded(5)
        var usage = random.usage(calls: 5...5)
        usage.calls[3].attempts[0].number = AttemptNumber(unchecked: 2)
        for (bytes, form) in [(usage.encoded(), ContentType.json), (usage.encodedProtobuf(), .protobuf)] {
            let found = readCalls(bytes, form)
            #expect(found.calls == [0, 1, 2, 4].map { usage.calls[$0] })
            #expect(found.refused.map(\.index) == [3])
            #expect(found.refused.first?.1.reason == .wrongValue)
            #expect(refusal(Usage.self, bytes, form)?.reason == .wrongValue)
        }
    }

    @Test func `units and stated costs may be absent, calls and attempts not`() {
        let short = Self.good.replacing(#","stated":[{"currency":"USD","nano":"-5"}]"#, with: "")
        #expect(readCalls(Array(short.utf8), .json).calls.first?.attempts.first?.stated == [])
        for (text, reason) in [("{}", Refusal.Reason.missingField), (#"{"calls":[]}"#, .wrongValue)] {
            #expect(
                readCalls(Array(text.utf8), .json).thrown
                    == Refusal(reason, fields: FieldName(text: "calls").map { [$0] } ?? []))
        }
    }

    @Test func `bounds hold in both forms`() throws {
        var random = Seeded(6)
        var call = random.call()
        call.attempts = (1...17).map { random.attempt($0) }
        for (calls, record) in [([call], false), (Array(repeating: random.call(), count: 501), true)] {
            let usage = Usage(calls: calls)
            for (bytes, form) in [(usage.encoded(), ContentType.json), (usage.encodedProtobuf(), .protobuf)] {
                let found = readCalls(bytes, form)
                let refusal = try #require(record ? found.thrown : found.refused.first?.1)
                #expect(refusal.reason == .wrongValue)
                #expect(refusal.fields.map(\.text).contains(record ? "calls" : "attempts"))
                #expect(found.calls.isEmpty)
            }
        }
    }

    @Test func `both readers of JSON agree`() throws {
        var random = Seeded(7)
        for _ in 0..<500 {
            let usage = random.usage()
            #expect(try read(General.self, usage.encoded()).calls == usage.calls)
        }
    }
}

/// Usage as the general decoder reads it.
struct General: Message, Ruled {
    static let type = "general"
    static var arrayBounds: [String: ClosedRange<Int>] { Usage.arrayBounds }
    var calls: [Call]
}
