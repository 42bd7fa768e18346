import CommandLineTool
import Schema

/// Calls as a gateway would report them: over the accounts with a heavy tail, in the order of time, a tenth repeated.
/// A seed determines them.
struct CallStream {
    /// A call and who pays for it.
    struct Item {
        let account: AccountID
        let call: Call
    }
    /// A model, where it is served, and what 10⁶ units of text cost, in nano-units.
    struct Model {
        let provider: String
        let upstream: String
        let country: Country?
        let model: String
        let input: Int64
        let output: Int64

        init(
            _ provider: String, _ upstream: String, _ country: String, _ model: String, _ input: Int64, _ output: Int64
        ) {
            (self.provider, self.upstream, self.country) = (provider, upstream, Country(text: country))
            (self.model, self.input, self.output) = (model, input, output)
        }
    }

    static let models = [
        Model("openai", "openai-us", "US", "gpt-4o-mini", 150_000_000, 600_000_000),
        Model("openai", "openai-us", "US", "gpt-4o", 2_500_000_000, 10_000_000_000),
        Model("anthropic", "anthropic-us", "US", "claude-haiku-4-5", 1_000_000_000, 5_000_000_000),
        Model("google", "google-eu", "BE", "gemini-2.5-flash", 300_000_000, 2_500_000_000),
        Model("mistral", "mistral-fr", "FR", "mistral-small", 100_000_000, 300_000_000),
    ]

    /// The accounts that its calls are of.
    let accounts: [AccountID]
    /// Accounts that have one call each, in the order of their calls.
    let probes: [AccountID]
    private var probed = 0
    /// Where each account's share of the calls ends, from 0 to 1.
    private let shares: [Double]
    private var random: SplitMix64
    private var recent: [Item] = []
    /// Calls that were made anew.
    private(set) var distinct = 0

    /// `probes`: how many there may be.
    init(seed: UInt64, probes: Int = 0) {
        var random = SplitMix64(seed: seed)
        accounts = (0..<Limits.accounts).map { _ in Self.account(&random) }
        let weights = (1...Limits.accounts).map { 1 / Double($0) }
        let whole = weights.reduce(0, +)
        var sum = 0.0
        shares = weights.map {
            sum += $0 / whole
            return sum
        }
        self.probes = (0..<probes).map { _ in Self.account(&random) }
        self.random = random
        recent.reserveCapacity(Limits.repeatedWithin)
    }

    private static func account(_ random: inout SplitMix64) -> AccountID {
        // version 4, variant 2: RFC 9562
        AccountID(
            high: random.next() & ~0xf000 | 0x4000, low: random.next() & ~(3 << 62) | 2 << 62)
    }

    /// The next record's call, at this moment unless it repeats an earlier one.
    mutating func next(at moment: Instant) -> Item {
        if recent.count == Limits.repeatedWithin, random.next() % Limits.repeatedOneIn == 0 {
            return recent[Int(random.next() % UInt64(recent.count))]
        }
        let item = Item(account: accounts[chosen()], call: call(at: moment))
        if recent.count < Limits.repeatedWithin { recent.append(item) } else { recent[distinct % recent.count] = item }
        distinct += 1
        return item
    }

    /// A call of an account that has no other.
    mutating func probe(at moment: Instant) -> Item {
        probed += 1
        return Item(account: probes[probed - 1], call: call(at: moment))
    }

    private mutating func chosen() -> Int {
        let point = Double(random.next() >> 11) / Double(1 << 53)
        var (low, high) = (0, shares.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if shares[middle] < point { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A call that is like no other.
    mutating func call(at moment: Instant) -> Call {
        let model = Self.models[Int(random.next() % UInt64(Self.models.count))]
        let dice = random.next()
        let attempt = Attempt(
            number: AttemptNumber(unchecked: 1), upstream: UpstreamName(unchecked: model.upstream),
            model: ModelName(unchecked: model.model), startedAt: moment + Int64(dice & 0xffff),
            durationMs: DurationMs(unchecked: Int64(100 + dice >> 16 & 0xfff)), outcome: .served,
            units: [
                UnitCount(unit: .textIn, count: UnitQuantity(unchecked: Int64(1 + dice >> 28 & 0xfff))),
                UnitCount(unit: .textOut, count: UnitQuantity(unchecked: Int64(1 + dice >> 40 & 0x3ff))),
            ])
        return Call(
            callID: CallID(
                high: UInt64(moment.value / 1_000) << 16 | 0x7000 | random.next() & 0xfff, low: random.next()),
            calledAt: moment, apiKeyID: APIKeyID(high: 0x7d9e_2b4c_1f3a_4d5e, low: 0xb6c7_d8e9_f0a1_b200 | dice >> 62),
            outcome: .completed, attempts: [attempt])
    }
}
