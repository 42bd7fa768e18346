import Engine
import Schema

/// Mailed codes: 40 random bits in Crockford's base 32, shown as `XXXX-XXXX`. Only a keyed hash of one is kept, bound
/// to its attempt, its purpose and the browser that asked.
struct Codes {
    let tx: Transaction

    /// A new code, without its hyphen.
    func draw() -> String { base32(tx.draw(5)) }

    /// The code as a mail shows it.
    static func shown(_ code: String) -> String { "\(code.prefix(4))-\(code.suffix(4))" }

    /// The code as it was drawn, from what a person typed.
    static func read(_ typed: String) -> String {
        var code = ""
        for character in typed.uppercased() {
            switch character {
            case "-", " ": continue
            case "O": code.append("0")
            case "I", "L": code.append("1")
            default: code.append(character)
            }
        }
        return code
    }

    /// What is kept of a code.
    func hash(
        _ code: String, of attempt: AttemptID, for purpose: ClaimPurpose, from browser: BrowserID
    ) throws -> Digest {
        try tx.hmac(.code, attempt.raw, Array(purpose.rawValue.utf8), browser.bytes, Array(code.utf8))
    }
}

/// Bytes in Crockford's base 32, whole groups of 5 bits, in capitals.
func base32(_ bytes: [UInt8]) -> String {
    let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    var text: [UInt8] = []
    var (word, bits): (UInt32, UInt32) = (0, 0)
    for byte in bytes {
        (word, bits) = (word << 8 | UInt32(byte), bits + 8)
        while bits >= 5 {
            bits -= 5
            text.append(alphabet[Int(word >> bits & 31)])
            word &= 1 << bits - 1
        }
    }
    return String(decoding: text, as: UTF8.self)
}
