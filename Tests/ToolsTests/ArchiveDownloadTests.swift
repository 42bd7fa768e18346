import Archive
import CommandLineTool
import Foundation
import Schema
import Seal
import Testing

/// An archive on its way into a file. Policy §7.3.
@Suite struct ArchiveDownloadTests {
    private let folder: String
    private var path: String { "\(folder)/my-data.zip" }
    private let request = RequestID(high: 7, low: 8)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "troth-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    /// An archive of one slice, as it lies in a file.
    private func archive() throws -> [UInt8] {
        let description = SliceDescription(
            slice: SliceName(unchecked: "rows"), title: "Rows", category: .usage, purposes: ["service"],
            basis: "contract", clause: "4.2", columns: [.init("number", "its number", schema: #""type": "integer""#)])
        let slice = ArchiveSlice(service: "metering", description: description, rows: 1_000) { take in
            try take((0..<1_000).flatMap { Array("{\"number\":\($0)}\n".utf8) })
        }
        let facts = ArchiveFacts(
            request: request, account: .example, madeAt: .example, madeBy: "rights-worker", controller: "Example",
            contact: "privacy@example.org", recipients: [])
        let file = "\(folder)/made.zip"
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: file))
        _ = try ArchiveWriter.write(facts, [slice], signing: try SigningKey(SecretBytes(random: 32))) {
            try handle.write(contentsOf: Data($0))
        }
        try handle.close()
        return [UInt8](try Data(contentsOf: URL(filePath: file)))
    }

    @Test func `pieces are asked for one after the other, and the whole is checked`() throws {
        let whole = try archive()
        let size = whole.count / 3 + 1
        var asked: [Int64] = []
        let report = try ArchiveDownload(path: path, request: request).fetch { number in
            asked.append(number.value)
            let start = Int(number.value) * size
            return (Array(whole[start..<min(start + size, whole.count)]), start + size >= whole.count)
        }
        #expect(asked == [0, 1, 2] && report.rows == 1_000 && report.slices == 1)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == whole)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `where anything fails, no file is left`() throws {
        let whole = try archive()
        let other = RequestID(high: 9, low: 9)
        #expect(throws: Failure.self) {
            try ArchiveDownload(path: path, request: request).fetch { number throws(Failure) in
                guard number.value == 0 else { throw .refused("refused: no") }
                return (Array(whole[..<100]), false)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(throws: Failure.self) {
            try ArchiveDownload(path: path, request: request).fetch { _ in (Array(whole.dropLast(30)), true) }
        }
        #expect(throws: Failure.self) {
            try ArchiveDownload(path: path, request: other).fetch { _ in (whole, true) }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `a file that is there is left as it is, and nothing is asked for`() throws {
        try Data("mine".utf8).write(to: URL(filePath: path))
        var isAsked = false
        #expect(throws: Failure.self) {
            try ArchiveDownload(path: path, request: request).fetch { _ in
                isAsked = true
                return ([], true)
            }
        }
        #expect(try !isAsked && Data(contentsOf: URL(filePath: path)) == Data("mine".utf8))
        try FileManager.default.removeItem(atPath: folder)
    }
}
