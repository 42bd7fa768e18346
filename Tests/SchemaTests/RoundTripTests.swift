import Schema
import Testing

@Suite struct RoundTripTests {
    @Test func `usage is the same after JSON and after protobuf`() throws {
        var random = Seeded(3)
        for _ in 0..<2_000 {
            let usage = random.usage()
            #expect(try read(Usage.self, usage.encoded()) == usage)
            #expect(try read(Usage.self, usage.encodedProtobuf(), .protobuf) == usage)
        }
    }

    @Test func `totals are the same after protobuf`() throws {
        var random = Seeded(4)
        for _ in 0..<5_000 {
            let totals = random.totals()
            #expect(try read(Totals.self, totals.encoded(), .protobuf, from: .service) == totals)
        }
        #expect(try read(Totals.self, [], .protobuf, from: .service) == Totals(totals: []))
    }

    @Test func `the fullest totals stay under 256 KB`() {
        let total = Total(
            account: .example, hour: Hour(unchecked: Hour.range.upperBound), currency: .dollar,
            calls: CallCount(unchecked: CallCount.range.upperBound), nano: NanoAmount(unchecked: -1),
            millionths: Millionths(unchecked: 999_999), revision: Revision(unchecked: Revision.range.upperBound))
        let totals = Totals(totals: Array(repeating: total, count: Totals.totalsMax))
        #expect(totals.encoded().count <= 256 * 1_024)
    }

    @Test func `every other message is the same after JSON`() throws {
        for message in Samples.all { try check(message) }
    }

    private func check<M: Message>(_ message: M) throws {
        #expect(try read(M.self, message.encoded()) == message)
        #expect(try read(M.self, message.encoded(), from: .service) == message)
    }

    @Test func `JSON is compact, in the order of declaration, without what is absent`() {
        let command = BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: nil)
        #expect(String(decoding: command.encoded(), as: UTF8.self) == #"{"balance":{"currency":"USD"}}"#)
        let topUp = BillingCommand(
            topUp: TopUp(payment: .example, currency: .dollar, nano: NanoAmount(unchecked: 20_000_000_000)),
            replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 3)))
        let json = """
            {"replyTo":{"asker":"troth","partition":3},"topUp":{"payment":"3c4d5e6f-7081-4293-a4b5-c6d7e8f90a1b",\
            "currency":"USD","nano":"20000000000"}}
            """
        #expect(String(decoding: topUp.encoded(), as: UTF8.self) == json)
    }

    @Test func `a remark keeps its quotes, backslashes and letters`() throws {
        let remark = try #require(Remark(text: #"say "no" \ „nein“ 決して 🙂"#))
        let reply = Reply(command: .example, refused: remark)
        #expect(try read(Reply.self, reply.encoded(), from: .service) == reply)
    }
}

/// One of each message that is sent as JSON.
enum Samples {
    static let reply = ReplyAddress(asker: .troth, partition: .example)
    static let price = Price(
        region: .example, tier: .batch, bandFrom: UnitQuantity(unchecked: 0), bandTo: UnitQuantity(unchecked: 128_000),
        unit: .textIn, currency: .dollar, nanoPerMillion: .example, validFrom: .example,
        validTo: Instant(unchecked: Instant.range.upperBound), source: .example)
    static let prices = Config(
        priceList: PriceList(provider: .example, model: .example, version: .example, prices: [price]))
    static let upstream = Config(
        upstream: Upstream(
            name: .example, provider: .example, country: .example, version: .example, agreement: .example,
            agreementFrom: .example, agreementTo: nil, safeguard: .example))
    static let total = Total(
        account: .example, hour: .example, currency: .dollar, calls: .example, nano: .example, millionths: .example,
        revision: .example)
    static let usage = AccountUsage(
        account: .example, asOf: .example, hours: [total, total], unpriced: .example,
        transfers: [TransferCount(upstream: .example, country: nil, count: .example)])

    static let all: [any Message] =
        [
            prices, upstream,
            MeteringCommand(usage: UsageQuestion(from: .example, to: .example), replyTo: reply),
            BillingCommand(topUp: TopUp(payment: .example, currency: .dollar, nano: .example), replyTo: nil),
            BillingCommand(balance: BalanceQuestion(currency: .dollar), replyTo: reply),
            Reply(command: .example, .usage(usage)),
            Reply(
                command: .example,
                .balance(
                    Balance(
                        account: .example, currency: .dollar, balanceNano: NanoAmount(unchecked: .min), asOf: .example))
            ),
            DeadLetter(
                topic: .example, partition: .example, offset: .example,
                refusal: Refusal(.unknownField, fields: [.example], otherFields: 2), call: .example, refusedAt: .example
            ),
        ] + PeopleSamples.all + RightsSamples.all
}
