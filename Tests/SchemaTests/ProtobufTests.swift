import Schema
import Testing

/// Protobuf by hand, and what the reader says to it.
@Suite struct ProtobufTests {
    /// A field on the wire.
    enum Part {
        case number(Int, UInt64)
        case bytes(Int, [UInt8])
        case raw([UInt8])
    }

    static func varint(_ value: UInt64) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
    }
    static func message(_ parts: [Part]) -> [UInt8] {
        parts.flatMap { part in
            switch part {
            case .number(let field, let value): varint(UInt64(field) << 3) + varint(value)
            case .bytes(let field, let bytes): varint(UInt64(field) << 3 | 2) + varint(UInt64(bytes.count)) + bytes
            case .raw(let bytes): bytes
            }
        }
    }
    static func text(_ field: Int, _ text: String) -> Part { .bytes(field, Array(text.utf8)) }

    static let units: [Part] = [
        .bytes(9, message([.number(1, 1), .number(2, 4_808)])), .bytes(9, message([.number(1, 2)])),
    ]
    static let attempt: [Part] =
        [
            .number(1, 1), text(2, "openai-us"), text(3, "gpt-4o-mini"), text(4, "us"), .number(5, 2),
            .number(6, 1_795_456_800_000_500), .number(7, 842), .number(8, 1),
        ] + units + [.bytes(10, message([text(1, "USD"), .number(2, UInt64(bitPattern: -5))]))]
    static func call(_ attempts: [[Part]] = [attempt]) -> [Part] {
        [
            .bytes(1, Array(1...16)), .number(2, 1_795_456_800_000_000), .bytes(3, Array(1...16)), .number(4, 1),
        ] + attempts.map { .bytes(5, message($0)) }
    }
    static func record(_ calls: [Part]...) -> [UInt8] { message(calls.map { .bytes(1, message($0)) }) }

    /// An attempt with a part in place of those of its number.
    static func attempt(with part: Part, at field: Int) -> [UInt8] {
        let others = attempt.filter { other in
            switch other {
            case .number(let number, _), .bytes(let number, _): number != field
            case .raw: true
            }
        }
        return record(call([others + [part]]))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let refusal: Refusal
        let refusesRecord: Bool
        init(
            _ name: String, _ bytes: [UInt8], record: Bool = false, _ reason: Refusal.Reason, _ field: String? = nil,
            others: Int64 = 0
        ) {
            (self.name, self.bytes, refusesRecord) = (name, bytes, record)
            refusal = Refusal(
                reason, fields: field.flatMap { FieldName(text: $0) }.map { [$0] } ?? [], otherFields: others)
        }
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case("nothing", [], record: true, .missingField, "calls"),
        Case("a truncated record", Array(record(call()).dropLast()), record: true, .malformed),
        Case("a truncated tag", record(call()) + [0x80], record: true, .malformed),
        Case("field number 0", record(call()) + [0x02, 0x00], record: true, .malformed),
        Case("an unknown field", record(call()) + [0x10, 0x01], record: true, .unknownField, others: 1),
        Case("a group", record(call()) + [0x13, 0x14], record: true, .malformed),
        Case(
            "a varint of eleven bytes", [0x08] + Array(repeating: 0x80, count: 10) + [0], record: true, .wrongValue,
            "calls"),
        Case(
            "unknown fields everywhere", record(call([attempt + [text(99, "why")]]) + [.number(6, 1)]), record: true,
            .unknownField, others: 2),
        Case("a call id of 15 bytes", record([.bytes(1, Array(1...15))] + call().dropFirst()), .wrongValue, "callId"),
        Case("no call id", record(Array(call().dropFirst())), .missingField, "callId"),
        Case("a call id twice", record(call() + [.bytes(1, Array(1...16))]), record: true, .malformed, "callId"),
        Case(
            "a call id as a number", record([.number(1, 1)] + call().dropFirst()), record: true, .wrongValue, "callId"),
        Case("no attempts", record(call([])), .missingField, "attempts"),
        Case("attempts from 2", attempt(with: .number(1, 2), at: 1), .wrongValue, "number"),
        Case("attempt 1 twice", record(call([attempt, attempt])), .wrongValue, "number"),
        Case("a number past 32 bits", attempt(with: .number(7, 1 << 32), at: 7), .wrongValue, "durationMs"),
        Case(
            "a number of 65 bits", attempt(with: .raw([7 << 3] + Array(repeating: 0xFF, count: 9) + [2]), at: 7),
            record: true, .malformed),
        Case("outcome 0", attempt(with: .number(8, 0), at: 8), .wrongValue, "outcome"),
        Case("outcome 4", attempt(with: .number(8, 4), at: 8), .wrongValue, "outcome"),
        Case("tier 0", attempt(with: .number(5, 0), at: 5), .wrongValue, "tierServed"),
        Case("an empty region", attempt(with: text(4, ""), at: 4), .wrongValue, "region"),
        Case("an umlaut", attempt(with: text(2, "öpenai"), at: 2), .wrongValue, "upstream"),
        Case("no UTF-8", attempt(with: .bytes(2, [0x61, 0xFF]), at: 2), record: true, .malformed),
        Case("a class twice", attempt(with: .bytes(9, [8, 3]), at: 99), .wrongValue, "unit").twice,
        Case("a class of 0", attempt(with: .bytes(9, message([.number(2, 5)])), at: 9), .missingField, "unit"),
        Case("an unknown class", attempt(with: .bytes(9, message([.number(1, 24)])), at: 9), .wrongValue, "unit"),
        Case(
            "a negative count", attempt(with: .bytes(9, message([.number(1, 1), .number(2, .max)])), at: 9),
            .wrongValue, "count"),
        Case("a bad currency", attempt(with: .bytes(10, message([text(1, "US")])), at: 10), .wrongValue, "currency"),
        Case(
            "a currency twice", record(call([attempt + [.bytes(10, message([text(1, "USD")]))]])), .wrongValue,
            "currency"),
        Case(
            "five currencies",
            record(call([attempt + ["AAA", "BBB", "CCC", "DDD"].map { .bytes(10, message([text(1, $0)])) }])),
            .wrongValue, "stated"),
        Case("units as a number", attempt(with: .number(9, 1), at: 9), record: true, .wrongValue, "units"),
    ]

    @Test(arguments: cases) func `a record that does not fit is refused with its field`(one: Case) {
        let found = readCalls(one.bytes, .protobuf)
        #expect(found.thrown == (one.refusesRecord ? one.refusal : nil))
        #expect(found.calls.isEmpty)
        if !one.refusesRecord { #expect(found.refused.map(\.1) == [one.refusal]) }
    }

    @Test func `what is absent is 0, and an absent tier and region are none`() throws {
        let short: [Part] = [.number(1, 1), Self.text(2, "a"), Self.text(3, "b"), .number(6, 1), .number(8, 3)]
        let found = readCalls(Self.record(Self.call([short]), Self.call()), .protobuf)
        #expect(found.refused.isEmpty)
        let attempt = try #require(found.calls.first?.attempts.first)
        #expect(attempt.durationMs.value == 0 && attempt.region == nil && attempt.tierServed == nil)
        #expect(
            found.calls.last?.attempts.first?.units.last == UnitCount(unit: .textOut, count: UnitQuantity(unchecked: 0))
        )
        #expect(found.calls.last?.attempts.first?.stated.first?.nano.value == -5)
    }

    @Test func `totals pass over fields that they do not know and refuse wrong ones`() throws {
        let total: [Part] = [.bytes(1, Array(1...16)), .number(2, 3_600_000_000), Self.text(3, "USD"), .number(4, 2)]
        let more = Self.message([
            .bytes(1, Self.message(total + [.number(8, 1), Self.text(100, "later")])), .number(2, 1),
        ])
        #expect(try read(Totals.self, more, .protobuf, from: .service).totals.first?.calls.value == 2)
        for bad: [Part] in [
            total + [.number(6, 1_000_000)], total + [.number(7, 1 << 60)], Array(total.dropFirst()),
            total + [.bytes(4, [])],
        ] {
            let found = refusal(Totals.self, Self.message([.bytes(1, Self.message(bad))]), .protobuf, from: .service)
            #expect(found?.reason == .wrongValue)
        }
    }
}

extension ProtobufTests.Case {
    /// The same with class 3 twice.
    fileprivate var twice: Self {
        let unit = ProtobufTests.Part.bytes(9, [8, 3])
        let bytes = ProtobufTests.record(ProtobufTests.call([ProtobufTests.attempt + [unit, unit]]))
        return Self(name, bytes, .wrongValue, "unit")
    }
}
