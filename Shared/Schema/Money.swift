/// An ISO 4217 currency: three capital letters.
package struct Currency: TextField, Comparable, CustomStringConvertible {
    @usableFromInline let letters: Capitals
    package init?(text: String) {
        guard let letters = Capitals(text, count: 3) else { return nil }
        self.letters = letters
    }
    /// Reads three capital letters; nil where they are anything else.
    package init?(ascii bytes: UnsafeRawBufferPointer) {
        guard let letters = Capitals(bytes, count: 3) else { return nil }
        self.letters = letters
    }
    package var text: String { letters.text }
    package static let category = DataCategory.none
    package static let example = Currency.dollar
    package static let shape = Shape.text(pattern: "^[A-Z]{3}$")
    /// United States dollar.
    package static let dollar = Currency(letters: Capitals("U", "S", "D"))
    private init(letters: Capitals) { self.letters = letters }
    package var description: String { text }
    @inlinable package static func == (left: Currency, right: Currency) -> Bool { left.letters == right.letters }
    package static func < (left: Currency, right: Currency) -> Bool { left.letters < right.letters }
}

/// A few capital letters as one number, in their order: unlike a `String`, copying it counts no references.
@usableFromInline struct Capitals: Hashable, Comparable, Sendable {
    /// The letters, the last in the lowest byte.
    @usableFromInline let code: UInt32

    /// Nil where the bytes are anything else than so many capital letters.
    init?(_ bytes: UnsafeRawBufferPointer, count: Int) {
        guard bytes.count == count, bytes.allSatisfy({ (65...90).contains($0) }) else { return nil }
        code = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
    init?(_ text: String, count: Int) {
        var text = text
        guard let letters = text.withUTF8({ Capitals(UnsafeRawBufferPointer($0), count: count) }) else { return nil }
        self = letters
    }
    init(_ letters: Unicode.Scalar...) { code = letters.reduce(0) { $0 << 8 | $1.value } }

    var text: String {
        let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: code >> UInt32($0)) }
        return String(decoding: bytes.drop { $0 == 0 }, as: UTF8.self)
    }
    @inlinable static func == (left: Capitals, right: Capitals) -> Bool { left.code == right.code }
    @usableFromInline static func < (left: Capitals, right: Capitals) -> Bool { left.code < right.code }
}

/// Money in nano-units (10⁻⁹) of a currency, signed.
package struct NanoAmount: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range = Int64.min...Int64.max
    package static let category = DataCategory.payment
    package static let example = NanoAmount(unchecked: 20_000_000_000)
}

/// The part of an amount below a nano-unit, in millionths of one: an exact amount is nano + millionths / 10⁶.
package struct Millionths: IntegerField {
    package let value: Int64
    @inlinable package init(unchecked value: Int64) { self.value = value }
    package static let range: ClosedRange<Int64> = 0...999_999
    package static let category = DataCategory.payment
    package static let example = Millionths(unchecked: 250_000)
}

/// An exact amount of money, to 10⁻¹⁵ of a unit: what a price times a count gives, and sums of that.
package struct ExactAmount: Equatable, Sendable {
    /// Millionths of a nano-unit.
    package let femto: Int128

    @inlinable package init(femto: Int128) { self.femto = femto }
    @inlinable package init(nano: Int64, millionths: Int64) {
        femto = Int128(nano) * 1_000_000 + Int128(millionths)
    }
    /// A price in nano-units per 10⁶ units, times a count of units.
    @inlinable package init(price: Int64, count: Int64) { femto = Int128(price) * Int128(count) }
    package static let zero = ExactAmount(femto: 0)

    /// The whole nano-units, rounded down; nil where they do not fit in 64 bits.
    @inlinable package var nano: Int64? {
        let quotient = femto / 1_000_000
        return Int64(exactly: femto % 1_000_000 < 0 ? quotient - 1 : quotient)
    }
    /// What is left above the whole nano-units: 0 to 999,999 millionths.
    @inlinable package var millionths: Int64 {
        let rest = Int64(truncatingIfNeeded: femto % 1_000_000)
        return rest < 0 ? rest + 1_000_000 : rest
    }
    @inlinable package static func + (left: ExactAmount, right: ExactAmount) -> ExactAmount {
        ExactAmount(femto: left.femto + right.femto)
    }
}
