import Engine
import Foundation
import Schema
import Seal
import Store
import Support
import Testing

/// A copy for a backup, and a file that comes from one. ARCHITECTURE: Identity of a file; idea 6.
struct RestoreTests {
    private static let other = Incarnation(high: 7, low: 7)

    /// Makes a stand's file one from a backup, and opens it again.
    private func restore<S: Service>(_ stand: TestStand<S>) throws {
        let file = try Store.open(stand.path, migrations: S.allMigrations)
        try BackupFile.strip(S.self, file)
        let reason = try #require(Remark(text: "a disk was lost"))
        try BackupFile.adopt(
            file, incarnation: Self.other, backup: "b-1", madeAt: .example, at: stand.now, reason: reason)
        file.close()
        try stand.crash()
    }

    private func bounds(_ highs: Int64...) -> [Surroundings.Bounds] { highs.map { .init(low: 0, high: $0) } }

    private func suppressed(_ subject: SubjectID) throws -> TestRecord {
        let mark = try HMAC.authenticate(subject.raw, key: TestSecrets.key("suppression").bytes)
        let suppression = Suppression(mark: Digest(unchecked: mark), since: .example)
        return try .signed(
            suppression, on: Topics.rightsSuppressions, partition: 0, key: suppression.mark.text,
            by: TestSecrets.signing("rights-worker"))
    }

    @Test func `a restored file reads who was erased to its end before it reads, sends or does anything else`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        let keys = TestRecord(try #require(safe.sentKeys))
        let ends = bounds(2, 0, 2, 1, 1)
        try restore(safe.stand)
        for _ in 0..<2 {  // also where it ends before it has read them
            let actions = safe.stand.start(bounds: ends)
            #expect(actions.reading == [Safe.Place.suppressions])
            #expect(actions.sent.isEmpty)
            #expect(safe.stand.shard.report.state == "loading" && safe.stand.shard.report.waitsFor != nil)
            // the first of two suppressions; it is another's
            let first = safe.stand.give(
                Safe.Place.suppressions, [try suppressed(.other)].map { with($0, offset: 0) })
            #expect(first.sent.isEmpty && !first.contains { if case .perform = $0 { true } else { false } })
            let later = safe.stand.wait(2 * Instant.day)
            #expect(later.sent.isEmpty && !later.contains { if case .perform = $0 { true } else { false } })
            #expect(try safe.stand.number("SELECT count(*) AS answer FROM kept") == 1)
            try safe.stand.crash()
        }
        safe.stand.start(bounds: ends)
        safe.stand.give(Safe.Place.suppressions, [with(try suppressed(.example), offset: 1)])
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM kept") == 1)
        let settled = safe.stand.step(.end(input: Safe.Place.suppressions))
        #expect(settled.notes.contains(.restored(rows: 1)))
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM kept") == 0)
        #expect(try #require(settled.reading).contains(Safe.Place.keys))
        safe.stand.give(Safe.Place.keys, [with(keys, offset: 0)])
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM suppressions") == 2)
        try safe.stand.crash()
        #expect(safe.stand.start(bounds: bounds(2, 0, 2, 1, 1)).notes.allSatisfy { $0 != .restored(rows: 0) })
    }

    @Test func `a restored file keeps whom nobody erased`() throws {
        let safe = try OpenSafe()
        safe.stand.give(0, try safe.start())
        try restore(safe.stand)
        safe.stand.start(bounds: bounds(1, 0, 1, 0, 1))
        safe.stand.give(Safe.Place.suppressions, [with(try suppressed(.other), offset: 0)])
        #expect(safe.stand.step(.end(input: Safe.Place.suppressions)).notes.contains(.restored(rows: 0)))
        #expect(try safe.stand.number("SELECT count(*) AS answer FROM kept") == 1)
    }

    private func with(_ record: TestRecord, offset: Int64) -> TestRecord {
        var record = record
        record.offset = offset
        return record
    }

    @Test func `a restored file is another origin, whose links begin at 1`() throws {
        let stand = try startedNotebook()
        let before = stand.give(0, .call(1, model: "send"), .call(2, model: "send")).sent
        #expect(before.map { $0.header("troth-link")?.hasSuffix("/2") } == [false, true])
        try restore(stand)
        #expect(stand.start().notes.contains(.restored(rows: 0)))
        #expect(stand.actions.sent.isEmpty, "what the file before has in the log is not sent again")
        let after = stand.give(0, .call(3, model: "send")).sent
        #expect(after.map { $0.header("troth-link") } == ["metering/0/\(Self.other)/1"])
        #expect(try stand.lines().count == 3)
    }

    @Test func `a copy is good when everything that it had still to send is in the log`() throws {
        let stand = try startedNotebook()
        let sent = stand.give(0, .call(1, model: "send"), .call(2, model: "send")).sent
        let path = NSTemporaryDirectory() + "troth-copy-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        func hasSent() -> Bool { stand.shard.hasSentCopied }
        try stand.shard.beginCopy(to: path)
        #expect(!hasSent())
        while try !stand.shard.stepCopy(pages: 1) {}
        #expect(!hasSent())
        let more = stand.give(0, .call(3, model: "send")).sent
        stand.deliver([sent[0]])
        #expect(!hasSent())
        stand.deliver([sent[1]])
        #expect(hasSent(), "what came after the copy is not waited for")
        let copy = try Store.open(path, migrations: Notebook.allMigrations)
        let facts = try BackupFile.facts(of: copy)
        #expect(facts.links == [.init(topic: "metering.totals", partition: 0, next: 3)])
        #expect(facts.offsets.first { $0.topic == "metering.usage" }?.next == 2 && facts.service == "metering")
        #expect(try BackupFile.keyBearing(copy) == "outbox")
        try BackupFile.strip(Notebook.self, copy)
        #expect(try BackupFile.keyBearing(copy) == nil)
        stand.deliver(more)
    }

    @Test func `a restored file has no backup before its erased people are removed`() throws {
        let safe = try OpenSafe()
        try restore(safe.stand)
        safe.stand.start(bounds: bounds(0, 0, 1, 0, 1))
        #expect(throws: StoreError.self) { try safe.stand.shard.beginCopy(to: "/tmp/troth-no-copy") }
    }
}

extension SubjectID {
    fileprivate static let other = SubjectID(high: 0x1122_3344_5566_4788, low: 0x89aa_bbcc_ddee_ff77)
}
