import Schema
import Testing

/// Good records with bytes changed, cut and doubled.
@Suite struct FuzzTests {
    private static let secret = "Secret4711"

    private static func mutate(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<random.count(1...3) where !bytes.isEmpty {
            let place = random.count(0...bytes.count - 1)
            switch random.next() % 6 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes[place] ^= 1 << UInt8(random.next() % 8)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(Array("{}[]\",:0-1.e\\u".utf8).randomElement(using: &random) ?? 0, at: place)
            case 4: bytes.removeLast(bytes.count - place)
            default:
                let end = min(bytes.count, place + random.count(1...40))
                bytes.insert(contentsOf: bytes[place..<end], at: random.count(0...bytes.count))
            }
        }
        return bytes
    }

    private func check(_ refusal: Refusal?) {
        guard let refusal else { return }
        #expect(refusal.fields.allSatisfy { FieldName.known.contains($0.text) })
        #expect(Set(refusal.fields).count == refusal.fields.count)
        #expect(!"\(refusal)".contains("4711"))
    }

    @Test(arguments: [ContentType.json, .protobuf])
    func `of 50,000 mutations of usage none crashes the reader or leaks a value`(form: ContentType) {
        var random = Seeded(form == .json ? 8 : 9)
        var base: [UInt8] = []
        var (good, bad) = (0, 0)
        for round in 0..<50_000 {
            if round % 50 == 0 {
                var usage = random.usage(calls: 1...2)
                usage.calls[0].attempts[0].model = ModelName(unchecked: Self.secret)
                base = form == .json ? usage.encoded() : usage.encodedProtobuf()
            }
            let bytes = Self.mutate(base, &random)
            let found = readCalls(bytes, form)
            check(found.thrown)
            for (_, refusal) in found.refused { check(refusal) }
            if found.thrown == nil, found.refused.isEmpty { good += 1 } else { bad += 1 }
            guard form == .json, found.thrown == nil, found.refused.isEmpty else { continue }
            #expect(refusal(General.self, bytes) == nil)
            #expect((try? read(General.self, bytes))?.calls == found.calls)
        }
        #expect(good > 100 && bad > 10_000)
    }

    @Test func `of 20,000 mutations of other messages none crashes the reader or leaks a value`() {
        var random = Seeded(10)
        for round in 0..<20_000 {
            switch Samples.all[round % Samples.all.count] {
            case let message as Config: check(refusal(Config.self, Self.mutate(message.encoded(), &random)))
            case let message as BillingCommand:
                check(refusal(BillingCommand.self, Self.mutate(message.encoded(), &random)))
            case let message: check(refusal(Reply.self, Self.mutate(message.encoded(), &random), from: .service))
            }
        }
    }

    @Test func `of 30,000 mutations of totals none crashes the reader`() {
        var random = Seeded(11)
        for _ in 0..<30_000 {
            check(refusal(Totals.self, Self.mutate(random.totals().encoded(), &random), .protobuf, from: .service))
        }
    }
}
