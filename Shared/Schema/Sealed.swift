/// Personal data under its person's key of its category: SECURITY.md, Keys. Only `Shared/Engine` seals and opens.
package struct Sealed<P: Personal>: BytesField, CustomStringConvertible {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    /// 52 bytes around the text, which is padded to a multiple of 32.
    package static var lengths: ClosedRange<Int> { 84...(52 + (P.bytesMax / 32 + 1) * 32) }
    package static var category: DataCategory { P.category }
    package static var example: Sealed<P> { Sealed(unchecked: [1] + Array(repeating: 0, count: 83)) }
    package var description: String { "[\(P.category)]" }
}

/// Personal data boxed to an owner's intake key, or to an asker's: HPKE (RFC 9180). SECURITY.md, Keys.
package struct Boxed<P: Personal>: BytesField, CustomStringConvertible {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    /// 65 bytes around the text, which is padded to a multiple of 32; 52 where a service sealed it for itself.
    package static var lengths: ClosedRange<Int> { 84...(65 + (P.bytesMax / 32 + 1) * 32) }
    package static var category: DataCategory { P.category }
    package static var example: Boxed<P> { Boxed(unchecked: [1] + Array(repeating: 0, count: 96)) }
    package var description: String { "[\(P.category)]" }
}

/// A key under another key: SECURITY.md, Keys. 76 bytes.
package struct WrappedKeyBytes: BytesField {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    package static let lengths = 76...76
    package static let category = DataCategory.none
    package static let example = WrappedKeyBytes(unchecked: [1] + Array(repeating: 0, count: 75))
}

/// A public X25519 key: 32 bytes.
package struct PublicKey: BytesField {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    package static let lengths = 32...32
    package static let category = DataCategory.none
    package static let example = PublicKey(unchecked: Array(repeating: 9, count: 32))
}

/// A SHA-256 or an HMAC-SHA-256: 32 bytes.
package struct Digest: BytesField {
    package let bytes: [UInt8]
    package init(unchecked bytes: [UInt8]) { self.bytes = bytes }
    package static let lengths = 32...32
    package static let category = DataCategory.none
    package static let example = Digest(unchecked: Array(repeating: 7, count: 32))
}

/// The key that data of one category is sealed with.
package enum KeyCategory: String, NamedField {
    case account, payment, technical, consent, request
    package static let example = KeyCategory.account
    /// Its number in sealed bytes.
    package var sealNumber: UInt8 {
        switch self {
        case .account: 1
        case .payment: 3
        case .technical: 4
        case .consent: 5
        case .request: 6
        }
    }
    /// The key of a category; usage has none: it hangs on pseudonyms.
    package init?(_ category: DataCategory) { self.init(rawValue: category.rawValue) }
}

/// True or false.
package struct Flag: FieldType {
    package let value: Bool
    package init(_ value: Bool) { self.value = value }
    package static let category = DataCategory.none
    package static let example = Flag(true)
    package static let shape = Shape.boolean
    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Bool.self)
    }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
