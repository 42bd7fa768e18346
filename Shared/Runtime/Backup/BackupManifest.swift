package import Engine
import FoundationEssentials
package import Schema
import Seal

/// What a backup of one file is: signed by its service, readable by everybody, without anything about a person.
///
/// A file of two lines: JSON with its names in order, and the signature (SECURITY.md: signature header) in base64url.
package struct BackupManifest: Codable, Equatable, Sendable {
    /// Of this form: 1.
    package var version = 1
    /// The backup's name: when it was made, and 8 random bytes.
    package var backup: String
    /// RFC 3339, UTC.
    package var madeAt: String
    /// The country that the backup lies in. Policy §10.1.
    package var country: String
    /// The version of the program that made it.
    package var program: String
    /// What the file said of itself.
    package var file: BackupFile.Facts
    /// The rows of each table.
    package var rows: [String: Int64]
    /// Of the file's content, and of the stream that it is sealed in.
    package var contentBytes: Int64
    package var contentSHA256: String
    package var streamBytes: Int64
    package var streamSHA256: String
    /// The file key in a box to the backup key, base64url.
    package var fileKey: String

    /// What the form is called.
    static let type = "troth.backup.v1"
    /// Where signature and box belong: no topic has this name.
    static let place = "troth.backup"

    /// When it was made. Nil: the text is none of ours.
    package var time: Instant? { Instant(rfc3339: madeAt) }

    /// The place of the box with the file key.
    var boxContext: BoxContext { Self.boxContext(file.service, file.partition, backup) }
    /// What binds the stream to this backup.
    var streamContext: [UInt8] { Self.streamContext(file.service, file.partition, backup) }

    static func boxContext(_ service: String, _ partition: Int32, _ backup: String) -> BoxContext {
        BoxContext(
            owner: "backup", topic: place, type: type, source: "\(service)/\(partition)", id: backup, recordKey: [],
            fieldID: 0)
    }

    static func streamContext(_ service: String, _ partition: Int32, _ backup: String) -> [UInt8] {
        Array("\(service)/\(partition)/\(backup)".utf8)
    }

    /// The file, signed.
    func signed(by key: SigningKey) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = Array(try encoder.encode(self))
        let signature = try Signature.sign(try fields(json), with: key)
        return json + Array("\n\(Base64URL.encode(signature))\n".utf8)
    }

    /// Reads a manifest and checks that a trusted key of its service has signed it. `trusted`: the public keys of each
    /// service. Throws `file`, `manifest`, `unsigned` or `country`.
    package static func read(_ path: String, trusted: [String: [[UInt8]]]) throws(BackupError) -> BackupManifest {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try readFile(path, limit: Limits.manifestBytes)
        } catch {
            throw .file(path: path, reason: error.reason)
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty,
            let signature = Base64URL.decode(String(decoding: lines[1], as: UTF8.self)),
            let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(lines[0])), manifest.version == 1,
            manifest.time != nil
        else { throw .manifest(path: path, reason: "its form is another") }
        try manifest.check(signature, of: Array(lines[0]), path, trusted)
        guard manifest.country == "SG" else { throw .country(manifest.country) }
        return manifest
    }

    private func check(
        _ signature: [UInt8], of json: [UInt8], _ path: String, _ trusted: [String: [[UInt8]]]
    ) throws(BackupError) {
        for key in trusted[file.service] ?? [] {
            do {
                try Signature.verify(signature, of: try fields(json), by: key)
                return
            } catch {
                continue  // another of its keys may be the one
            }
        }
        throw .unsigned(path: path, service: file.service)
    }

    private func fields(_ json: [UInt8]) throws -> SignedFields {
        SignedFields(
            topic: Self.place, partition: UInt32(file.partition), key: [], type: Self.type, source: file.service,
            id: backup, time: time?.value ?? 0, link: [], value: json)
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
