import Engine
import RightsWorkerService
import Schema
import Seal
import Store
import Support
import Testing

/// The audit chain: what is in it, what it holds up, and what is seen of it when somebody changes it. SECURITY.md: the
/// audit chain.
@Suite struct AuditTests {
    private let keys = [try? TestSecrets.signing("rights-worker").publicBytes].compactMap { $0 }

    private func inhabited() throws -> (Town, Person, TestStand<RightsWorker>) {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.register()
        return (town, ada, town.workers[Int(partition(of: try #require(ada.account), n: town.files))])
    }

    private func erase(_ town: Town, _ ada: Person) throws -> RequestID {
        let request = try ada.request(.gdprErasure)
        _ = try ada.confirmAgain(request)
        for act in [RightsAct.erase, .forget, .destroy] { try town.answerAll(request, act) }
        return request
    }

    /// A request that is done at once: three entries and more.
    private func optOut(_ town: Town, _ ada: Person) throws {
        let request = try #require(ada.openSignedIn(.ccpaOptOut)?.requestOpened).request
        try town.answerAll(request, .optOut)
    }

    @Test func `an erasure is in the chain step by step, each hash covers the one before, and nobody is named`() throws
    {
        let (town, ada, file) = try inhabited()
        let request = try erase(town, ada)
        let rows = try file.chain()
        let mark = try AuditRule.mark(of: request)
        let own = rows.compactMap { AuditEntry(stored: $0.entry) }.filter { $0.request == mark }
        let erased = RightsAct.erase.answeredBy.map { _ in AuditAct.outcome }
        #expect(
            own.map(\.act) == [.begun, .confirmed, .asked] + erased
                + [.receipt, .asked, .outcome, .asked, .outcome, .ended])
        #expect(own.compactMap(\.asks).filter { $0 != .erase } == [.forget, .forget, .destroy, .destroy])
        #expect(own.last?.state == .done && own.first?.method == .code && own.allSatisfy { $0.digest != mark })
        var last = AuditRule.start
        for row in rows {
            last = try AuditRule.hash(after: last, entry: row.entry)
            #expect(last == row.hash)
        }
        let bytes = rows.flatMap(\.entry)
        for needle in [request.text, try #require(ada.account).text, "ada@example.org"] {
            #expect(!String(decoding: bytes, as: UTF8.self).contains(needle))
        }
    }

    @Test func `where the chain cannot be written, nobody is marked, asked or told; when it can, it goes on`() throws {
        let (town, ada, file) = try inhabited()
        let request = try ada.request(.gdprErasure)
        let notices = town.notices
        try file.store.change(
            .any,
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
        #expect(try ada.confirmAgain(request) == nil)
        #expect(town.acts.isEmpty && town.notices == notices && town.messages(Topics.rightsSuppressions).isEmpty)
        #expect(try file.texts("SELECT state AS answer FROM requests") == ["confirming"])
        try file.store.change(.any, "DROP TRIGGER full")
        for _ in 0..<10 { town.wait(Instant.minute) }
        #expect(town.acts == [.erase] && town.messages(Topics.rightsSuppressions).count == 1)
    }

    @Test func `what an operator decides is in the chain, and no word of the reason`() throws {
        let (town, ada, file) = try inhabited()
        let request = try ada.request(.gdprErasure)
        _ = try ada.decide(request, \.refuse, "Ada Lovelace was here")
        let rows = try file.chain()
        let acts = rows.compactMap { AuditEntry(stored: $0.entry)?.act }
        #expect(acts.suffix(2) == [.refuseByOperator, .ended])
        #expect(!String(decoding: rows.flatMap(\.entry), as: UTF8.self).contains("Ada"))
        #expect(town.notices.last == .requestRefused)
    }

    @Test func `each day a head is signed and published, and mailed where the chain has grown`() throws {
        let (town, ada, file) = try inhabited()
        var jobs: [HeadJob] = []
        town.perform = { task, job in
            guard task.work == HeadJob.work, let head = HeadJob(bytes: job) else { return nil }
            if jobs.filter({ $0.partition == head.partition }).isEmpty {  // the first try of each fails
                jobs.append(head)
                return .failed(code: 0, isPermanent: false)
            }
            jobs.append(head)
            return .done
        }
        try optOut(town, ada)
        town.wait(Instant.day)
        #expect(try town.alarms().contains { $0.hasPrefix("audit-head-fails") })
        town.wait(Instant.minute)
        #expect(try town.alarms().isEmpty && jobs.count == 4, "two files, each twice")
        let heads = jobs.compactMap { $0.head.checked(by: keys) }
        let rows = try file.chain()
        #expect(heads.count == 4 && jobs.first?.name == "p-00.2026-11-24.head")
        #expect(heads.contains { $0.count.value == rows.count && $0.hash == rows.last?.hash })
        #expect(jobs.allSatisfy { $0.head.checked(by: []) == nil })
        func mails() -> [SignedAuditHead] {
            town.messages(Topics.notifierMessagesRightsWorker).compactMap(\.head?.head)
        }
        #expect(mails().count == 1 && mails().first?.checked(by: keys)?.count.value == Int64(rows.count))
        town.wait(Instant.day)
        #expect(jobs.count == 6 && mails().count == 1, "nothing is new")
        #expect(try file.texts("SELECT count(publishedAt) AS answer FROM auditHeads") == ["2"])
    }

    @Test func `a changed, missing or forged entry is found, and one that was cut off or written anew`() throws {
        let (town, ada, file) = try inhabited()
        try optOut(town, ada)
        town.wait(Instant.day)
        try optOut(town, ada)
        let (rows, heads) = (try file.chain(), try file.heads())
        #expect(try problems(rows, heads).isEmpty && heads.count == 1)
        for place in rows.indices {
            for bit in [0, rows[place].entry.count - 1] {
                var flipped = rows
                flipped[place].entry[bit] ^= 1
                #expect(try !problems(flipped, []).isEmpty)
            }
            var rid = rows
            rid.remove(at: place)
            #expect(try place == rows.count - 1 || !problems(rid, []).isEmpty)
        }
        let published = Int(try #require(heads.first).count.value)
        #expect(try problems(Array(rows.prefix(published - 1)), heads).contains { $0.contains("cut off") })
        #expect(try problems(Array(rows.prefix(published)), heads).isEmpty, "of what came later it knows nothing")
        var anew: [ChainRow] = []
        for row in rows {  // somebody writes the chain again, with proper hashes, but for one word
            let text = String(decoding: row.entry, as: UTF8.self).replacing("\"done\"", with: "\"refused\"")
            let last = anew.last?.hash ?? AuditRule.start
            anew.append(
                ChainRow(
                    number: row.number, entry: Array(text.utf8),
                    hash: try AuditRule.hash(after: last, entry: Array(text.utf8))))
        }
        #expect(try problems(anew, []).isEmpty)
        #expect(try problems(anew, heads).contains { $0.contains("written anew") })
    }

    @Test func `a restored file goes on, keeps to what was published before, and says what is lost`() throws {
        let (town, ada, file) = try inhabited()
        try optOut(town, ada)
        let (kept, madeAt) = (try file.chain().count, town.now)
        town.wait(Instant.day)
        try optOut(town, ada)
        town.wait(Instant.day)
        let heads = try file.heads()
        #expect(heads.count == 2)
        try restore(file, town, rows: kept, madeAt: madeAt)
        try optOut(town, ada)
        let report = try report(file.chain(), heads)
        #expect(report.problems.isEmpty && report.lost.count == 1 && report.heads == 1)
        // a head from before the backup must still fit: whoever cuts deeper is seen
        try restore(file, town, rows: kept - 1, madeAt: town.now)
        #expect(try !problems(file.chain(), heads).isEmpty)
    }

    private func restore(_ file: TestStand<RightsWorker>, _ town: Town, rows: Int, madeAt: Instant) throws {
        try file.store.change(.any, "DELETE FROM audit WHERE number > \(rows) /* scan: a test */")
        try file.store.change(
            .one,
            """
            INSERT INTO restores (backup, madeAt, at, reason) VALUES ('b', \(madeAt), \(town.now), 'a test')
            """)
        try town.crashWorkers()
        let last = try #require(try file.chain().last)
        #expect(AuditEntry(stored: last.entry)?.act == .restored && last.number == Int64(rows) + 1)
    }

    private func report(_ rows: [ChainRow], _ heads: [AuditHead]) throws -> AuditCheck.Report {
        var check = AuditCheck(heads)
        for row in rows { try check.take(number: row.number, entry: row.entry, hash: row.hash) }
        return check.report()
    }

    private func problems(_ rows: [ChainRow], _ heads: [AuditHead]) throws -> [String] {
        try report(rows, heads).problems
    }
}

/// A row of the chain's table.
struct ChainRow: RowDecodable {
    static let columns: Columns = "number, entry, hash"
    var number: Int64
    var entry: [UInt8]
    var hash: Digest
    init(number: Int64, entry: [UInt8], hash: Digest) { (self.number, self.entry, self.hash) = (number, entry, hash) }
    init(row: borrowing Row) throws(StoreError) {
        (number, entry, hash) = (try row.value(0), try row.value(1), try row.value(2))
    }
}

extension TestStand<RightsWorker> {
    /// The audit chain of the file.
    func chain() throws -> [ChainRow] {
        try store.all("SELECT \(ChainRow.columns) FROM audit ORDER BY number /* scan: a test looks */")
    }

    /// The heads that the file has signed.
    func heads() throws -> [AuditHead] {
        try store.all(
            values: "SELECT head FROM auditHeads ORDER BY day /* scan: a test looks */", as: SignedAuditHead.self
        )
        .compactMap(\.unchecked)
    }
}
