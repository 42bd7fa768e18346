import Engine
import Foundation
import Schema

/// Heads of audit chains in a folder: files as rights-worker publishes them, or mails as they were saved. Each line
/// that is a head counts; a saved mail's soft breaks (RFC 2045 §6.7) are undone first.
struct HeadFiles {
    /// A head, and the file that it was found in.
    struct Found {
        let path: String
        let signed: SignedAuditHead
    }

    let found: [Found]
    /// Files with no head, which is no head of ours.
    let empty: [String]

    /// Reads every file of a folder. Throws where there is none.
    init(_ folder: String) throws(Failure) {
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder).sorted() else {
            throw .usage("\(folder) cannot be read: name the folder of the heads with --heads")
        }
        var (found, empty) = ([Found](), [String]())
        for name in names.prefix(Limits.headFilesMax) {
            let path = "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let heads = Self.heads(in: try TextFile.read(path))
            if heads.isEmpty { empty.append(path) }
            found += heads.map { Found(path: path, signed: $0) }
        }
        (self.found, self.empty) = (found, empty)
    }

    /// The heads in a text.
    static func heads(in text: String) -> [SignedAuditHead] {
        let whole = text.replacing("=\r\n", with: "").replacing("=\n", with: "")
        return whole.split(whereSeparator: \.isNewline).compactMap { line in
            guard line.hasPrefix("{\"head\":") else { return nil }
            return SignedAuditHead(stored: Array(line.utf8))
        }
    }
}
