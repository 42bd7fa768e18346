/// Texts that must be found nowhere, in each form in which they could be kept: as they are, in base64 (both alphabets,
/// all three alignments), in hexadecimal and percent-encoded.
package struct Needles: Sendable {
    /// How a needle may be written.
    package enum Form: String, Sendable, CaseIterable { case raw, base64, hex, percent }
    /// One way of writing one needle.
    struct Pattern: Hashable, Sendable {
        /// The place of the needle in its file, from 1.
        let needle: Int
        let form: Form
        /// In lowercase unless case matters.
        let bytes: [UInt8]
        let isCaseSensitive: Bool
    }

    /// How many needles there are.
    package let count: Int
    let patterns: [Pattern]

    /// Bytes of a needle at least: a shorter one would be found by chance in a form of it.
    package static let bytesMin = 8
    /// Bytes of a needle at most.
    package static let bytesMax = 4_096

    /// Makes the patterns; nil where a needle is shorter than `bytesMin` or longer than `bytesMax`.
    package init?(_ texts: [[UInt8]]) {
        guard texts.allSatisfy({ (Self.bytesMin...Self.bytesMax).contains($0.count) }) else { return nil }
        count = texts.count
        patterns = texts.enumerated().flatMap { index, text in Self.patterns(of: text, needle: index + 1) }
    }

    /// The lines of a text, each a needle; empty ones are left out.
    package static func lines(of bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }.filter { !$0.isEmpty }
    }

    private static func patterns(of text: [UInt8], needle: Int) -> [Pattern] {
        var patterns: [Pattern] = []
        func add(_ form: Form, _ bytes: [UInt8], isCaseSensitive: Bool = false) {
            let bytes = isCaseSensitive ? bytes : bytes.map(lowercase)
            guard !patterns.contains(where: { $0.bytes == bytes }) else { return }
            patterns.append(Pattern(needle: needle, form: form, bytes: bytes, isCaseSensitive: isCaseSensitive))
        }
        add(.raw, text)
        add(.hex, text.flatMap(hexDigits))
        for alphabet in [standardAlphabet, urlAlphabet] {
            for alignment in 0..<3 { add(.base64, base64(text, alignment, alphabet), isCaseSensitive: true) }
        }
        for kept in [unreserved, unreservedOfScripts, unreservedOfAddresses, []] {
            add(.percent, percent(text, kept: kept))
        }
        add(.percent, percent(text, kept: unreservedOfForms).map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 })
        return patterns
    }

    /// The characters of base64 that a text fixes when it begins `alignment` bytes into a group of three.
    private static func base64(_ text: [UInt8], _ alignment: Int, _ alphabet: [UInt8]) -> [UInt8] {
        let bytes = [UInt8](repeating: 0, count: alignment) + text
        // the first character that has no bit of a byte before the text, and the first that has one of a byte behind it
        let (first, end) = ((alignment * 8 + 5) / 6, bytes.count * 8 / 6)
        return (first..<end).map { place in
            let bit = place * 6
            let high = UInt16(bytes[bit / 8]) << 8
            let low = bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0
            return alphabet[Int((high | low) >> UInt16(10 - bit % 8)) & 63]
        }
    }

    private static func percent(_ text: [UInt8], kept: Set<UInt8>) -> [UInt8] {
        text.flatMap { kept.contains($0) ? [$0] : [UInt8(ascii: "%")] + hexDigits($0) }
    }

    private static func hexDigits(_ byte: UInt8) -> [UInt8] {
        [byte >> 4, byte & 15].map { $0 < 10 ? 48 + $0 : 87 + $0 }
    }

    private static let alphanumeric = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let standardAlphabet = alphanumeric + Array("+/".utf8)
    private static let urlAlphabet = alphanumeric + Array("-_".utf8)
    /// What RFC 3986 leaves as it is; then `encodeURIComponent`, `encodeURI` and an HTML form.
    private static let unreserved = Set(alphanumeric + Array("-._~".utf8))
    private static let unreservedOfScripts = Set(alphanumeric + Array("-_.!~*'()".utf8))
    private static let unreservedOfAddresses = Set(alphanumeric + Array("-_.!~*'();,/?:@&=+$#".utf8))
    private static let unreservedOfForms = Set(alphanumeric + Array("*-._ ".utf8))
}

/// A capital letter of ASCII as a small one.
func lowercase(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 32 : byte }
