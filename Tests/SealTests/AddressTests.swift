import Seal
import Testing

/// The corpus of addresses: SECURITY.md, Address normalisation, and the row "address" of Bad input.
@Suite struct AddressTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    private static let local64 = String(repeating: "a", count: 64)
    /// A domain of `count` octets, in labels of at most 63.
    private static func domain(_ count: Int) -> String {
        let labels = (0..<count).map { $0 % 64 == 63 ? "." : "b" }.joined()
        return labels
    }

    @Test(arguments: [
        ("ada@example.org", "ada@example.org"),
        ("Ada.Lovelace+News@EXAMPLE.Org", "ada.lovelace+news@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
        ("ada@bu\u{308}cher.example", "ada@xn--bcher-kva.example"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@\u{212A}elvin.example", "ada@kelvin.example"),
        ("ada@ｅｘａｍｐｌｅ。org", "ada@example.org"),
        ("ada@\u{130}stanbul.example", "ada@xn--istanbul-o0e.example"),
        ("ada@d\u{131}yar.example", "ada@xn--dyar-lza.example"),
        ("ada@localhost", "ada@localhost"),
        ("a!#$%&'*+-/=?^_`{|}~z@example.org", "a!#$%&'*+-/=?^_`{|}~z@example.org"),
        ("ada@3com.example", "ada@3com.example"),
        ("0@0.example", "0@0.example"),
    ])
    func `an address has one form`(_ typed: String, _ form: String) throws {
        let address = try NormalisedAddress(typed)
        #expect(Self.text(address.bytes) == form)
        #expect(try NormalisedAddress(address.bytes) == address)
    }

    @Test(
        arguments: [
            ("", .at), ("ada", .at), ("ada@", .length), ("@example.org", .length), ("a@b@c", .at),
            ("ada@example.org@", .at),
            ("\"a b\"@c", .character), ("a b@example.org", .character), (" ada@example.org", .character),
            ("ada@example.org ", .character), ("ada@exam ple.org", .character),
            ("ada(comment)@example.org", .character),
            ("<ada@example.org>", .character), ("Ada <ada@example.org>", .character),
            ("@relay.example,@other.example:ada@example.org", .character), ("a@[127.0.0.1]", .character),
            ("a@[IPv6:::1]", .character), ("a@127.0.0.1", .literal), ("a@1", .literal),
            ("ada@example.org\r\nRCPT TO:<eve@example.org>", .character), ("ada@example.org\n", .character),
            ("ada\u{0}@example.org", .character), ("ada@example\u{0}.org", .character),
            ("ada\u{7F}@example.org", .character),
            ("ada;eve@example.org", .character), ("ada\\@example.org", .character), ("\tada@example.org", .character),
            (".ada@example.org", .local), ("ada.@example.org", .local), ("a..b@example.org", .local),
            ("\u{212A}@example.org", .local), ("\u{131}da@example.org", .local), ("straße@example.org", .local),
            ("ada\u{85}@example.org", .local), ("\u{202E}ada@example.org", .local), ("ａda@example.org", .local),
            ("ada@example.org.", .domain), ("ada@example.org。", .domain), ("ada@.example.org", .domain),
            ("ada@example..org", .domain), ("ada@-example.org", .domain), ("ada@example-.org", .domain),
            ("ada@under_score.example", .domain), ("ada@example.org\u{202E}", .domain),
            ("ada@exa\u{85}mple.org", .domain),
            ("ada@eve＠example.org", .domain), ("ada@［127.0.0.1］", .domain), ("ada@example.org／x", .domain),
            ("ada@\u{3000}example.org", .domain), ("ada@xn--.example", .domain), ("ada@xn--a.example", .domain),
            ("ada@１２７。0。0。1", .literal), ("ada@exa%6dple.org", .domain), ("ada@example.org?subject=x", .domain),
        ] as [(String, AddressRefusal)])
    func `an address that is no claim is refused, and why`(_ typed: String, _ why: AddressRefusal) {
        #expect(refusal { () throws(SealError) in try NormalisedAddress(typed) } == .addressRefused(why))
    }

    @Test func `the local part has 64 octets at most, and all of it 254`() {
        func taken(_ typed: String) -> SealError? {
            refusal { () throws(SealError) in try NormalisedAddress(typed) }
        }
        let tooLong = SealError.addressRefused(.length)
        #expect(taken("\(Self.local64)@example.org") == nil)
        #expect(taken("\(Self.local64)a@example.org") == tooLong)
        #expect(taken("\(Self.local64)@\(Self.domain(189))") == nil)
        #expect(taken("\(Self.local64)@\(Self.domain(190))") == tooLong)
        #expect(taken("a@\(String(repeating: "b", count: 63)).example") == nil)
        #expect(taken("a@\(String(repeating: "b", count: 64)).example") == tooLong)
        // 254 octets as typed are more as A-labels
        func wide(_ labels: Int) -> String { "a@" + Array(repeating: "ü", count: labels).joined(separator: ".") }
        #expect(wide(60).utf8.count <= 254)
        #expect(taken(wide(25)) == nil)
        #expect(taken(wide(60)) == tooLong)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        for bad in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]] {
            let domain = Array("ada@ex".utf8) + bad + Array("ample.org".utf8)
            #expect(refusal { () throws(SealError) in try NormalisedAddress(domain) } == .addressRefused(.domain))
            let local = bad + Array("ada@example.org".utf8)
            #expect(refusal { () throws(SealError) in try NormalisedAddress(local) } == .addressRefused(.local))
        }
    }

    @Test func `names that look alike are two claims`() throws {
        let (latin, mixed) = (try NormalisedAddress("ada@paypal.example"), try NormalisedAddress("ada@pаypal.example"))
        #expect(latin != mixed)
        #expect(try NormalisedAddress("a.d.a@example.org") != NormalisedAddress("ada@example.org"))
        #expect(try NormalisedAddress("ada+x@example.org") != NormalisedAddress("ada@example.org"))
    }

    @Test(arguments: [
        ("ada+news@example.org", "ada@example.org"), ("ada+a+b@example.org", "ada@example.org"),
        ("ada@example.org", "ada@example.org"), ("+ada@example.org", "+ada@example.org"),
        ("ada+@b.example", "ada@b.example"),
    ])
    func `the key of limits has no plus tag`(_ typed: String, _ key: String) throws {
        #expect(Self.text(try NormalisedAddress(typed).rateKey) == key)
    }

    @Test func `as text an address is its category, and no error holds one`() throws {
        let address = try NormalisedAddress("ada@example.org")
        var dumped = ""
        dump(address, to: &dumped)
        #expect("\(address)" == "[account]")
        #expect(String(reflecting: address) == "[account]")
        #expect(!dumped.contains("97"))
        for why in AddressRefusal.allCases {
            let text = "\(SealError.addressRefused(why))"
            #expect(text.contains(": ") && !text.contains("example"))
        }
    }

    @Test func `no bytes whatever stop the normalisation`() {
        var random = Seeded(4)
        let pieces = ["a", "@", ".", "-", "xn--", "ü", "ß", "\u{200D}", "\u{5D0}", "1", "。", "\u{AD}", "+", "\u{301}"]
        for _ in 0..<20_000 {
            let typed = (0..<(random.next() % 12)).map { _ in pieces[Int(random.next() % 14)] }.joined()
            guard let once = try? NormalisedAddress("a@" + typed) else { continue }
            #expect((try? NormalisedAddress(once.bytes)) == once, "\(typed)")
            #expect(once.bytes.allSatisfy { $0 < 0x80 } && once.bytes.count <= 254)
        }
        for _ in 0..<20_000 { _ = try? NormalisedAddress(random.bytes(Int(random.next() % 40))) }
    }
}
