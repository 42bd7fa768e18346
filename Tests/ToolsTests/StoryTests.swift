import CommandLineTool
import Foundation
import Schema
import Testing

@Suite struct StoryTests {
    @Test func `the people of a story are all different, and what identifies them can be sought`() throws {
        var (cast, again) = (Cast(seed: 7), Cast(seed: 7))
        let people = cast.people(300)
        #expect(people.map(\.email) == again.people(300).map(\.email))
        #expect(Set(people.map { $0.email.text.lowercased() }).count == 300)
        #expect(Set(people.map { $0.person.browser.text }).count == 300)
        let needles = people.flatMap(\.needles)
        #expect(needles.allSatisfy { $0.utf8.count >= 8 })
        // a domain that mail writes in another way is sought in both
        let foreign = try #require(people.first { $0.email.text.hasSuffix("bücher.example") })
        #expect(foreign.needles.contains { $0.hasSuffix("@xn--bcher-kva.example") })
        #expect(people.allSatisfy { (3...4).contains($0.needles.count) })
    }

    @Test func `an address may be in mail, and anywhere else it is found`() throws {
        let root = "/tmp/troth-scan-\(UInt64.random(in: 0...UInt64.max))"
        try Folder.make("\(root)/maildir/new")
        try Folder.make("\(root)/logs")
        defer { try? FileManager.default.removeItem(atPath: root) }
        let (canary, address) = ("a text of a prompt", "ada.7f3a@example.org")
        func scan() throws -> FolderScan {
            var scan = try #require(FolderScan([canary, address], root: root, mail: (folder: "maildir/", from: 2)))
            scan.run()
            return scan
        }
        try TextFile.write(Array("To: <\(address)>".utf8), to: "\(root)/maildir/new/1")
        #expect(try scan().hits == 0)
        #expect(try scan().mails == 1)
        let encoded = Data("user=\(address);".utf8).base64EncodedString()
        try TextFile.write(Array(encoded.utf8), to: "\(root)/logs/identity-1.log")
        let found = try scan()
        #expect(found.hits == 1)
        #expect(found.first?.hasPrefix("logs/identity-1.log at byte 7: needle 2 (base64)") ?? false)
        try FileManager.default.removeItem(atPath: "\(root)/logs/identity-1.log")
        try TextFile.write(Array(canary.utf8), to: "\(root)/maildir/new/2")
        #expect(try scan().hits == 1)
    }

    @Test func `accounts that have just been opened call in their life, and what is older is refused`() {
        let opened = TimeText.now()
        let accounts = Workload.accounts(seed: 3, count: 50)
        let rows = Trace.synthetic(seed: 3, rows: 2_000)
        let feed = Feed(seed: 3, accounts: accounts, rows: rows, rounds: 1, opened: opened) { false }
        let entries = feed.flatMap(\.entries)
        #expect(entries.count == 2_000)
        let edge = opened + -5 * Instant.minute
        let taken = entries.filter { ![.refused, .outside].contains($0.expect) }
        #expect(taken.count > 1_800)
        #expect(taken.allSatisfy { $0.calledAt >= edge })
        #expect(entries.contains { $0.calledAt < edge && $0.why == AccountsStanding.early && $0.expect == .refused })
    }

    @Test func `calls of accounts that nobody registered are to wait`() {
        let workload = Workload(
            seed: 5, accounts: Workload.accounts(seed: 5, count: 20), rows: WorkloadTests.rows, now: WorkloadTests.now,
            standing: .unknown)
        var summary = ManifestSummary(seed: 5, startedAt: WorkloadTests.now)
        for item in workload { summary.count(item) }
        #expect(summary.charged + summary.free + summary.unpriced == 0)
        #expect(summary.waiting == 8_819 - summary.refused - summary.outside)
        #expect(summary.refused == 40)
        #expect(summary.outside == 5)
    }

    @Test func `a file of accounts reads as it was written, and a wrong line is named`() throws {
        let path = "/tmp/troth-accounts-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let accounts = Workload.accounts(seed: 9, count: 3)
        try AccountsFile.write(accounts, to: path)
        #expect(try AccountsFile.read(path) == accounts)
        try TextFile.write(Array("\(accounts[0])\nADA\n".utf8), to: path)
        #expect(throws: Failure.usage("line 2 of \(path) is no account: write a UUID in lowercase")) {
            try AccountsFile.read(path)
        }
    }
}
