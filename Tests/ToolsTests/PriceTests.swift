import Schema
import Testing
import CommandLineTool

@Suite struct PriceTests {
    static let now = Instant(unchecked: 1_795_456_800_000_000)

    private func price(
        _ nano: Int64, from: Int64, to: Int64? = nil, bandFrom: Int64 = 0, bandTo: Int64? = nil, tier: Tier = .standard
    ) -> Price {
        Price(
            tier: tier, bandFrom: UnitQuantity(unchecked: bandFrom), bandTo: bandTo.map(UnitQuantity.init(unchecked:)),
            unit: .textIn, currency: .dollar, nanoPerMillion: UnitPrice(unchecked: nano),
            validFrom: Self.now + from * Instant.minute, validTo: to.map { Self.now + $0 * Instant.minute },
            source: .example)
    }
    private func list(_ prices: [Price], version: Int64 = 1) -> PriceList {
        PriceList(
            provider: .example, model: .example, version: Revision(unchecked: version), prices: prices)
    }

    @Test func `a whole list has no fault`() {
        let prices = [
            price(1, from: -100, to: 50, bandTo: 10), price(2, from: -100, to: 50, bandFrom: 10), price(3, from: 50),
        ]
        #expect(PriceRules.faults(in: list(prices)) == [])
    }

