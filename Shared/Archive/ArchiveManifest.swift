import FoundationEssentials
import Schema
import Seal

/// What is in an archive, signed. The key to verify it with is in it: whether to believe that key is its reader's
/// affair, who may compare it with the one that the service publishes.
package struct ArchiveManifest: Codable, Equatable, Sendable {
    /// A file of the archive; `manifest.json` and `manifest.sig` are not listed.
    package struct Entry: Codable, Equatable, Sendable {
        package var name: String
        package var bytes: Int64
        /// Rows of data; nil: it is none.
        package var rows: Int64?
        /// In hexadecimal digits.
        package var sha256: String
    }

    /// Of this form: 1.
    package var version = 1
    package var request: String
    package var account: String
    /// RFC 3339, UTC, whole seconds.
    package var madeAt: String
    /// The service that made it.
    package var madeBy: String
    /// The public Ed25519 key that `manifest.sig` is verified with, base64url.
    package var publicKey: String
    package var entries: [Entry]

    static let type = "troth.archive.v1"
    /// What the signature's topic is: none has this name.
    static let place = "troth.archive"
    static let name = "manifest.json"
    static let signatureName = "manifest.sig"

    /// Its JSON, names in order.
    func json() throws -> [UInt8] { try ArchiveJSON.bytes(self) }

    /// The signature's file: the 73 bytes of SECURITY.md's signature header in base64url.
    func signature(of json: [UInt8], by key: SigningKey) throws -> [UInt8] {
        Array("\(Base64URL.encode(try Signature.sign(fields(json), with: key)))\n".utf8)
    }

    /// Reads a manifest and checks its signature with the key that it names. Throws `refused`.
    static func read(_ json: [UInt8], signature: [UInt8]) throws(ArchiveError) -> ArchiveManifest {
        guard let manifest = try? JSONDecoder().decode(ArchiveManifest.self, from: Data(json)), manifest.version == 1,
            Instant(rfc3339: manifest.madeAt) != nil, let key = Base64URL.decode(manifest.publicKey)
        else { throw .refused(reason: "has a manifest of another form") }
        let text = String(decoding: signature, as: UTF8.self)
        guard text.last == "\n", let header = Base64URL.decode(String(text.dropLast())),
            (try? Signature.verify(header, of: manifest.fields(json), by: key)) != nil
        else { throw .refused(reason: "has a manifest that its signature is not of") }
        return manifest
    }

    private func fields(_ json: [UInt8]) -> SignedFields {
        SignedFields(
            topic: Self.place, partition: 0, key: [], type: Self.type, source: madeBy, id: request,
            time: Instant(rfc3339: madeAt)?.value ?? 0, link: [], value: json)
    }
}

/// The one way in which JSON of an archive is written.
enum ArchiveJSON {
    static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return Array(try encoder.encode(value)) + [10]
    }

    /// A text in quotes.
    static func text(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }
}

extension [UInt8] {
    /// In hexadecimal digits.
    var hexadecimal: String {
        reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
