import Archive
import Engine
import Foundation
import RightsWorkerService
import Schema
import Support
import Testing

/// An access request from the slices of all services to the archive in the person's hands. Policy §7.3, §8.1.
@Suite struct ExportTests {
    @Test func `what the services send is what the person downloads, each row once`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll(rows: 5_000)
        let status = try desk.ada.status(desk.request)
        #expect(status.state == .done && desk.town.notices.last == .requestDone)
        #expect(desk.names == ["\(desk.request.text).sealed"], "the chunks are gone")
        #expect(try desk.kept == ["exportKeys 1", "exportSlices 0", "archives 1", "downloads 0"])
        #expect(try desk.town.workers.flatMap { try $0.texts("SELECT wrapped AS answer FROM exportKeys") } == ["null"])
        let (report, rows, page) = try desk.read(try #require(try desk.fetch(desk.code)))
        let identity = desk.ofIdentity
        #expect(identity.count > 5 && identity.contains { $0.rows.value == 0 })
        #expect(report.slices == 3 * ArchiveDesk.others.count + identity.count)
        #expect(report.rows == Int64(desk.lines.count) + identity.reduce(0) { $0 + $1.rows.value })
        #expect(Int64(rows.count) == report.rows && desk.isThere(rows))
        #expect(rows.contains { $0.contains("ada@example.org") })
        #expect(page.contains("Example GmbH") && page.contains("privacy@example.org") && page.contains("openai-us"))
        #expect(try desk.kept.last == "downloads 0")
    }

