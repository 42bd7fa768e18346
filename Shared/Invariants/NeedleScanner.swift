/// Looks for needles in bytes: Wu and Manber's way, which looks at three bytes and skips what cannot be within a
/// pattern. It is made once and used for any number of streams.
package final class NeedleScanner: Sendable {
    /// A needle that was found.
    package struct Hit: Equatable, Sendable {
        /// The place of the needle in its file, from 1.
        package var needle: Int
        package var form: Needles.Form
        /// Where it begins.
        package var offset: Int64
    }

    /// Bytes that two windows of a stream must share, so that no needle is missed between them.
    package let overlap: Int

    private let patterns: [Needles.Pattern]
    /// Bytes of a pattern that are looked at: as many as the shortest one has, within reason.
    private let window: Int
    /// By the hash of three bytes: how far the next window may lie, 0 where a pattern may end here.
    private let skips: [UInt8]
    /// The first candidate of a hash, as its place in `chain`; −1: none.
    private let heads: [Int32]
    private let chain: [(pattern: Int32, next: Int32)]
    private let folded = (UInt8.min...UInt8.max).map(lowercase)

    private static let hashes = 1 << 16
    private static let block = 3
    private static let windowMax = 32

    package init(_ needles: Needles) {
        patterns = needles.patterns
        overlap = max(0, (patterns.map(\.bytes.count).max() ?? 1) - 1)
        window = min(Self.windowMax, patterns.map(\.bytes.count).min() ?? Self.windowMax)
        var skips = [UInt8](repeating: UInt8(window - Self.block + 1), count: Self.hashes)
        var heads = [Int32](repeating: -1, count: Self.hashes)
        var chain: [(pattern: Int32, next: Int32)] = []
        for (index, pattern) in patterns.enumerated() {
            for end in Self.block...window {
                let block = pattern.bytes[end - Self.block..<end].map(lowercase)
                let hash = Self.hash(block[0], block[1], block[2])
                skips[hash] = min(skips[hash], UInt8(window - end))
                guard end == window else { continue }
                chain.append((Int32(index), heads[hash]))
                heads[hash] = Int32(chain.count - 1)
            }
        }
        (self.skips, self.heads, self.chain) = (skips, heads, chain)
    }

    private static func hash(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int {
        (Int(first) << 8 ^ Int(second) << 4 ^ Int(third)) & (hashes - 1)
    }

    /// Calls `found` with each needle in the bytes, by its offset in them; one that ends within the first `seen` bytes
    /// was found before.
    package func scan(_ bytes: UnsafeRawBufferPointer, seen: Int = 0, _ found: (Hit) -> Void) {
        guard !patterns.isEmpty, bytes.count >= window, let start = bytes.baseAddress else { return }
        let text = start.assumingMemoryBound(to: UInt8.self)
        folded.withUnsafeBufferPointer { folded in
            skips.withUnsafeBufferPointer { skips in
                var end = window
                while end <= bytes.count {
                    let hash = Self.hash(
                        folded[Int(text[end - 3])], folded[Int(text[end - 2])], folded[Int(text[end - 1])])
                    let skip = Int(skips[hash])
                    if skip > 0 {
                        end += skip
                        continue
                    }
                    compare(bytes, at: end - window, hash, seen: seen, found)
                    end += 1
                }
            }
        }
    }

    private func compare(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, _ hash: Int, seen: Int, _ found: (Hit) -> Void
    ) {
        var next = heads[hash]
        while next >= 0 {
            let candidate = chain[Int(next)]
            next = candidate.next
            let pattern = patterns[Int(candidate.pattern)]
            let end = offset + pattern.bytes.count
            guard end <= bytes.count, end > seen, isEqual(pattern, bytes, offset) else { continue }
            found(Hit(needle: pattern.needle, form: pattern.form, offset: Int64(offset)))
        }
    }

    private func isEqual(_ pattern: Needles.Pattern, _ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Bool {
        for (index, byte) in pattern.bytes.enumerated() {
            let other = bytes[offset + index]
            guard byte == (pattern.isCaseSensitive ? other : folded[Int(other)]) else { return false }
        }
        return true
    }
}

/// A stream that is scanned window by window: a needle across a border is found once, at its offset in the stream.
package struct NeedleStream {
    private let scanner: NeedleScanner
    private var buffer: [UInt8] = []
    /// The stream's offset of the buffer's first byte.
    private var base: Int64 = 0

    package init(_ scanner: NeedleScanner) { self.scanner = scanner }

    /// Takes the next bytes of the stream.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer, _ found: (NeedleScanner.Hit) -> Void) {
        let seen = buffer.count
        buffer.append(contentsOf: bytes)
        let base = base
        buffer.withUnsafeBytes { whole in
            scanner.scan(whole, seen: seen) { hit in
                var hit = hit
                hit.offset += base
                found(hit)
            }
        }
        let kept = min(buffer.count, scanner.overlap)
        self.base += Int64(buffer.count - kept)
        buffer.removeFirst(buffer.count - kept)
    }
}
