import Foundation
import Runtime
import Seal
import Testing

/// Where secrets live. SECURITY.md: Where secrets live.
struct SecretFilesTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "troth-secrets-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private let services = [("identity", ["kek-account", "signing"]), ("notifier", ["kek-account"])]

    @Test func `a secret that two services hold is the same one, readable by its owner only`() throws {
        try withFolder { folder in
            #expect(try SecretFiles.make(services, data: folder) == 5)
            let ours = try SecretBytes(file: "\(folder)/secrets/identity/kek-account")
            let theirs = try SecretBytes(file: "\(folder)/secrets/notifier/kek-account")
            let isSame = ours.equals(theirs)
            #expect(isSame)
            #expect(try SecretFiles.make(services, data: folder) == 0)
        }
    }

    @Test func `a secret that is missing beside stores is asked for, and not made anew`() throws {
        try withFolder { folder in
            _ = try SecretFiles.make(services, data: folder)
            try FileManager.default.createDirectory(atPath: "\(folder)/identity", withIntermediateDirectories: true)
            #expect(FileManager.default.createFile(atPath: "\(folder)/identity/p-00.sqlite", contents: nil))
            try FileManager.default.removeItem(atPath: "\(folder)/secrets/identity/signing")
            #expect(throws: SealError.self) { try SecretFiles.make(services, data: folder) }
        }
    }
}
