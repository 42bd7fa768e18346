/// A sequence of numbers that a seed determines, so that a failing case can be had again.
package struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    /// Begins a sequence.
    package init(seed: UInt64) { state = seed }

    /// The next number.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// A number in a range.
    package mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }

    /// True once in so many.
    package mutating func isOne(in count: Int64) -> Bool { number(1...count) == 1 }

    /// One of several; the list must not be empty.
    package mutating func one<Element>(of list: [Element]) -> Element { list[Int(number(0...Int64(list.count - 1)))] }
}
