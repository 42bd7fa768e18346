/// Vigna's SplitMix64: one seed gives one sequence, on every machine. All chance in a simulation comes from here.
package struct SeededRandom: Sendable {
    private var state: UInt64

    /// A sequence from a seed; `stream` tells apart sequences that one seed gives for several purposes.
    package init(seed: UInt64, stream: UInt64 = 0) {
        state = seed &* 0x2545_f491_4f6c_dd1d &+ stream &* 0xd1b5_4a32_d192_ed03
        _ = next()
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
    package mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// A whole number in a closed range.
    package mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
    }

    /// True once in `times` on the average; 0: never.
    package mutating func onceIn(_ times: Int) -> Bool { times > 0 && below(times) == 0 }

    /// True `perMille` times of a thousand.
    package mutating func chance(perMille: Int) -> Bool { below(1_000) < perMille }

    /// One of several; the array is not empty.
    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// The halves of a random UUID, version 4 (RFC 9562).
    package mutating func uuid() -> (high: UInt64, low: UInt64) {
        let high = next() & 0xffff_ffff_ffff_0fff | 0x4000
        let low = next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return (high, low)
    }
}