    @Test func `no content lies in the file of rights-worker once it is in a file of its own`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll(without: "otherRows.0")
        let held = try desk.town.workers.flatMap {
            try $0.texts("SELECT count(*) AS answer FROM exportSlices WHERE content IS NOT NULL")
        }
        let files = 2 * ArchiveDesk.others.count + desk.ofIdentity.count
        #expect(held.allSatisfy { $0 == "0" } && desk.names.count == 1 + files)
    }

    @Test func `a wrong code gets nothing, and after ten of them nobody does`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll()
        let code = try desk.code
        let wrong = code.hasPrefix("A") ? "B\(code.dropFirst())" : "A\(code.dropFirst())"
        for _ in 0..<9 { #expect(try desk.ada.piece(0, of: desk.request, wrong) == .refused) }
        #expect(try desk.fetch(code.lowercased().replacing("-", with: " ")) != nil, "as people type it")
        #expect(try desk.ada.piece(7, of: desk.request, code) == .refused, "there is no such piece")
        #expect(try desk.ada.piece(0, of: desk.request, wrong) == .refused)
        #expect(try desk.fetch(code) == nil && desk.kept == ArchiveDesk.nothing && desk.names.isEmpty)
    }

    @Test func `an archive is had five times and no sixth`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll()
        let code = try desk.code
        for _ in 0..<5 { #expect(try desk.fetch(code) != nil) }
        #expect(try desk.fetch(code) == nil && desk.kept == ArchiveDesk.nothing && desk.names.isEmpty)
    }

    @Test func `an archive is had for seven days, to the second, and gone a minute later`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll()
        let code = try desk.code
        desk.town.wait(7 * Instant.day - Instant.second)
        #expect(try desk.fetch(code) != nil)
        desk.town.wait(Instant.second)
        #expect(try desk.fetch(code) == nil)
        desk.town.wait(2 * Instant.minute)
        desk.town.wait(Instant.minute)
        #expect(try desk.kept == ArchiveDesk.nothing && desk.names.isEmpty)
    }

    @Test func `what is withdrawn while it is packed leaves nothing`() throws {
        let desk = try ArchiveDesk()
        desk.isStuck = ["pack"]
        try desk.sendAll()
        #expect(try desk.ada.status(desk.request).state == .packing && !desk.names.isEmpty)
        let reply = try desk.ada.tell(desk.request) { command, _ in
            command.withdraw = WithdrawRequest(withdraw: Flag(true))
        }
        #expect(reply?.request?.state == .withdrawn)
        #expect(try desk.kept == ArchiveDesk.nothing && desk.names.isEmpty)
        #expect(try desk.town.archiveCode(of: desk.request) == nil)
    }

    @Test func `a part that never comes makes no archive: it is asked for again, then an alarm`() throws {
        let desk = try ArchiveDesk()
        for count in 1...3 {
            try desk.sendAll(rows: 2_500, without: "firstRows.1")
            #expect(desk.asked.count == count)
            desk.town.wait(11 * Instant.minute)
        }
        #expect(desk.asked.count == 3 && Set(desk.asked.map(\.exportKey)).count == 3, "each time with another key")
        #expect(try desk.ada.status(desk.request).state == .asking && desk.town.archiveCode(of: desk.request) == nil)
        #expect(try desk.town.alarms().contains { $0.hasPrefix("export-incomplete request ") })
    }

    @Test func `a part that comes late for a key of before is dropped`() throws {
        let desk = try ArchiveDesk()
        let first = try #require(desk.asked.last)
        try desk.sendAll(rows: 2_500, without: "firstRows.1")
        desk.town.wait(11 * Instant.minute)
        #expect(desk.asked.count == 2)
        try desk.sendAll(rows: 10, asked: first)
        #expect(try desk.kept.contains("exportSlices \(desk.ofIdentity.count)"), "identity alone sent again")
        try desk.sendAll()
        #expect(try desk.ada.status(desk.request).state == .done)
    }

    @Test func `a slice without rows is missed as any other`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll(without: "emptyRows.0")
        #expect(try desk.ada.status(desk.request).state == .asking)
    }

    /// All parts are there but one, which is lost before the archive is made.
    private func losePart(_ desk: ArchiveDesk) throws {
        desk.isStuck = ["pack"]
        try desk.sendAll()
        let part = "\(desk.folder)/archives/\(desk.request.text)/metering.otherRows.0"
        try FileManager.default.removeItem(atPath: part)
        desk.isStuck = []
        try desk.town.crashWorkers()
    }

    @Test func `a part that is lost before packing makes no smaller archive: everything is asked for again`() throws {
        let desk = try ArchiveDesk()
        try losePart(desk)
        #expect(try desk.ada.status(desk.request).state == .asking && desk.asked.count == 2)
        try desk.sendAll()
        #expect(try desk.ada.status(desk.request).state == .done && desk.fetch(desk.code) != nil)
    }

    @Test func `an export that is spoiled again and again is an operator's to decide`() throws {
        let desk = try ArchiveDesk()
        for _ in 1...3 { try losePart(desk) }
        #expect(try desk.ada.status(desk.request).state == .deciding)
        #expect(try desk.town.alarms().contains { $0.hasPrefix("request-to-decide request ") })
        #expect(try desk.town.archiveCode(of: desk.request) == nil)
        #expect(try desk.ada.decide(desk.request, \.answer, "please ask again")?.request?.state == .done)
        #expect(try desk.kept == ArchiveDesk.nothing && desk.names.isEmpty)
    }

    @Test(arguments: ["spool", "pack", "read"])
    func `a crash while a work is under way loses nothing and makes nothing twice`(_ work: String) throws {
        let desk = try ArchiveDesk()
        desk.isStuck = [work]
        try desk.sendAll(rows: 2_500)
        if work == "read" { #expect(try desk.ada.piece(0, of: desk.request, desk.code) == .silence) }
        desk.isStuck = []
        try desk.town.crashWorkers()
        #expect(try desk.ada.status(desk.request).state == .done)
        #expect(desk.town.messages(Topics.rightsChallenges).count { $0.archive != nil } == 1)
        #expect(try desk.kept.last == "downloads 0")
        #expect(try desk.isThere(desk.read(try #require(try desk.fetch(desk.code))).rows))
    }

    @Test func `a folder that cannot be written is an alarm, and tried again`() throws {
        let desk = try ArchiveDesk()
        let perform = desk.town.perform
        desk.town.perform = { _, _ in .failed(code: 0, isPermanent: false) }
        try desk.sendAll()
        #expect(try desk.town.alarms() == ["archive-fails the folder of archives"])
        desk.town.perform = perform
        desk.town.wait(10 * Instant.second)
        #expect(try desk.ada.status(desk.request).state == .done && desk.town.alarms().isEmpty)
        #expect(try desk.fetch(desk.code) != nil)
    }

    @Test func `who is erased has no archive any more`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll()
        #expect(desk.names == ["\(desk.request.text).sealed"])
        let erasure = try desk.ada.request(.gdprErasure)
        _ = try desk.ada.confirmAgain(erasure)
        for act in [RightsAct.erase, .forget, .destroy] { try desk.town.answerAll(erasure, act) }
        #expect(try desk.ada.status(erasure).state == .done)
        #expect(try desk.kept == ArchiveDesk.nothing && desk.names.isEmpty)
    }

    @Test func `the newest entry of the register is shown, whatever comes late`() throws {
        let desk = try ArchiveDesk()
        desk.town.load(Config(upstream: .lawful("mistral-eu", of: .example, version: 4)))
        var old = Upstream.lawful("mistral-eu", of: .example, version: 3)
        old.safeguard = nil
        desk.town.load(Config(upstream: old))
        let rows = try desk.town.workers[0].texts(
            "SELECT name || ' ' || version AS answer FROM processors ORDER BY name")
        #expect(rows == ["mistral-eu 4", "openai-us 1"])
        let safeguards = try desk.town.workers[0].texts("SELECT safeguard AS answer FROM processors")
        #expect(safeguards.count == 2 && !safeguards.contains("null"))
    }
}
