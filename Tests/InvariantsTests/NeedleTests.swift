import Foundation
import Invariants
import Testing

/// A needle is found in each form, wherever it lies, and nowhere else.
struct NeedleTests {
    private static let needle = "canary-7f3a-91 said: meet me at 5 & bring <it>?\u{e9}~"
    private static let scanner = Needles([Array(needle.utf8)]).map(NeedleScanner.init)

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    /// The needle as Foundation writes it, `lead` bytes into a stream of base64.
    private static func base64(_ lead: Int, _ tail: Int) -> String {
        Data([UInt8](repeating: 0x5a, count: lead) + Array(needle.utf8) + [UInt8](repeating: 0xff, count: tail))
            .base64EncodedString()
    }

    private static func percent(_ kept: CharacterSet) throws -> String {
        try #require(needle.addingPercentEncoding(withAllowedCharacters: kept))
    }

    private static func forms() throws -> [(Needles.Form, String)] {
        let hex = needle.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        var forms: [(Needles.Form, String)] = [
            (.raw, needle), (.raw, needle.uppercased().replacing("É", with: "\u{e9}")),
            (.hex, hex), (.hex, hex.uppercased()),
            (.percent, try percent(unreserved)), (.percent, try percent(unreserved).lowercased()),
            (.percent, needle.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()),
            (.percent, try percent(unreserved).replacing("%20", with: "+").replacing("~", with: "%7E")),
        ]
        for lead in 0..<6 {
            for tail in 0..<3 {
                let text = base64(lead, tail)
                forms.append((.base64, text))
                let other = text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
                forms.append((.base64, other))
            }
        }
        return forms
    }

    @Test func `a needle is found in each form at each place across a window's border`() throws {
        let scanner = try #require(Self.scanner)
        for (form, text) in try Self.forms() {
            for lead in 0...text.utf8.count + 1 {
                var bytes = [UInt8](repeating: 0x2e, count: 300 - lead)
                bytes += Array(text.utf8) + [UInt8](repeating: 0x2e, count: 300)
                var hits: [NeedleScanner.Hit] = []
                var stream = NeedleStream(scanner)
                for window in [bytes[..<300], bytes[300...]] {
                    Array(window).withUnsafeBytes { stream.feed($0) { hits.append($0) } }
                }
                #expect(hits.count == 1, "\(form) \(text) \(lead)")
                #expect(hits.first?.form == form)
                let found = Int(hits.first?.offset ?? -1) - (300 - lead)
                #expect(form == .base64 ? (0...11).contains(found) : found == 0)
            }
        }
    }

    @Test func `windows of any size find the same`() throws {
        let scanner = try #require(Self.scanner)
        let bytes = Array((String(repeating: "canary-7f3a", count: 9) + Self.needle + "x" + Self.needle).utf8)
        for size in 1...60 {
            var offsets: [Int64] = []
            var stream = NeedleStream(scanner)
            for start in stride(from: 0, to: bytes.count, by: size) {
                Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes { window in
                    stream.feed(window) { offsets.append($0.offset) }
                }
            }
            #expect(offsets == [99, 99 + Int64(Self.needle.utf8.count) + 1])
        }
    }

    @Test func `nothing is found in random bytes`() throws {
        let texts = (0..<50).map { Array("canary-\($0 * 7_919)-xyz \($0)".utf8) }
        let scanner = NeedleScanner(try #require(Needles(texts)))
        var random = SystemRandomNumberGenerator()
        let words = (0..<1 << 20).map { _ in random.next() }
        words.withUnsafeBytes { bytes in
            scanner.scan(bytes) { hit in Issue.record("\(hit)") }
        }
    }

    @Test func `one changed byte hides a needle`() throws {
        let scanner = try #require(Self.scanner)
        for (_, text) in try Self.forms() {
            var bytes = Array(text.utf8)
            let place = bytes.count / 2
            bytes[place] = bytes[place] == UInt8(ascii: "!") ? UInt8(ascii: "|") : UInt8(ascii: "!")
            bytes.withUnsafeBytes { scanner.scan($0) { hit in Issue.record("\(hit) in \(text)") } }
        }
    }

    @Test func `each of many needles is found by its number`() throws {
        let texts = (0..<60).map { Array("needle number \($0) of sixty".utf8) }
        let scanner = NeedleScanner(try #require(Needles(texts)))
        for (index, text) in texts.enumerated() {
            var found: [Int] = []
            (Array("padding".utf8) + text).withUnsafeBytes { scanner.scan($0) { found.append($0.needle) } }
            #expect(found == [index + 1])
        }
    }

    @Test func `a needle that is too short is refused, and lines are needles`() {
        #expect(Needles([Array("short".utf8)]) == nil)
        #expect(Needles.lines(of: Array("first\r\n\nsecond".utf8)) == [Array("first".utf8), Array("second".utf8)])
    }
}
