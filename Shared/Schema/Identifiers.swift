/// A 128-bit identifier: 36 lowercase characters as text (RFC 9562), 16 bytes elsewhere.
package protocol Identifier: TextField, Comparable, CustomStringConvertible {
    /// The first eight bytes, big-endian.
    var high: UInt64 { get }
    /// The last eight bytes, big-endian.
    var low: UInt64 { get }
    /// Makes it from its two halves.
    init(high: UInt64, low: UInt64)
}

extension Identifier {
    /// Reads 36 lowercase characters; nil where they are anything else.
    @inlinable package init?(ascii bytes: UnsafeRawBufferPointer) {
        guard let halves = parseUUID(bytes) else { return nil }
        self.init(high: halves.0, low: halves.1)
    }

    /// Reads 16 bytes; nil where there are more or fewer.
    @inlinable package init?(raw bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    package init?(text: String) {
        var text = text
        let halves = text.withUTF8 { parseUUID(UnsafeRawBufferPointer($0)) }
        guard let halves else { return nil }
        self.init(high: halves.0, low: halves.1)
    }

    /// 36 lowercase characters.
    package var text: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var at = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[at] = UInt8(ascii: "-")
                    at += 1
                }
                let half = index < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (index & 15))) & 15
                buffer[at] = nibble < 10 ? 48 + nibble : 87 + nibble
                at += 1
            }
            return 36
        }
    }

    /// The 16 bytes.
    package var raw: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            count = 16
        }
    }

    package var description: String { text }

    @inlinable package static func < (left: Self, right: Self) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

    package static var shape: Shape {
        .text(pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
    }
}

/// The two halves of a UUID from its 36 lowercase characters; nil where they are anything else.
@usableFromInline func parseUUID(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64)? {
    guard bytes.count == 36, bytes[8] == 45, bytes[13] == 45, bytes[18] == 45, bytes[23] == 45 else { return nil }
    var bad: UInt64 = 0
    /// Eight hexadecimal characters at once: each byte becomes a nibble, then the nibbles are packed.
    func eight(_ word: UInt64) -> UInt64 {
        let high = word & 0x4040_4040_4040_4040  // a letter
        let letters = high >> 6
        let nibbles = (word & 0x0F0F_0F0F_0F0F_0F0F) &+ letters &* 9
        // what the nibbles stand for must give the same characters back: anything else was not lowercase hexadecimal
        let isLetter = ((nibbles &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        let again = (nibbles | 0x3030_3030_3030_3030) &+ isLetter &* 0x27
        bad |= (nibbles & 0xF0F0_F0F0_F0F0_F0F0) | (again ^ word)
        var packed = nibbles.byteSwapped
        packed = (packed | packed >> 4) & 0x00FF_00FF_00FF_00FF
        packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
        return (packed | packed >> 16) & 0xFFFF_FFFF
    }
    func load(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    func four(_ a: Int, _ b: Int) -> UInt64 {
        UInt64(bytes.loadUnaligned(fromByteOffset: a, as: UInt32.self))
            | UInt64(bytes.loadUnaligned(fromByteOffset: b, as: UInt32.self)) << 32
    }
    let first = eight(load(0))
    let second = eight(four(9, 14))
    let third = eight(four(19, 24))
    let fourth = eight(load(28))
    return bad == 0 ? (first << 32 | second, third << 32 | fourth) : nil
}

/// Who pays: the key of usage and money. A random UUID, a pseudonym.
package struct AccountID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.usage
    package static let example = AccountID(high: 0x5f0c_7a1e_8d6b_4c2f, low: 0x9a3e_1b7d_4c5f_6021)
}

/// One call, derived by the gateway from the logical call: a repetition carries the same.
package struct CallID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.usage
    package static let example = CallID(high: 0x0190_f3c2_7b1a_7e44, low: 0x8c1d_2e3f_4a5b_6c7d)
}

/// The API key that a call was made with.
package struct APIKeyID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.usage
    package static let example = APIKeyID(high: 0x7d9e_2b4c_1f3a_4d5e, low: 0xb6c7_d8e9_f0a1_b2c3)
}

/// A payment, as its provider or an operator names it; its effect happens once for the ledger's life.
package struct PaymentID: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.payment
    package static let example = PaymentID(high: 0x3c4d_5e6f_7081_4293, low: 0xa4b5_c6d7_e8f9_0a1b)
}

/// One life of a store's file: random, replaced when the file is restored.
package struct Incarnation: Identifier {
    package let high: UInt64
    package let low: UInt64
    @inlinable package init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    package static let category = DataCategory.none
    package static let example = Incarnation(high: 0x1122_3344_5566_4788, low: 0x99aa_bbcc_ddee_ff00)
}
