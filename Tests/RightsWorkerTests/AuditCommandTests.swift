import CommandLineTool
import Engine
import Foundation
import RightsWorkerService
import Runtime
import Schema
import Seal
import Store
import Support
import Testing

/// `troth audit verify` on the stores and heads of a folder.
@Suite final class AuditCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "troth-audit-\(UUID().uuidString)").path
    private let town: Town
    private let ada: Person
    private var audit: String { "\(folder)/rights-worker/audit" }

    init() throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/rights-worker", withIntermediateDirectories: true)
        for service in ["rights-worker", "identity"] {
            let key = try TestSecrets.signing(service).publicBytes
            try "rights-worker \(Base64URL.encode(key))\n".write(
                toFile: "\(folder)/trust-\(service)", atomically: true, encoding: .utf8)
        }
        town = try Town(in: folder)
        let heads = HeadFolder(path: "\(folder)/rights-worker/audit")
        town.perform = { task, job in task.work == HeadJob.work ? heads.run(job) : nil }
        var ada = try Person(town, "ada@example.org")
        try ada.register()
        self.ada = ada
        for _ in 0..<2 {
            let request = try #require(ada.openSignedIn(.ccpaOptOut)?.requestOpened).request
            try town.answerAll(request, .optOut)
            town.wait(Instant.day)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func verify(_ more: String..., trust: String = "rights-worker") -> ExitCode {
        Troth.run(["audit", "verify", "--data", folder, "--trust", "\(folder)/trust-\(trust)"] + more)
    }

    private var file: TestStand<RightsWorker> {
        get throws { town.workers[Int(partition(of: try #require(ada.account), n: town.files))] }
    }
    /// The heads of the file, as they lie in the folder.
    private var names: [String] {
        get throws {
            let all = try FileManager.default.contentsOfDirectory(atPath: audit).sorted()
            let prefix = try "p-0\(file.partition)."
            return all.filter { $0.hasPrefix(prefix) }
        }
    }

    @Test func `chains and heads that fit are in order; another's signature is not`() throws {
        #expect(try names.count == 2 && verify() == .done)
        #expect(verify(trust: "identity") == .checkFailed)
        #expect(Troth.run(["audit", "list", "--data", folder, "--json"]) == .done)
    }

    @Test(arguments: [
        "UPDATE audit SET entry = CAST(replace(CAST(entry AS TEXT), 'done', 'gone') AS BLOB) /* scan: a test */",
        "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit) /* scan: a test */",
        "DELETE FROM audit WHERE number = 2",
    ])
    func `an entry that was changed or cut off is found`(_ change: String) throws {
        try file.store.change(.any, "\(raw: change)")
        #expect(verify() == .checkFailed)
    }

    @Test func `a head that was removed, replaced by an older one or changed is found`() throws {
        let (first, second) = ("\(audit)/\(try names[0])", "\(audit)/\(try names[1])")
        let old = try Data(contentsOf: URL(filePath: second))
        try FileManager.default.removeItem(atPath: second)
        #expect(verify() == .checkFailed)
        try FileManager.default.copyItem(atPath: first, toPath: second)
        #expect(verify() == .checkFailed)
        var changed = old
        changed[20] ^= 1
        try changed.write(to: URL(filePath: second))
        #expect(verify() == .checkFailed)
        try old.write(to: URL(filePath: second))
        #expect(verify() == .done)
    }

    @Test func `a head that was kept elsewhere, as a saved mail, holds though the service's own files are gone`() throws
    {
        let line = try String(contentsOfFile: "\(audit)/\(names[1])", encoding: .utf8)
        try FileManager.default.createDirectory(atPath: "\(folder)/mails", withIntermediateDirectories: false)
        let (head, rest) = (line.prefix(60), line.dropFirst(60))
        try "Subject: a head\r\n\r\nKeep this.\r\n\r\n\(head)=\r\n\(rest)\r\n".write(
            toFile: "\(folder)/mails/1", atomically: true, encoding: .utf8)
        #expect(verify("--heads", "\(folder)/mails") == .done)
        // whoever cuts the chain, removes the heads from the store and the files: the mail still tells
        try file.store.change(.any, "DELETE FROM audit WHERE number > 1 /* scan: a test */")
        for worker in town.workers {
            try worker.store.change(.any, "DELETE FROM auditHeads /* scan: a test */")
        }
        try FileManager.default.removeItem(atPath: audit)
        #expect(verify() == .done)
        #expect(verify("--heads", "\(folder)/mails") == .checkFailed)
    }
}
