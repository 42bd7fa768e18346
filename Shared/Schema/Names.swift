/// A name that a gateway or an operator chose: `[A-Za-z0-9][A-Za-z0-9._:/@-]{0,95}`.
package protocol Name: TextField, CustomStringConvertible, Comparable {
    /// Trusts a text that fits the grammar.
    init(unchecked text: String)
}

extension Name {
    package init?(text: String) {
        var text = text
        guard text.withUTF8({ isName(UnsafeRawBufferPointer($0)) }) else { return nil }
        self.init(unchecked: text)
    }
    /// Reads a name from its bytes; nil where they do not fit the grammar.
    @inlinable package init?(ascii bytes: UnsafeRawBufferPointer) {
        guard isName(bytes) else { return nil }
        self.init(unchecked: String(decoding: bytes, as: UTF8.self))
    }
    package static var category: DataCategory { .none }
    package static var shape: Shape { .text(pattern: "^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,95}$") }
    package var description: String { text }
    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// True where the bytes fit the grammar of names.
package func isName(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 1, bytes.count <= 96, bytes[0] != 95, (48...122).contains(bytes[0]) else { return false }
    guard bytes[0] != 58, bytes[0] != 64 else { return false }
    for byte in bytes where !isInName(byte) { return false }
    return true
}

/// True for `[A-Za-z0-9._:/@-]`, from two words with a bit for each character: half the time of a `switch`.
private func isInName(_ byte: UInt8) -> Bool {
    let digits: UInt64 = 0x07ff_e000_0000_0000  // - . / 0…9 :
    let letters: UInt64 = 0x07ff_fffe_87ff_ffff  // @ A…Z _ a…z
    return (byte < 64 ? digits : byte < 128 ? letters : 0) >> UInt64(byte & 63) & 1 != 0
}

/// A model, as its upstream names it.
package struct ModelName: Name {
    package let text: String
    @inlinable package init(unchecked text: String) { self.text = text }
    package static let example = ModelName(unchecked: "gpt-4o-mini")
}

/// An upstream: a place that calls are forwarded to, by its name in the register. Policy §10.2.
package struct UpstreamName: Name {
    package let text: String
    @inlinable package init(unchecked text: String) { self.text = text }
    package static let example = UpstreamName(unchecked: "openai-us")
}

/// The company behind an upstream.
package struct ProviderName: Name {
    package let text: String
    @inlinable package init(unchecked text: String) { self.text = text }
    package static let example = ProviderName(unchecked: "openai")
}

/// A region of an upstream.
package struct RegionName: Name {
    package let text: String
    @inlinable package init(unchecked text: String) { self.text = text }
    package static let example = RegionName(unchecked: "us-east-1")
}

/// A text that an operator wrote about a source, an agreement or a reason: one line, at most 200 bytes.
package struct Remark: TextField {
    package let text: String
    package init?(text: String) {
        guard (1...200).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else { return nil }
        self.text = text
    }
    package static let category = DataCategory.none
    package static let example = Remark(text: "price list of 2026-11-01") ?? Remark()
    package static let shape = Shape.text(pattern: "^[^\\u0000-\\u001f\\u007f]{1,200}$")
    private init() { text = "-" }
}

/// A country by its ISO 3166-1 code: two capital letters.
package struct Country: TextField, Comparable {
    @usableFromInline let letters: Capitals
    package init?(text: String) {
        guard let letters = Capitals(text, count: 2) else { return nil }
        self.letters = letters
    }
    package var text: String { letters.text }
    package static let category = DataCategory.none
    package static let example = Country()
    package static let shape = Shape.text(pattern: "^[A-Z]{2}$")
    private init() { letters = Capitals("S", "G") }
    @inlinable package static func == (left: Country, right: Country) -> Bool { left.letters == right.letters }
    package static func < (left: Country, right: Country) -> Bool { left.letters < right.letters }
}
