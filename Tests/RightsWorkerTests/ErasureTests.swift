import Engine
import RightsWorkerService
import Schema
import Seal
import Support
import Testing

/// An erasure from its opening to its receipt. Policy §8.3; ARCHITECTURE: an erasure goes in this order.
@Suite struct ErasureTests {
    private func inhabited() throws -> (Town, Person) {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.register()
        return (town, ada)
    }

    @Test func `an erasure goes in its order: confirmed twice, marked, erased, told, destroyed`() throws {
        let (town, ada) = try inhabited()
        let attempt = try #require(ada.open(.gdprErasure)?.attempt).attempt
        #expect(try town.mailedCodes().last?.purpose == .rightsErasure)
        let opened = try #require(ada.confirm(attempt)?.requestOpened)
        #expect(opened.isToConfirm.value && opened.notBefore == nil)
        let request = opened.request
        #expect(try ada.status(request).state == .confirming && town.acts.isEmpty)
        #expect(town.messages(Topics.rightsSuppressions).isEmpty)
        #expect(try ada.confirmAgain(request)?.request?.state == .asking)
        #expect(town.acts == [.erase] && town.messages(Topics.rightsSuppressions).count == 1)
        let kept = SliceOutcome(
            slice: SliceName(unchecked: "payments"), rows: CallCount(unchecked: 2), kept: CallCount(unchecked: 2),
            ground: .law, until: .example)
        for service in Topics.participants.dropLast() { try town.answer(request, .erase, by: service, slices: [kept]) }
        let last = try #require(Topics.participants.last)
        #expect(try ada.status(request).waitsFor.map(\.text) == [last])
        try town.answer(request, .erase, by: last)
        #expect(try ada.status(request).state == .forgetting && town.acts == [.erase, .forget])
        let asked = try #require(town.messages(Topics.rightsRequests).last)
        let notice = try #require(
            town.messages(Topics.notifierMessagesRightsWorker).compactMap(\.notice).last { $0.kind == .requestDone })
        #expect(asked.receipt == notice.id, "the notifier forgets after this mail")
        try town.answerAll(request, .forget)
        #expect(town.acts == [.erase, .forget, .destroy])
        try town.answerAll(request, .destroy)
        let status = try ada.status(request)
        #expect(status.state == .done && status.answeredAt != nil && status.waitsFor.isEmpty)
        let keys = [try TestSecrets.signing("rights-worker").publicBytes]
        let told = try #require(notice.request)
        let (bytes, signature) = (try #require(told.receipt), try #require(told.signature))
        let receipt = RightsReceipt(bytes, signed: signature, by: keys)
        #expect(receipt?.services.count == Topics.participants.count && receipt?.request == request)
        let other = [try TestSecrets.signing("identity").publicBytes]
        #expect(RightsReceipt(bytes, signed: signature, by: other) == nil)
        #expect(try town.workers.flatMap { try $0.texts("SELECT person AS answer FROM requests") } == ["null"])
    }

