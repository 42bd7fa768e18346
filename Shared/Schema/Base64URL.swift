/// Base64url without padding (RFC 4648 §5): how bytes stand in JSON.
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Bytes as text.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var at = 0
        while at < bytes.count {
            let left = min(3, bytes.count - at)
            var word = UInt32(bytes[at]) << 16
            if left > 1 { word |= UInt32(bytes[at + 1]) << 8 }
            if left > 2 { word |= UInt32(bytes[at + 2]) }
            for index in 0...left { text.append(alphabet[Int(word >> UInt32(18 - 6 * index)) & 63]) }
            at += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Text as bytes; nil where it is not the one form that `encode` gives.
    package static func decode(_ text: String) -> [UInt8]? {
        let count = text.utf8.count
        guard count % 4 != 1 else { return nil }
        var text = text
        var (word, bits, isRight): (UInt32, UInt32, Bool) = (0, 0, true)
        let bytes = [UInt8](unsafeUninitializedCapacity: count * 3 / 4) { bytes, length in
            text.withUTF8 { utf8 in
                for character in utf8 {
                    let value = values[Int(character)]
                    isRight = isRight && value < 64
                    (word, bits) = (word << 6 | UInt32(value & 63), bits + 6)
                    if bits >= 8 {
                        bits -= 8
                        bytes[length] = UInt8(truncatingIfNeeded: word >> bits)
                        length += 1
                        word &= 1 << bits - 1
                    }
                }
            }
        }
        return isRight && word == 0 ? bytes : nil
    }

    /// What each byte stands for; 64: none of the alphabet.
    private static let values: [UInt8] = (0...255).map { byte in
        alphabet.firstIndex(of: byte).map { UInt8($0) } ?? 64
    }
}

/// A field that is bytes: base64url in JSON.
package protocol BytesField: TextField {
    /// How many bytes it may have.
    static var lengths: ClosedRange<Int> { get }
    var bytes: [UInt8] { get }
    init(unchecked bytes: [UInt8])
}

extension BytesField {
    package init?(bytes: [UInt8]) {
        guard Self.lengths.contains(bytes.count) else { return nil }
        self.init(unchecked: bytes)
    }
    package init?(text: String) {
        guard let bytes = Base64URL.decode(text) else { return nil }
        self.init(bytes: bytes)
    }
    package var text: String { Base64URL.encode(bytes) }
    package static var shape: Shape {
        .text(
            pattern: "^[A-Za-z0-9_-]{\((lengths.lowerBound * 4 + 2) / 3),\((lengths.upperBound * 4 + 2) / 3)}$")
    }
}
