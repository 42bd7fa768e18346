import Foundation
import Seal
import Testing

/// One entry of vectors.json: a kind, a name, inputs and outputs.
struct Vector: CustomTestStringConvertible, Sendable {
    let kind: String
    let name: String
    private let texts: [String: String]
    private let numbers: [String: Int]

    init?(_ object: [String: Any]) {
        guard let kind = object["kind"] as? String, let name = object["name"] as? String else { return nil }
        (self.kind, self.name) = (kind, name)
        (texts, numbers) = (object.compactMapValues { $0 as? String }, object.compactMapValues { $0 as? Int })
    }

    var testDescription: String { "\(kind) \(name)" }
    /// A value that is text.
    func text(_ key: String) -> String { texts[key] ?? "" }
    /// A value that is hexadecimal.
    func bytes(_ key: String) -> [UInt8] { [UInt8](hexadecimal: text(key)) }
    /// A value that is a number.
    func number<Number: FixedWidthInteger>(_ key: String) -> Number { Number(numbers[key] ?? -1) }
    /// A value that is a secret.
    func secret(_ key: String) throws -> SecretKey { try SecretKey(copying: bytes(key)) }

    /// Those of vectors.json of some kind.
    static func of(_ kind: String) -> [Vector] { all.filter { $0.kind == kind } }

    static let all: [Vector] = {
        guard let data = try? Data(contentsOf: folder.appending(path: "vectors.json")),
            let objects = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
        else { return [] }
        return objects.compactMap(Vector.init)
    }()
}

/// The Python that has cryptography, where TROTH_PYTHON names one.
let python = ProcessInfo.processInfo.environment["TROTH_PYTHON"]

/// Where the vectors and the script are.
let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

extension [UInt8] {
    init(hexadecimal text: String) {
        let digits = text.utf8.map { $0 < 0x40 ? $0 - 0x30 : $0 - 0x57 }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
    var hexadecimal: String { map { String(format: "%02x", $0) }.joined() }
    /// The same with one byte changed.
    func flipped(_ index: Int, by mask: UInt8 = 1) -> [UInt8] {
        var result = self
        result[index] ^= mask
        return result
    }
}

extension SecretKey {
    convenience init(copying bytes: [UInt8]) throws(SealError) { self.init(try SecretBytes(copying: bytes)) }
    /// Whether both hold the same bytes.
    func equals(_ other: SecretKey) -> Bool { bytes.equals(other.bytes) }
    /// The secret's bytes, for comparison.
    var exposed: [UInt8] { bytes.withBytes { span in span.withUnsafeBytes { Array($0) } } }
}

/// What a call is refused with; nil where it succeeds.
func refusal<Result>(_ call: () throws(SealError) -> Result) -> SealError? {
    do throws(SealError) {
        _ = try call()
        return nil
    } catch {
        return error
    }
}

/// Bytes that look random and are the same each time: SplitMix64.
struct Seeded {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
    mutating func secret() throws -> SecretKey { try SecretKey(copying: bytes(32)) }
    mutating func number<Number: FixedWidthInteger>() -> Number { Number(truncatingIfNeeded: next()) }
    mutating func text() -> String { String(bytes(Int(next() % 24)).map { Character(Unicode.Scalar(97 + $0 % 26)) }) }
}
