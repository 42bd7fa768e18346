import Schema
import Testing

@Suite struct ValueTests {
    @Test(
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func `murmur2 is that of the Java client`(key: String, hash: Int32) {
        #expect(Array(key.utf8).withUnsafeBytes { Int32(bitPattern: murmur2($0)) } == hash)
    }

    @Test func `an account's partition is that of its text`() {
        var random = Seeded(1)
        for _ in 0..<1_000 {
            let account: AccountID = random.identifier()
            let expected = Array(account.text.utf8).withUnsafeBytes {
                Int32(bitPattern: murmur2($0) & 0x7fff_ffff) % 12
            }
            #expect(partition(of: account, n: 12) == expected)
        }
    }

    @Test func `an identifier is the same as text, as bytes and as halves`() {
        var random = Seeded(2)
        for _ in 0..<10_000 {
            let id: CallID = random.identifier()
            #expect(CallID(text: id.text) == id)
            #expect(id.raw.withUnsafeBytes { CallID(raw: $0) } == id)
        }
        #expect(CallID(text: "00112233-4455-6677-8899-aabbccddeeff")?.high == 0x0011_2233_4455_6677)
        #expect(CallID(text: "00112233-4455-6677-8899-aabbccddeeff")?.low == 0x8899_aabb_ccdd_eeff)
    }

    @Test func `of all bytes only lowercase hexadecimal digits are part of an identifier`() {
        let good = Array("0190f3c2-7b1a-7e44-8c1d-2e3f4a5b6c7d".utf8)
        for place in 0..<36 {
            for byte in UInt8.min...UInt8.max {
                var bytes = good
                bytes[place] = byte
                let isDash = [8, 13, 18, 23].contains(place)
                let isGood = isDash ? byte == 45 : (48...57).contains(byte) || (97...102).contains(byte)
                #expect((bytes.withUnsafeBytes { CallID(ascii: $0) } != nil) == isGood)
            }
        }
    }

    @Test(arguments: [
        "", "0190f3c2-7b1a-7e44-8c1d-2e3f4a5b6c7", "0190f3c2-7b1a-7e44-8c1d-2e3f4a5b6c7d0",
        "0190F3C2-7b1a-7e44-8c1d-2e3f4a5b6c7d", "0190f3c2_7b1a_7e44_8c1d_2e3f4a5b6c7d",
        "0190f3c27-b1a-7e44-8c1d-2e3f4a5b6c7d", "{190f3c2-7b1a-7e44-8c1d-2e3f4a5b6c7}",
    ])
    func `any other text is no identifier`(text: String) {
        #expect(AccountID(text: text) == nil)
    }

    @Test(
        arguments: [
            (0, 0, 0), (1, 0, 1), (-1, -1, 999_999), (-1_000_000, -1, 0), (-1_000_001, -2, 999_999),
            (1_999_999, 1, 999_999),
        ] as [(Int128, Int64, Int64)])
    func `an exact amount is rounded down, below zero too`(femto: Int128, nano: Int64, millionths: Int64) {
        let amount = ExactAmount(femto: femto)
        #expect(amount.nano == nano)
        #expect(amount.millionths == millionths)
        #expect(ExactAmount(nano: nano, millionths: millionths) == amount)
    }

    @Test func `the dearest call fits, and what does not fit in 64 bits says so`() {
        let dearest = ExactAmount(price: UnitPrice.range.upperBound, count: UnitQuantity.range.upperBound)
        #expect(dearest.nano == nil)
        #expect(ExactAmount(nano: .max, millionths: 999_999).nano == .max)
        #expect(ExactAmount(femto: Int128(Int64.max) * 1_000_000 + 1_000_000).nano == nil)
    }

    @Test func `of all bytes a name has those of its grammar`() {
        let first = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        for byte in UInt8.min...UInt8.max {
            let character = Character(Unicode.Scalar(byte))
            #expect([byte].withUnsafeBytes { isName($0) } == first.contains(character))
            #expect([97, byte].withUnsafeBytes { isName($0) } == (first + "._:/@-").contains(character))
        }
        #expect(ModelName(text: "") == nil)
        #expect(ModelName(text: String(repeating: "a", count: 96)) != nil)
        #expect(ModelName(text: String(repeating: "a", count: 97)) == nil)
    }

    @Test func `names are numbered from 1 in the order of their cases`() {
        func check<Field: NamedField>(_ type: Field.Type) {
            for (index, value) in Field.allCases.enumerated() {
                #expect(value.number == index + 1)
                #expect(Field(number: UInt64(index + 1)) == value)
            }
            #expect(Field(number: 0) == nil)
            #expect(Field(number: UInt64(Field.allCases.count + 1)) == nil)
            #expect(Field(number: .max) == nil)
        }
        check(Outcome.self)
        check(AttemptOutcome.self)
        check(Tier.self)
        check(UnitClass.self)
        check(ReplyOutcome.self)
        check(Refusal.Reason.self)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (1_795_456_800_000_000, "2026-11-23T18:00:00Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func `a moment prints as RFC 3339`(value: Int64, text: String) {
        #expect(Instant(unchecked: value).description == text)
    }
}
