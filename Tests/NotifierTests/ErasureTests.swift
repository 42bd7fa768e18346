import Engine
import NotifierService
import Schema
import Support
import Testing

/// What notifier removes of a person, and when. ARCHITECTURE: an erasure.
struct ErasureTests {
    private func ask(
        _ desk: Desk, _ act: RightsAct, of person: Person, receipt: NoticeID? = nil, _ worker: TestRequests
    ) throws -> [Action] {
        var request = try worker.request(act, of: person.subject.account, TestRequests.id(1), at: desk.stand.now)
        request.receipt = receipt
        return desk.stand.give(try #require(desk.stand.input(of: Topics.rightsRequests)), try worker.record(request))
    }

    private func outcomes(_ actions: [Action]) throws -> [RightsOutcome] {
        try actions.sent.filter { $0.topic == Topics.rightsOutcomes(of: "notifier").name }
            .flatMap { try $0.message(RightsOutcomes.self).outcomes }
    }

    /// A person who is known and had a mail, with another one in the queue.
    private func known() throws -> (Desk, Person, Handed) {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(try ada.keys())
        let first = desk.tell(try ada.contact("ada@example.org"), try ada.notice(1))
        desk.finish(try #require(first.mails.first), .done)
        let second = desk.tell(try ada.notice(2))
        return (desk, ada, try #require(second.mails.first))
    }

    @Test func `an erasure keeps the contact and what is to be mailed, until the receipt has gone`() throws {
        let (desk, ada, queued) = try known()
        let worker = try TestRequests()
        let erased = try #require(try outcomes(ask(desk, .erase, of: ada, worker)).first)
        #expect(erased.result == .done)
        #expect(
            erased.slices.map { "\($0.slice.text) \($0.rows.value) \($0.kept.value)" } == [
                "contacts 0 1", "deliveries 1 1",
            ])
        #expect(try outcomes(ask(desk, .forget, of: ada, receipt: .of(2), worker)).isEmpty, "its receipt is to go")
        let forgotten = try #require(try outcomes(desk.finish(queued, .done)).first)
        #expect(forgotten.act == .forget && forgotten.slices.map(\.rows.value) == [1, 1])
        #expect(try desk.stand.places(of: ada.subject.account) == [])
    }

    @Test(arguments: [true, false])
    func `a correction is answered with the contact that identity sends, before the request or after it`(
        _ isFirst: Bool
    ) throws {
        let (desk, ada, _) = try known()
        let worker = try TestRequests()
        var corrected = try ada.contact("ada@new.example", version: 2)
        corrected.contact?.request = TestRequests.id(1)
        var answers: [RightsOutcome] = []
        if isFirst {
            answers += try outcomes(desk.tell(corrected))
            answers += try outcomes(ask(desk, .rectify, of: ada, worker))
            #expect(answers.count == 2, "who asks again is told again")
        } else {
            #expect(try outcomes(ask(desk, .rectify, of: ada, worker)).isEmpty)
            #expect(try desk.stand.texts("SELECT act AS answer FROM rights") == [], "nothing is kept of the question")
            answers += try outcomes(desk.tell(corrected))
            #expect(answers.count == 1)
        }
        let slices = answers.map { $0.slices.map { "\($0.slice.text) \($0.rows.value)" } }
        #expect(slices.allSatisfy { $0 == ["contacts 1"] } && answers.allSatisfy { $0.result == .done })
    }

    @Test func `a receipt that does not go is given up after 72 hours`() throws {
        let (desk, ada, _) = try known()
        let worker = try TestRequests()
        _ = try ask(desk, .erase, of: ada, worker)
        #expect(try outcomes(ask(desk, .forget, of: ada, receipt: .of(9), worker)).isEmpty)
        #expect(try outcomes(desk.stand.wait(71 * Instant.hour)).isEmpty)
        #expect(try outcomes(desk.stand.wait(Instant.hour)).map(\.act) == [.forget])
        #expect(try desk.stand.places(of: ada.subject.account) == [])
    }

    @Test func `a late contact and a late notice of an erased person are dropped, whoever sends them`() throws {
        let (desk, ada, queued) = try known()
        desk.finish(queued, .done)
        let worker = try TestRequests()
        _ = try ask(desk, .erase, of: ada, worker)
        _ = try ask(desk, .forget, of: ada, worker)
        desk.tell(try ada.contact("ada@example.org", version: 7), try ada.notice(5))
        let late = TestRecord.linked(try ada.notice(6), "rights-worker/0/\(Incarnation.example)/1")
        desk.stand.give(try #require(desk.stand.input(of: Topics.notifierMessagesRightsWorker)), late)
        #expect(desk.stand.shard.report.counters["late_dropped"] == 3)
        #expect(try desk.stand.places(of: ada.subject.account) == [])
    }

    @Test func `an export shows the address in clear, to the export's key only`() throws {
        let (desk, ada, _) = try known()
        let worker = try TestRequests()
        var (sent, actions) = ([Outgoing](), try ask(desk, .export, of: ada, worker))
        for _ in 0..<20 where !actions.isEmpty {
            sent += actions.sent
            actions = actions.sent.flatMap { desk.stand.step(.delivered($0.delivery)) } + desk.stand.step(.tick)
        }
        let rows = try worker.rows(sent, from: "notifier", of: ada.subject.account)
        let contact = #"{"address":"ada@example.org","language":"en","closed":false,"closedAt":null,"version":1}"#
        #expect(rows["contacts"] == [contact])
        #expect(rows["deliveries"]?.count == 2)
        #expect(sent.allSatisfy { !String(decoding: $0.value ?? [], as: UTF8.self).contains("example.org") })
    }
}
