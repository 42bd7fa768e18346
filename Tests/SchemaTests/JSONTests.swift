import Schema
import Testing

/// Texts, and what the reader says to them.
@Suite struct JSONTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let reason: Refusal.Reason
        let fields: [String]
        let others: Int64
        init(_ text: String, _ reason: Refusal.Reason, _ fields: [String] = [], others: Int64 = 0) {
            (self.text, self.reason, self.fields, self.others) = (text, reason, fields, others)
        }
        var testDescription: String { text }
        var refusal: Refusal { Refusal(reason, fields: fields.compactMap { FieldName(text: $0) }, otherFields: others) }
    }

    static let commands: [Case] = [
        Case("", .malformed), Case(" ", .malformed), Case("{", .malformed), Case("{}x", .malformed),
        Case("[]", .malformed),
        Case("5", .malformed), Case("null", .malformed), Case(#"{"balance":{"currency":"USD"},}"#, .malformed),
        Case("\u{FEFF}" + #"{"balance":{"currency":"USD"}}"#, .malformed),
        Case(#"{"balance":{"currency":"USD"}} {}"#, .malformed), Case(#"{"balance":{"currency":"USD"}"#, .malformed),
        Case(#"{"balance":{"currency":"US"#, .malformed), Case(#"{'balance':1}"#, .malformed),
        Case(#"{"balance":{"currency":"USD","currency":"USD"}}"#, .malformed, ["currency"]),
        Case(#"{"balance":{"currency":"USD","curr\u0065ncy":"USD"}}"#, .malformed, ["currency"]),
        Case(#"{"balance":{"currency":"\x41SD"}}"#, .malformed),
        Case(#"{"balance":{"currency":"\ud800"}}"#, .malformed),
        Case(#"{"balance":{"currency":"\udc00\ud800"}}"#, .malformed),
        Case("{\"balance\":{\"currency\":\"U\u{1}D\"}}", .malformed), Case(#"{"balance":NaN}"#, .malformed),
        Case(#"{"a":[[[[[[[[1]]]]]]]]}"#, .malformed), Case(#"{"a":01}"#, .malformed), Case(#"{"a":1.}"#, .malformed),
        Case(#"{"a":-}"#, .malformed), Case(#"{"a":+1}"#, .malformed), Case(#"{"a":1e}"#, .malformed),
        Case(#"{"a":.5}"#, .malformed), Case(#"{"a":tru}"#, .malformed), Case(#"{"a" 1}"#, .malformed),
        Case(#"{"a":[1,]}"#, .malformed), Case(#"{"a":[1 2]}"#, .malformed), Case("{\"a\":\"b\u{0}\"}", .malformed),

        Case("{}", .missingField, Self.orders),
        Case(#"{"balance":{}}"#, .missingField, ["currency"]),
        Case(#"{"topUp":{"payment":"3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b","nano":"1"}}"#, .missingField, ["currency"]),
        Case(topUp("\"1\"},\"balance\":{\"currency\":\"USD\""), .wrongValue, Self.orders),
        Case(#"{"balance":{"currency":"usd"}}"#, .wrongValue, ["currency"]),
        Case(#"{"balance":{"currency":null}}"#, .wrongValue, ["currency"]),
        Case(#"{"balance":null}"#, .wrongValue, ["balance"]), Case(#"{"balance":[]}"#, .wrongValue, ["balance"]),
        Case(#"{"balance":{"currency":5}}"#, .wrongValue, ["currency"]),
        Case(reply("3.0"), .wrongValue, ["partition"]), Case(reply("3e0"), .wrongValue, ["partition"]),
        Case(reply("\"3\""), .wrongValue, ["partition"]), Case(reply("-1"), .wrongValue, ["partition"]),
        Case(reply("10000"), .wrongValue, ["partition"]),
        Case(reply("9223372036854775808"), .wrongValue, ["partition"]),
        Case(reply("-99999999999999999999999"), .wrongValue, ["partition"]),
        Case(topUp("\"0\""), .wrongValue, ["nano"]), Case(topUp("\"-1\""), .wrongValue, ["nano"]),
        Case(topUp("\"1000000000001\""), .wrongValue, ["nano"]), Case(topUp("\"01\""), .wrongValue, ["nano"]),
        Case(topUp("\"+1\""), .wrongValue, ["nano"]), Case(topUp("\"1 \""), .wrongValue, ["nano"]),
        Case(topUp("\"9223372036854775808\""), .wrongValue, ["nano"]), Case(topUp("1"), .wrongValue, ["nano"]),

        Case(#"{"balance":{"currency":"USD"},"prompt":"hello"}"#, .unknownField, ["prompt"]),
        Case(#"{"balance":{"currency":"USD"},"zzz":1,"yyy":[{"prompt":2}]}"#, .unknownField, others: 2),
        Case(#"{"balance":{"currency":"USD","email":"a@b.c","Currency":"USD"}}"#, .unknownField, ["email"], others: 1),
        Case(#"{"messages":[{"content":"hello"}]}"#, .unknownField, ["messages"]),
    ]

    private static func reply(_ partition: String) -> String {
        #"{"replyTo":{"asker":"troth","partition":\#(partition)},"balance":{"currency":"USD"}}"#
    }
    /// Of these exactly one is there.
    private static let orders = [
        "topUp", "balance", "refund", "dispute", "reinstate", "promotion", "limit", "standing", "statement",
    ]

    private static func topUp(_ nano: String) -> String {
        #"{"topUp":{"payment":"3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b","currency":"USD","nano":\#(nano)}}"#
    }

    @Test(arguments: commands) func `a command that does not fit is refused with its field`(one: Case) {
        let found = refusal(BillingCommand.self, Array(one.text.utf8))
        // a root that is no object has no field that could be missing
        #expect(found == one.refusal)
    }

    @Test(arguments: [
        [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3],
    ])
    func `what is no UTF-8 is malformed`(bytes: [UInt8]) {
        let text = Array(#"{"balance":{"currency":"USD"},"a":""#.utf8) + bytes + Array(#""}"#.utf8)
        #expect(refusal(BillingCommand.self, text) == Refusal(.malformed))
        #expect(refusal(BillingCommand.self, text, from: .service) == Refusal(.malformed))
    }

    @Test func `white space and escapes are read`() throws {
        let text = " {\r\n\t\"b\\u0061lance\" : { \"currency\" : \"\\u0055SD\" } } \n"
        #expect(try read(BillingCommand.self, Array(text.utf8)).balance?.currency == .dollar)
    }

    @Test func `on a service's topic a field that nobody asked for is ignored`() throws {
        let text = #"{"balance":{"currency":"USD","later":[1.5e3,{"a":null}]},"new":true}"#
        #expect(try read(BillingCommand.self, Array(text.utf8), from: .service).balance?.currency == .dollar)
        let twice = #"{"balance":{"currency":"USD"},"new":1,"new":2}"#
        #expect(refusal(BillingCommand.self, Array(twice.utf8), from: .service)?.reason == .malformed)
    }

    @Test func `an object of many names is read in time and its repeated one found`() {
        let many = (0..<5_000).map { #""n\#($0)":0"# }.joined(separator: ",")
        #expect(refusal(BillingCommand.self, Array("{\(many)}".utf8))?.otherFields == 5_000)
        #expect(refusal(BillingCommand.self, Array("{\(many),\"n77\":0}".utf8)) == Refusal(.malformed))
    }

    @Test func `a price list whose checksum is not that of its prices is refused`() throws {
        let text = String(decoding: Samples.prices.encoded(), as: UTF8.self)
        let other = text.replacing("\"150000000\"", with: "\"150000001\"")
        #expect(
            refusal(Config.self, Array(other.utf8))
                == Refusal(.wrongValue, fields: [try #require(FieldName(text: "checksum"))]))
    }

    @Test func `a price list has 200 prices at most`() throws {
        func list(_ count: Int) -> Config {
            Config(
                priceList: PriceList(
                    provider: .example, model: .example, version: .example,
                    prices: Array(repeating: Samples.price, count: count)))
        }
        #expect(refusal(Config.self, list(200).encoded()) == nil)
        #expect(
            refusal(Config.self, list(201).encoded())
                == Refusal(.wrongValue, fields: [try #require(FieldName(text: "prices"))]))
    }

    @Test func `a form that a message does not have is refused by its name`() {
        let bytes = BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: nil).encoded()
        #expect(refusal(BillingCommand.self, bytes, .protobuf) == Refusal(.unknownContentType))
        #expect(refusal(Totals.self, Array("{}".utf8), .json, from: .service) == Refusal(.unknownContentType))
    }
}
