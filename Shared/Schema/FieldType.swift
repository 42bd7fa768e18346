/// The kind of personal data that a field holds. Policy §1.
package enum DataCategory: String, Codable, Sendable, CaseIterable {
    /// Account information. Policy §4.1.
    case account
    /// Usage data. Policy §4.2.
    case usage
    /// Payment records. Policy §4.4.
    case payment
    /// Technical logs. Policy §4.5.
    case technical
    /// Consent and choices. Policy §5.
    case consent
    /// Rights requests. Policy §7–9.
    case request
    /// Not personal.
    case none
}

/// What a field of a message may be: a domain type that states its category, an example and its form in JSON.
/// A bare `String`, `Int64` or `Data` is none.
package protocol FieldType: Codable, Hashable, Sendable {
    /// The category of personal data in it.
    static var category: DataCategory { get }
    /// A value that the documents show.
    static var example: Self { get }
    /// Its form on the wire.
    static var shape: Shape { get }
}

/// The form of a field on the wire.
package enum Shape: Equatable, Sendable {
    /// A JSON string that fits an ECMA-262 pattern.
    case text(pattern: String)
    /// A JSON integer in a closed range.
    case integer(ClosedRange<Int64>)
    /// A 64-bit integer as a decimal string, because it may pass 2⁵³.
    case decimal(ClosedRange<Int64>)
    /// One of these names.
    case name([String])
    /// true or false.
    case boolean
}

/// A field that is written as a JSON string.
package protocol TextField: FieldType {
    /// Its text.
    var text: String { get }
    /// Reads the text; nil where it does not fit.
    init?(text: String)
}

extension TextField {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(text: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not of the form of \(Self.self)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// A field that is written as a JSON integer, or as a decimal string where it may pass 2⁵³.
package protocol IntegerField: FieldType, Comparable {
    /// The values it can have.
    static var range: ClosedRange<Int64> { get }
    /// Its value.
    var value: Int64 { get }
    /// Trusts a value that is in range.
    init(unchecked value: Int64)
}

extension IntegerField {
    /// Reads a value; nil where it is out of range.
    @inlinable package init?(_ value: Int64) {
        guard Self.range.contains(value) else { return nil }
        self.init(unchecked: value)
    }

    @inlinable package static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    /// True where the value is written as a decimal string.
    static var isDecimal: Bool { range.upperBound > 1 << 53 || range.lowerBound < -(1 << 53) }

    package static var shape: Shape { isDecimal ? .decimal(range) : .integer(range) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        var number: Int64?
        if Self.isDecimal {
            let text = try container.decode(String.self)
            number = Int64(text).flatMap { String($0) == text ? $0 : nil }
        } else {
            number = try container.decode(Int64.self)
        }
        guard let number, let value = Self(number) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "out of the range of \(Self.self)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if Self.isDecimal { try container.encode(String(value)) } else { try container.encode(value) }
    }
}

/// An enum that is written by name in JSON and numbered from 1, in the order of its cases, in protobuf.
package protocol NamedField: FieldType, CaseIterable, RawRepresentable where RawValue == String {}

extension NamedField {
    /// Its number in protobuf: from 1, in the order of the cases. (An enum without payload is its tag, a byte that
    /// counts the cases; a test holds it to that.)
    @inlinable package var number: Int { Int(unsafeBitCast(self, to: UInt8.self)) + 1 }

    /// The case of a number; nil where there is none.
    @inlinable package init?(number: UInt64) {
        guard number >= 1, number <= UInt64(Self.allCases.count) else { return nil }
        self = unsafeBitCast(UInt8(truncatingIfNeeded: number - 1), to: Self.self)
    }

    package static var category: DataCategory { .none }
    package static var shape: Shape { .name(allCases.map(\.rawValue)) }
}
