/// An ISO 4217 currency: three capital letters.
package struct Currency: TextField, Comparable, CustomStringConvertible {
    package let text: String
    package init?(text: String) {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (65...90).contains($0) }) else { return nil }
        self.text = text
    }
    /// Reads three capital letters; nil where they are anything else.
    package init?(ascii bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 3, bytes.allSatisfy({ (65...90).contains($0) }) else { return nil }
        text = String(decoding: bytes, as: UTF8.self)
    }
    package static let category = DataCategory.none
    package static let example = Currency.dollar
    package static let shape = Shape.text(pattern: "^[A-Z]{3}$")
    /// United States dollar.
    package static let dollar = Currency(unchecked: "USD")
    private init(unchecked text: String) { self.text = text }
    package var description: String { text }
    package static func < (left: Currency, right: Currency) -> Bool { left.text < right.text }
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
