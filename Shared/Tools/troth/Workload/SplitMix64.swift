/// Vigna's SplitMix64: one seed gives one sequence, on every machine and with every compiler.
package struct SplitMix64: Sendable {
    private var state: UInt64

    /// A sequence from a seed; `stream` tells apart sequences that one seed gives for several purposes.
    package init(seed: UInt64, stream: UInt64 = 0) {
        state = seed &+ stream &* 0xd1b5_4a32_d192_ed03
        if stream > 0 { _ = next() }
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A whole number from 0 to `bound` − 1; `bound` is at least 1.
    package mutating func below(_ bound: Int64) -> Int64 {
        Int64(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A whole number in a closed range.
    package mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True `perMille` times of a thousand.
    package mutating func chance(perMille: Int64) -> Bool { below(1_000) < perMille }

    /// The halves of a random UUID, version 4 (RFC 9562).
    package mutating func uuid() -> (high: UInt64, low: UInt64) {
        let high = next() & 0xffff_ffff_ffff_0fff | 0x4000
        let low = next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return (high, low)
    }

    /// A number from 0 up to, but not, 1.
    package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// Chooses an index with a heavy tail: the n-th is chosen 1/n as often as the first.
package struct HeavyTail: Sendable {
    private let bounds: [Int64]

    /// Over `count` indices, at least one.
    package init(count: Int) {
        var sum: Int64 = 0
        bounds = (1...max(1, count)).map { rank in
            sum += 1_000_000_000 / Int64(rank)
            return sum
        }
    }

    /// An index from 0 on.
    package func choose(_ random: inout SplitMix64) -> Int {
        let point = random.below(bounds[bounds.count - 1])
        var (low, high) = (0, bounds.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] <= point { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