    @Test func `faults of one list are named`() {
        #expect(PriceRules.faults(in: list([])).count == 1)
        #expect(PriceRules.faults(in: list([price(1, from: 0, to: 0)])).count == 1)
        #expect(
            PriceRules.faults(in: list([price(1, from: 0), price(2, from: 60)])).first?.contains("overlap") == true)
        #expect(PriceRules.faults(in: list([price(1, from: 0, bandFrom: 5)])).first?.contains("gap") == true)
        #expect(PriceRules.faults(in: list([price(1, from: 0, bandTo: 5)])).first?.contains("gap") == true)
        let holed = [price(1, from: 0, bandTo: 5), price(1, from: 0, bandFrom: 6)]
        #expect(PriceRules.faults(in: list(holed)).first?.contains("gap") == true)
        let many = (0..<201).map { price(1, from: Int64($0), to: Int64($0) + 1) }
        #expect(PriceRules.faults(in: list(many)).first?.contains("200") == true)
    }

    @Test func `a price may change after an hour's notice and not before`() {
        let old = list([price(100, from: -1_000)])
        let inTime = list([price(100, from: -1_000, to: 60), price(200, from: 60)])
        let tooSoon = list([price(100, from: -1_000, to: 59), price(200, from: 59)])
        let past = list([price(200, from: -1_000)])
        #expect(PriceRules.breaches(old: old, new: inTime, at: Self.now) == [])
        #expect(PriceRules.breaches(old: old, new: tooSoon, at: Self.now).count == 1)
        #expect(PriceRules.breaches(old: old, new: past, at: Self.now).count == 1)
        #expect(PriceRules.breaches(old: old, new: list([price(1, from: 0, tier: .batch)]), at: Self.now).count == 1)
    }

    @Test func `where no price was in force one may start at once`() {
        #expect(PriceRules.breaches(old: nil, new: list([price(1, from: -10_000)]), at: Self.now) == [])
        let old = list([price(100, from: -1_000)])
        let more = list([
            price(100, from: -1_000), price(50, from: -10, tier: .batch), price(7, from: -2_000, to: -1_000),
        ])
        #expect(PriceRules.breaches(old: old, new: more, at: Self.now) == [])
    }

    @Test func `only a changed band is a breach, and a price of long ago may be dropped`() {
        let old = list([price(1, from: -100, bandTo: 10), price(2, from: -100, bandFrom: 10)])
        let new = list([price(1, from: -100, bandTo: 20), price(2, from: -100, bandFrom: 20)])
        #expect(PriceRules.breaches(old: old, new: new, at: Self.now).count == 1)
        let ancient = list([price(9, from: -200_000, to: -140_000), price(1, from: -140_000)])
        #expect(PriceRules.breaches(old: ancient, new: list([price(1, from: -140_000)]), at: Self.now) == [])
    }

    @Test func `the same content keeps its version, a change raises it, a superseded price keeps the reason`() throws {
        let old = list([price(100, from: -1_000)], version: 4)
        let same = try PriceChange.plan(
            [list([price(100, from: -1_000)])], over: { _ in old }, at: Self.now, reason: nil)
        #expect(same == [PriceChange(list: old, change: .unchanged)])
        let change = list([price(200, from: -1_000)])
        #expect(throws: Failure.self) { try PriceChange.plan([change], over: { _ in old }, at: Self.now, reason: nil) }
        let forced = try PriceChange.plan([change], over: { _ in old }, at: Self.now, reason: "typing error")
        #expect(forced[0].change == .superseded)
        #expect(forced[0].list.version.value == 5)
        #expect(forced[0].list.prices[0].source.text.hasSuffix("supersedes: typing error"))
    }

    @Test func `a price book reads, with money, days and derived classes`() throws {
        let text = """
            {"currency": "USD", "source": "list", "models": [{"provider": "p", "model": "m", "prices": [
              {"from": "2026-01-01", "perMillion": {"text_in": "2.50", "text_out": "10"}, "derive": {"reasoning": "text_out"}}
            ]}]}
            """
        let prices = try PriceFile(reading: text).lists()[0].prices
        #expect(prices.count == 3)
        let reasoning = try #require(prices.first { $0.unit == .reasoning })
        #expect(reasoning.nanoPerMillion.value == 10_000_000_000)
        #expect(reasoning.source.text == "derived from text_out")
    }

    @Test(arguments: [
        ("{\"models\": [], \"colour\": 1}", "the file has an unknown field colour"),
        (
            "{\"models\": [{\"provider\": \"p\", \"model\": \"m\", \"prices\": [{\"form\": \"2026-01-01\"}]}]}",
            "models.prices has an unknown field form: did you mean from"
        ),
        ("{\"models\": [{\"provider\": \"p\", \"prices\": []}]}", "models.[0] lacks model"),
        ("{", "the file is no JSON"),
        (
            "{\"currency\": \"USD\", \"source\": \"s\", \"models\": [{\"provider\": \"p\", \"model\": \"m\", \"prices\": "
                + "[{\"from\": \"2026-01-01\", \"perMillion\": {\"text_inn\": \"1\"}}]}]}", "did you mean text_in"
        ),
        (
            "{\"currency\": \"USD\", \"source\": \"s\", \"models\": [{\"provider\": \"p\", \"model\": \"m\", \"prices\": "
                + "[{\"from\": \"2026-01-01\", \"perMillion\": {\"text_in\": \"1,5\"}}]}]}",
            "the price 1,5 is not allowed"
        ),
    ])
    func `what is wrong in a price book is named`(text: String, message: String) {
        do throws(Failure) {
            _ = try PriceFile(reading: text).lists()
            Issue.record("it was read")
        } catch {
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test func `the made-up price book keeps all rules and fits its records`() throws {
        let book = Catalogue.priceBook(around: Self.now)
        let lists = try PriceFile(reading: Terminal.json(book)).lists()
        #expect(lists.count == Catalogue.models.count)
        for list in lists {
            #expect(PriceRules.faults(in: list) == [])
            #expect(Config(priceList: list).encoded().count < 60_000)
        }
        let changing = lists.filter { $0.prices.contains { $0.validTo != nil } }
        #expect(changing.count == 3)
    }

    @Test func `the made-up register has eight upstreams in five countries, one without an agreement`() throws {
        let register = UpstreamFile(upstreams: Catalogue.upstreams)
        let upstreams = try UpstreamFile(reading: Terminal.json(register)).entries()
        #expect(upstreams.count == 8)
        #expect(Set(upstreams.map(\.country)).count == 5)
        #expect(upstreams.filter { !$0.hasAgreement(at: Self.now) }.count == 1)
        let known = Dictionary(uniqueKeysWithValues: upstreams.map { ($0.name.text, $0.provider.text) })
        for model in Catalogue.models {
            for upstream in model.upstreams { #expect(known[upstream] == model.provider) }
        }
    }

    @Test func `an upstream keeps its version until it changes`() {
        var one = Upstream(
            name: .example, provider: .example, country: .example, version: Revision(unchecked: 1), agreement: nil,
            agreementFrom: nil, agreementTo: nil, safeguard: nil)
        let old = UpstreamLoad.next(one, over: nil)
        #expect(old.change == "new")
        #expect(UpstreamLoad.next(one, over: old.upstream).change == "unchanged")
        one.agreement = .example
        #expect(UpstreamLoad.next(one, over: old.upstream).upstream.version.value == 2)
    }
}