    @Test func `no service is asked to erase before the mark is in the log`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprErasure)
        town.isHeld = { $0.topic == Topics.rightsSuppressions.name }
        _ = try ada.confirmAgain(request)
        #expect(town.acts.isEmpty && town.messages(Topics.rightsSuppressions).count == 1)
        town.isHeld = { _ in false }
        town.deliverAll()
        #expect(town.acts == [.erase])
    }

    @Test func `every act of an erasure carries identity's proof`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.ccpaDelete)
        _ = try ada.confirmAgain(request)
        let asked = try #require(town.messages(Topics.rightsRequests).last)
        let proof = try #require(asked.proof)
        #expect(proof.request == request && proof.act == .erase && proof.method == .code)
        #expect(proof.subject.account == ada.account && asked.subject == proof.subject)
    }

    @Test func `a service that finds no proof leaves it to an operator, and nothing goes on`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprErasure)
        _ = try ada.confirmAgain(request)
        for service in Topics.participants {
            try town.answer(request, .erase, by: service, service == "billing" ? .unproven : .done)
        }
        #expect(try ada.status(request).state == .deciding && town.acts == [.erase])
        #expect(try town.alarms().contains { $0.hasPrefix("request-to-decide") })
        #expect(try ada.decide(request, \.refuse, "the proof was lost")?.request?.state == .refused)
        #expect(try town.notices.last == .requestRefused && town.alarms().isEmpty)
    }

    @Test func `it is confirmed in the browser that asked, and there alone`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprErasure)
        var other = ada
        other.browser = BrowserID(unchecked: "another browser")
        #expect(try other.confirmAgain(request)?.outcome == .refused && town.acts.isEmpty)
        #expect(try ada.confirmAgain(request)?.outcome == .done)
        #expect(try ada.confirmAgain(request)?.outcome == .refused, "it waits for no confirmation any more")
        #expect(town.acts == [.erase])
    }

    @Test func `a young session lets an erasure wait for 72 hours, and the person is told`() throws {
        let (town, ada) = try inhabited()
        town.wait(Instant.hour)
        let opened = try #require(ada.openSignedIn(.gdprErasure)?.requestOpened)
        #expect(opened.notBefore == .example + 72 * Instant.hour)
        #expect(try ada.confirmAgain(opened.request)?.request?.state == .resting)
        #expect(town.notices.last == .requestWaits && town.acts.isEmpty)
        town.wait(70 * Instant.hour)
        #expect(town.acts.isEmpty)
        town.wait(Instant.hour + Instant.minute)
        #expect(town.acts == [.erase])
    }

    @Test func `an erasure that waits for a hold is told to the person once, and is no silence of a service`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprErasure)
        _ = try ada.confirmAgain(request)
        let end = town.now + 10 * Instant.day
        for service in ["identity", "metering"] { try town.answer(request, .erase, by: service, .onHold, until: end) }
        #expect(town.notices.filter { $0 == .requestHeld }.count == 1)
        let told = try #require(town.messages(Topics.notifierMessagesRightsWorker).last?.notice?.request)
        #expect(told.until == end)
        #expect(try ada.status(request).heldUntil == end)
        #expect(try ada.status(request).waitsFor.contains { $0.text == "metering" })
        town.wait(11 * Instant.minute)
        #expect(try town.alarms().isEmpty)
        try town.answer(request, .erase, by: "billing", .onHold, until: end + Instant.day)
        #expect(town.notices.filter { $0 == .requestHeld }.count == 2, "another hold ends later")
        try town.answerAll(request, .erase)
        #expect(try ada.status(request).state == .forgetting && ada.status(request).heldUntil == nil)
    }

    @Test func `one that waits is taken back; one that is carried out is not`() throws {
        let (town, ada) = try inhabited()
        let first = try ada.request(.gdprErasure)
        func withdraw(_ request: RequestID) throws -> Reply? {
            try ada.tell(request) { command, _ in command.withdraw = WithdrawRequest(withdraw: Flag(true)) }
        }
        #expect(try withdraw(first)?.request?.state == .withdrawn && town.notices.last == .requestWithdrawn)
        #expect(try ada.confirmAgain(first)?.outcome == .refused)
        let second = try ada.request(.gdprErasure)
        #expect(second != first)
        _ = try ada.confirmAgain(second)
        #expect(try withdraw(second)?.outcome == .refused && town.acts == [.erase])
    }

    @Test func `what comes twice counts once: commands, codes, answers`() throws {
        let (town, ada) = try inhabited()
        let attempt = try #require(ada.open(.gdprErasure, id: "again")?.attempt).attempt
        #expect(try ada.open(.gdprErasure, id: "again")?.attempt?.attempt == attempt)
        #expect(try town.mailedCodes().filter { $0.purpose == .rightsErasure }.count == 1)
        let first = try #require(ada.confirm(attempt, id: "code")?.requestOpened)
        #expect(try ada.confirm(attempt, id: "code")?.requestOpened == first)
        _ = try ada.confirmAgain(first.request)
        for _ in 0..<2 { try town.answer(first.request, .erase, by: "identity") }
        #expect(try ada.status(first.request).waitsFor.count == Topics.participants.count - 1)
        try town.answerAll(first.request, .erase)
        try town.answerAll(first.request, .erase)
        #expect(town.acts == [.erase, .forget])
    }

    @Test func `an erasure ends what else is open, and no row tells whose it was`() throws {
        let (town, ada) = try inhabited()
        let export = try ada.request(.gdprAccess)
        let over = try #require(ada.openSignedIn(.ccpaOptOut)?.requestOpened).request
        try town.answerAll(over, .optOut)
        let request = try ada.request(.gdprErasure)
        _ = try ada.confirmAgain(request)
        for act in [RightsAct.erase, .forget, .destroy] { try town.answerAll(request, act) }
        #expect(try ada.status(export).state == .done && ada.status(export).reason != nil)
        let people = try town.workers.flatMap { try $0.texts("SELECT person AS answer FROM requests") }
        #expect(people == ["null", "null", "null"])
    }

    @Test func `a request of the same kind joins the open one`() throws {
        let (town, ada) = try inhabited()
        let first = try ada.request(.gdprErasure)
        let second = try ada.request(.gdprErasure)
        #expect(try first != second && ada.status(second).request == first)
        _ = try ada.confirmAgain(second)
        #expect(town.acts == [.erase])
    }
}
