/// A call costs what its content costs by the price lists that its row names: rated again, from the stored inputs.
package struct ChargesRecomputed: Law {
    private let sample: Int
    private let seed: UInt64

    /// At most about `sample` calls of each file, chosen by `seed`; all where there are fewer.
    package init(sample: Int = Limits.sampleCalls, seed: UInt64 = 1) {
        (self.sample, self.seed) = (max(1, sample), seed)
    }

    package func judge(_ world: World) throws -> Finding {
        var judgement = Judgement()
        var total: Int64 = 0
        for file in world.files(of: "metering") {
            let prices = try PriceReader(file)
            let count = try file.lines("SELECT count(*) FROM calls").first?.integer(0) ?? 0
            total += count
            try file.eachCall(where: condition(count)) { call in
                let fault = fault(call, prices)
                judgement.look(fault == nil, "\(call.name(file.place)): \(fault ?? "")")
            }
        }
        return judgement.finding(self, "calls of \(total) rated again")
    }

    /// Which calls are in the sample: those whose time falls low under a pairwise independent hash of prime modulus.
    private func condition(_ count: Int64) -> String {
        guard count > Int64(sample) else { return "1" }
        let prime: UInt64 = 1_000_003
        var mixed = seed &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        let (factor, shift) = (1 + mixed % (prime - 1), (mixed >> 32) % prime)
        let threshold = Int128(sample) * Int128(prime) / Int128(count) + 1
        return "(calledAt % \(prime) * \(factor) + \(shift)) % \(prime) < \(threshold)"
    }

    private func fault(_ call: StoredCall, _ prices: PriceReader) -> String? {
        guard let content = call.content, let lists = call.lists else { return "its content is damaged" }
        guard prices.namesItsLists(content, lists) else { return "it names a price list of another model" }
        let verdict = prices.rate(call, content, lists)
        let femto = Int128(call.nano) * 1_000_000 + Int128(call.millionths)
        guard verdict.state == call.state else { return "state \(call.state), by its lists \(verdict.state)" }
        return femto == verdict.femto ? nil : "\(femto) millionths of a nano-unit, by its lists \(verdict.femto)"
    }
}
