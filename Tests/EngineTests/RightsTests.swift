import Engine
import Foundation
import Schema
import Seal
import Store
import Support
import Testing

/// What a participant does with requests. ARCHITECTURE: an erasure goes in this order; SECURITY.md: Proofs, Mass
/// erasure.
struct RightsTests {
    /// A way to have no right.
    struct Unproven: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let spoil: @Sendable (inout RightsRequest, OpenHouse) throws -> Void
    }

    static let unproven = [
        Unproven(testDescription: "no proof") { request, _ in request.proof = nil },
        Unproven(testDescription: "another's proof") { request, house in
            request.proof = try house.request(.erase, of: AccountID(high: 9, low: 9)).proof
        },
        Unproven(testDescription: "the proof of another request") { request, house in
            request.proof = try house.request(.erase, 2).proof
        },
        Unproven(testDescription: "the proof of another act") { request, house in
            request.proof = try house.request(.export).proof
        },
        Unproven(testDescription: "an old proof") { request, house in
            house.stand.now = house.stand.now + IdentityProof.life + 1
        },
        Unproven(testDescription: "a proof from the future") { request, house in
            request = try house.worker.request(
                .erase, of: request.subject.account, request.request, at: house.stand.now + Instant.hour)
        },
        Unproven(testDescription: "a proof that says another method than was signed") { request, _ in
            request.proof?.method = .operator
        },
        Unproven(testDescription: "a proof that another service signed") { request, _ in
            var proof = try #require(request.proof)
            let fields = SignedFields(
                topic: "rights.proofs", partition: 0, key: Array(proof.subject.text.utf8),
                type: "troth.rights.identity-proof.v1", source: "identity", id: proof.request.text,
                time: proof.at.value, link: [], value: Array("erase code 0".utf8))
            proof.signature = SignatureBytes(
                unchecked: try Signature.sign(fields, with: TestSecrets.signing("rights-worker")))
            request.proof = proof
        },
    ]

    @Test(arguments: unproven) func `nothing is done without identity's proof of this request`(_ way: Unproven) throws {
        let house = try OpenHouse()
        try house.stay(.example)
        var request = try house.request(.erase)
        try way.spoil(&request, house)
        #expect(try house.ask(request).results == [.unproven])
        #expect(try house.rows("guests") == 1 && house.rows("suppressions") == 0)
    }

    @Test func `a request that rights-worker did not sign is a dead letter`() throws {
        let house = try OpenHouse()
        try house.stay(.example)
        var record = try house.worker.record(try house.request(.erase))
        var value = try #require(record.value)
        value[value.count - 2] ^= 1
        record.value = value
        house.stand.give(House.Place.requests, record)
        let sent = house.follow()
        #expect(try sent.refusals == [.badSignature] && sent.outcomes.isEmpty && house.rows("guests") == 1)
    }

    @Test func `an erasure removes, marks and answers with counts; nobody else is touched`() throws {
        let house = try OpenHouse()
        try house.stay(.example, nights: 3, trunk: Trunks.Fault.none)
        try house.stay(AccountID(high: 9, low: 9), nights: 2)
        let outcome = try #require(try house.ask(try house.request(.erase)).outcomes.first)
        #expect(outcome.result == .done && outcome.slices.map(\.slice.text) == ["guests", "trunks"])
        #expect(outcome.slices.map(\.rows.value) == [3, 1] && outcome.slices.allSatisfy { $0.kept.value == 0 })
        #expect(try house.rows("guests") == 2 && house.rows("suppressions") == 1)
        #expect(try house.stand.places(of: .example) == [])
    }

    @Test func `an erasure that comes again gets its first answer`() throws {
        let house = try OpenHouse()
        try house.stay(.example)
        let request = try house.request(.erase)
        let first = try house.ask(request).outcomes
        #expect(first.count == 1)
        #expect(try house.ask(request).outcomes == first)
    }

    @Test func `a proof counts for what follows the erasure, also a day later`() throws {
        let house = try OpenHouse()
        _ = try house.ask(try house.request(.erase))
        let forget = try house.request(.forget)
        house.stand.now = house.stand.now + 2 * Instant.day
        #expect(try house.ask(forget).outcomes.isEmpty, "the house puts it off for a minute")
        house.stand.wait(Instant.minute)
        #expect(try house.follow().results == [.done])
    }

    @Test func `a proof that was checked for an erasure counts for nobody else`() throws {
        let house = try OpenHouse()
        let other = AccountID(high: 9, low: 9)
        for account in [.example, other] { try house.stay(account) }
        #expect(try house.ask(try house.request(.erase)).results == [.done])
        var request = try house.request(.forget)
        request.subject = SubjectID(other)
        request.proof?.subject = SubjectID(other)
        #expect(try house.ask(request).results == [.unproven])
        #expect(try house.rows("guests") == 1)
    }

    @Test func `what others must answer is not answered`() throws {
        let house = try OpenHouse()
        #expect(try house.ask(try house.request(.restrict), try house.request(.destroy)).outcomes.isEmpty)
    }

    @Test(arguments: [Trunks.Fault.left, Trunks.Fault.hidden])
    func `an erasure that leaves something behind is not answered`(_ fault: Int64) throws {
        let house = try OpenHouse()
        try house.stay(.example, trunk: fault)
        #expect(try house.ask(try house.request(.erase)).outcomes.isEmpty)
        #expect(house.stall?.reason == .remains)
        try house.stand.store.change(.any, "DELETE FROM attic /* scan: a test mends */")
        try house.stand.store.change(.any, "DELETE FROM trunks /* scan: a test mends */")
        house.stand.wait(2 * Instant.second)
        #expect(try house.follow().results == [.done])
        #expect(house.stall == nil)
    }

    @Test func `a log that is not emptied holds the answer back, through a crash, too`() throws {
        try withFile { path in
            let house = try OpenHouse(path: path)
            try house.stay(.example, nights: 40)
            let reader = try Store.open(path, migrations: House.allMigrations, readOnly: true)
            try reader.execute("BEGIN")
            #expect(try reader.first(value: "SELECT count(*) FROM guests /* scan: a test looks */") == Int64(40))
            #expect(try house.ask(try house.request(.erase)).outcomes.isEmpty)
            #expect(house.stall?.reason == .failure)
            #expect(try house.rows("guests") == 0, "the first transaction is through")
            try reader.execute("COMMIT")
            reader.close()
            try house.stand.crash()
            house.stand.start()
            #expect(try house.follow().results == [.done])
            #expect(try !holds(path, SubjectID.example))
        }
    }

    @Test func `a file holds nothing of the person when the answer goes out`() throws {
        try withFile { path in
            let house = try OpenHouse(path: path)
            for number in 0..<200 { try house.stay(AccountID(high: 5, low: UInt64(number)), nights: 20) }
            try house.stay(.example, nights: 500)
            #expect(try holds(path, SubjectID.example))
            #expect(try house.ask(try house.request(.erase)).results == [.done])
            #expect(try !holds(path, SubjectID.example))
        }
    }

    @Test func `messages on the person that are not in the log yet go out empty`() throws {
        let house = try OpenHouse()
        func claim(_ account: AccountID) -> Claim {
            Claim(
                release: ClaimRelease(
                    id: .example, subject: SubjectID(account), attempt: .example, index: .example))
        }
        let sent = house.stand.give(
            House.Place.claims, .linked(claim(.example), "identity/0/\(Incarnation.example)/1"),
            .linked(claim(AccountID(high: 9, low: 9)), "identity/0/\(Incarnation.example)/2")
        ).sent
        #expect(sent.count == 2)
        house.stand.give(House.Place.requests, try house.worker.record(try house.request(.erase)))
        let again = house.stand.step(.resend).sent.filter { $0.topic == Topics.notifierBounces.name }
        #expect(again.map { $0.value == nil } == [true, false])
        #expect(again.first?.key == nil && again.first?.header("troth-link")?.hasSuffix("/1") == true)
    }

    @Test func `the breaker holds erasures above fifty an hour until an operator releases them`() throws {
        let house = try OpenHouse()
        let people = (0..<53).map { AccountID(high: 3, low: UInt64($0)) }
        for person in people { try house.stay(person) }
        let records = try people.enumerated().map { index, person in
            try house.worker.record(try house.request(.erase, of: person, UInt64(index)))
        }
        house.stand.give(House.Place.requests, records)
        #expect(try house.follow().outcomes.count == 50)
        #expect(try house.rows("guests") == 3)
        #expect(house.stand.shard.report.alarms.map(\.name.text) == ["mass-erasure"])
        house.stand.wait(2 * Instant.hour)
        #expect(try house.follow().outcomes.isEmpty, "time does not release them")
        let reason = try #require(Remark(text: "ticket 815"))
        let actions = house.stand.step(.operate(.release(reason: reason)))
        #expect(actions.contains(.operated(ok: true, "released 3 erasures")))
        #expect(try house.follow().results == [.done, .done, .done])
        #expect(try house.rows("guests") == 0 && house.stand.shard.report.alarms.isEmpty)
        #expect(
            try house.stand.texts("SELECT kind || ' ' || reason AS answer FROM operations") == ["release ticket 815"])
        #expect(
            house.stand.step(.operate(.release(reason: reason))).contains(
                .operated(ok: false, "no erasure waits: there is nothing to release")))
    }

    @Test func `an export shows each row once, page by page, and says how many`() throws {
        let house = try OpenHouse()
        try house.stay(.example, nights: 1_300)
        try house.stay(AccountID(high: 9, low: 9), nights: 5)
        let sent = try house.ask(try house.request(.export))
        let chunks = try sent.filter { $0.topic == Topics.rightsSlices(of: "notifier").name }
            .map { try $0.message(SliceChunk.self) }
        #expect(chunks.map(\.slice.text) == ["guests", "guests", "guests", "trunks"])
        #expect(
            chunks.map(\.number.value) == [0, 1, 2, 0] && chunks.map(\.isLast.value) == [false, false, true, true])
        let rows = try house.worker.rows(sent, from: "notifier", of: .example)
        #expect(rows["guests"]?.count == 1_300 && Set(rows["guests"] ?? []).count == 1_300)
        #expect(rows["guests"]?.first == #"{"night":"1970-01-01","note":"night 0"}"#)
        #expect(rows["trunks"] == [])
        let outcome = try #require(try sent.outcomes.first)
        #expect(outcome.result == .done && outcome.slices.map(\.rows.value) == [1_300, 0])
        #expect(try house.rows("guests") == 1_305)
    }

    @Test func `an export goes on behind a crash from its last page`() throws {
        let house = try OpenHouse()
        try house.stay(.example, nights: 1_300)
        let first = house.stand.give(House.Place.requests, try house.worker.record(try house.request(.export))).sent
        try house.stand.crash()
        house.stand.start()
        let sent = first + house.follow()
        let unique = Dictionary(sent.map { ($0.header("ce_id") ?? "", $0) }, uniquingKeysWith: { old, _ in old })
        #expect(try house.worker.rows(Array(unique.values), from: "notifier", of: .example)["guests"]?.count == 1_300)
    }

    @Test func `a file from before an erasure removes who was erased`() throws {
        let house = try OpenHouse()
        try house.stay(.example, nights: 3)
        try house.stay(AccountID(high: 9, low: 9))
        let file = try Store.open(house.stand.path, migrations: House.allMigrations)
        try BackupFile.adopt(
            file, incarnation: Incarnation(high: 8, low: 8), backup: "b-1", madeAt: .example, at: house.stand.now,
            reason: try #require(Remark(text: "a disk was lost")))
        file.close()
        try house.stand.crash()
        house.stand.start(bounds: [0, 1, 0].map { Surroundings.Bounds(low: 0, high: $0) })
        let mark = try HMAC.authenticate(SubjectID.example.raw, key: TestSecrets.key("suppression").bytes)
        let suppression = Suppression(mark: Digest(unchecked: mark), since: .example)
        house.stand.give(
            House.Place.suppressions,
            try .signed(
                suppression, on: Topics.rightsSuppressions, partition: 0, key: suppression.mark.text,
                by: TestSecrets.signing("rights-worker")))
        house.stand.step(.end(input: House.Place.suppressions))
        #expect(try house.rows("guests") == 1)
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "troth-rights-\(UUID().uuidString)"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        try body(path)
    }

    /// True where the file or its log holds the id.
    private func holds(_ path: String, _ subject: SubjectID) throws -> Bool {
        try [path, path + "-wal"].contains { name in
            guard FileManager.default.fileExists(atPath: name) else { return false }
            let data = try Data(contentsOf: URL(fileURLWithPath: name))
            return data.range(of: Data(subject.raw)) != nil || data.range(of: Data(subject.text.utf8)) != nil
        }
    }
}
