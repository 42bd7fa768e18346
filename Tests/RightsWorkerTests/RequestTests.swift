import Engine
import Policy
import RightsWorkerService
import Schema
import Seal
import Support
import Testing

/// Who may ask for what, and until when it must be answered. Policy §8.7, §9; Clocks.
@Suite struct RequestTests {
    private func inhabited() throws -> (Town, Person) {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.register()
        return (town, ada)
    }

    private func chunk(_ request: RequestID, _ slice: String, _ number: Int64, isLast: Bool, rows: Int64) -> SliceChunk
    {
        SliceChunk(
            request: request, slice: SliceName(unchecked: slice), number: ChunkNumber(unchecked: number),
            isLast: Flag(isLast), rows: CallCount(unchecked: rows), content: .example)
    }

    @Test func `an export is packed when every slice of every service is whole, and not before`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprAccess)
        let asked = try #require(town.messages(Topics.rightsRequests).last)
        #expect(asked.act == .export && asked.exportKey != nil && asked.proof?.act == .export)
        let file = partition(of: AccountID(high: request.high, low: request.low), n: town.files)
        let first = "metering"
        // identity is there, and has sent its own
        for service in Topics.participants where service != first && service != "identity" {
            try town.tell(
                chunk(request, "empty", 0, isLast: true, rows: 0), on: Topics.rightsSlices(of: service),
                partition: file, key: ada.account?.text)
            let empty = SliceOutcome(slice: SliceName(unchecked: "empty"), rows: CallCount(unchecked: 0))
            try town.answer(request, .export, by: service, slices: [empty])
        }
        let told = SliceOutcome(slice: SliceName(unchecked: "sessions"), rows: CallCount(unchecked: 5))
        try town.answer(request, .export, by: first, slices: [told])
        #expect(try ada.status(request).state == .asking, "all have answered, but its slices are not here")
        let slices = Topics.rightsSlices(of: first)
        try town.tell(chunk(request, "sessions", 1, isLast: true, rows: 2), on: slices, partition: file)
        #expect(try ada.status(request).state == .asking, "a chunk is missing before the last")
        try town.tell(chunk(request, "sessions", 0, isLast: false, rows: 3), on: slices, partition: file)
        try town.tell(chunk(request, "sessions", 1, isLast: true, rows: 2), on: slices, partition: file)
        #expect(try ada.status(request).state == .packing)
    }

    @Test func `rows that a service counted and did not send leave an export open`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.pdpaAccess)
        let file = partition(of: AccountID(high: request.high, low: request.low), n: town.files)
        for service in Topics.participants {
            try town.tell(
                chunk(request, "rows", 0, isLast: true, rows: 1), on: Topics.rightsSlices(of: service), partition: file)
            let told = SliceOutcome(
                slice: SliceName(unchecked: "rows"), rows: CallCount(unchecked: service == "billing" ? 2 : 1))
            try town.answer(request, .export, by: service, slices: [told])
        }
        #expect(try ada.status(request).state == .asking)
    }

    @Test func `an address without an account gets the same answer and the same mail`() throws {
        let (town, ada) = try inhabited()
        let nobody = try Person(town, "nobody@example.org")
        for (person, hasAccount) in [(ada, true), (nobody, false)] {
            let before = town.sent.count
            let reply = try #require(try person.open(.gdprAccess))
            #expect(reply.outcome == .done && reply.attempt != nil)
            #expect(try town.mailedCodes().last?.email == person.email)
            #expect(town.sent.count - before == 4, "challenge, start, mail, answer")
            let attempt = try #require(reply.attempt).attempt
            let proved = try #require(try person.confirm(attempt))
            #expect((proved.outcome == .done) == hasAccount)
        }
    }

    @Test func `a choice needs no proof: it is asked for at once, and nobody learns whose it is`() throws {
        let (town, ada) = try inhabited()
        let mails = try town.mailedCodes().count
        #expect(try ada.open(.ccpaOptOut)?.outcome == .done)
        #expect(try Person(town, "nobody@example.org").open(.ccpaOptOut)?.outcome == .done)
        #expect(try town.acts == [.optOut] && town.mailedCodes().count == mails)
        let asked = try #require(town.messages(Topics.rightsRequests).last)
        #expect(asked.proof == nil && asked.subject.account == ada.account)
        try town.answerAll(asked.request, .optOut)
        #expect(try ada.status(asked.request).state == .done && town.notices.last == .requestDone)
        #expect(try ada.openSignedIn(.gdprWithdrawal)?.requestOpened != nil)
        #expect(town.acts.last == .withdraw)
    }

    @Test func `a browser's signal is one row, however often it comes`() throws {
        let town = try Town()
        let someone = try Person(town, "somebody@example.org")
        for _ in 0..<3 { #expect(try someone.choose(.ccpaOptOut, gpc: true)?.outcome == .done) }
        #expect(try town.workers.flatMap { try $0.texts("SELECT gpc AS answer FROM optOuts") } == ["1"])
        #expect(try someone.choose(.ccpaOptOut, gpc: true, key: .example)?.outcome == .refused)
        let seen = try town.workers.flatMap { try $0.texts("SELECT hex(browser) AS answer FROM optOuts") }
        #expect(!seen.contains { $0.contains("62726F77736572") }, "its id is in no row")
    }

    @Test func `a session that is none, or another's, opens nothing`() throws {
        let (town, ada) = try inhabited()
        var eve = try Person(town, "eve@example.org")
        try eve.register()
        #expect(try ada.openSignedIn(.gdprAccess, token: eve.token)?.outcome == .refused)
        #expect(try ada.openSignedIn(.gdprAccess, token: SessionToken(unchecked: "guessed"))?.outcome == .refused)
        #expect(town.acts.isEmpty)
        #expect(try ada.openSignedIn(.gdprAccess)?.requestOpened != nil && town.acts == [.export])
    }

    @Test func `a fourth unproved request of an address gets the same answer and no mail`() throws {
        let (town, ada) = try inhabited()
        for number in 0..<5 {
            let reply = try #require(try ada.open(number.isMultiple(of: 2) ? .gdprAccess : .gdprErasure))
            #expect(reply.attempt != nil)
            town.wait(25 * Instant.minute)
        }
        #expect(try town.mailedCodes().filter { $0.purpose != .register }.count == 3)
    }

    @Test func `an operator opens a request for one whose address is lost, and gives the reason`() throws {
        let (town, ada) = try inhabited()
        let reply = try town.ask(Topics.rightsCommands, #require(ada.account)) { _ in
            var command = RightsCommand(
                replyTo: ReplyAddress(asker: .troth, partition: PartitionNumber(unchecked: 0)))
            command.prove = ProveRequest(kind: .gdprAccess, reason: .example)
            return command
        }
        let request = try #require(reply?.requestOpened).request
        #expect(try ada.status(request).method == .operator && town.acts == [.export])
    }

    @Test func `a new address goes to identity's eyes alone`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprRectification, newAddress: "ada@example.net")
        let asked = try #require(town.messages(Topics.rightsRequests).last)
        #expect(asked.act == .rectify && asked.email != nil && asked.request == request)
        let needle = Array("ada@example.net".utf8)
        #expect(!town.sent.contains { $0.value?.firstRange(of: needle) != nil })
    }

    @Test func `a correction is done when identity has changed the address and the notifier has it, too`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprRectification, newAddress: "ada@example.net")
        let mailed = try #require(town.mailedCodes().last)
        #expect(mailed.email == "ada@example.net" && mailed.purpose == .newAddress)
        var correcting = ada
        correcting.browser = .correction(request)
        let next = try #require(correcting.confirm(mailed.attempt)?.attempt).attempt
        let agreement = try #require(town.mailedCodes().last)
        #expect(agreement.attempt == next && agreement.email == ada.email && agreement.purpose == .oldAddress)
        #expect(try ada.status(request).waitsFor.map(\.text) == ["identity", "notifier"])
        #expect(try correcting.confirm(next)?.outcome == .done)
        #expect(town.messages(Topics.notifierMessagesIdentity).compactMap(\.notice?.kind).last == .addressChanged)
        #expect(try ada.status(request).waitsFor.map(\.text) == ["notifier"])
        let contacts = SliceOutcome(slice: SliceName(unchecked: "contacts"), rows: CallCount(unchecked: 1))
        try town.answer(request, .rectify, by: "notifier", slices: [contacts])
        #expect(try ada.status(request).state == .done && town.notices.last == .requestDone)
        let told = try #require(town.messages(Topics.notifierMessagesRightsWorker).last?.notice?.request?.receipt)
        let receipt = try #require(RightsReceipt(stored: told.bytes))
        #expect(
            receipt.services.flatMap { entry in entry.slices.map { "\(entry.service) \($0.slice)" } }
                == ["identity addresses", "notifier contacts"])
    }

    @Test func `a correction that waits for its person is no silence of a service`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprRectification, newAddress: "ada@example.net")
        var correcting = ada
        correcting.browser = .correction(request)
        #expect(try correcting.confirm(#require(town.mailedCodes().last).attempt)?.attempt != nil)
        town.wait(11 * Instant.minute)
        #expect(try town.alarms().isEmpty)
        #expect(try ada.status(request).state == .asking)
    }

    @Test func `a correction whose new address nobody proves is an operator's to answer`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprRectification, newAddress: "ada@example.net")
        town.wait(16 * Instant.minute)
        #expect(try ada.status(request).state == .deciding)
        #expect(try town.alarms().map { String($0.prefix(17)) } == ["request-to-decide"])
    }

    @Test func `a correction without the right address is an operator's to answer`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.ccpaCorrect)
        #expect(try ada.status(request).state == .deciding)
        #expect(try ada.decide(request, \.answer, "see our letter")?.request?.state == .done)
        #expect(town.notices.last == .requestAnswered)
    }

    @Test func `a silent service has its name in the status, and an alarm`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprAccess)
        for service in Topics.participants where service != "metering" {
            try town.answer(request, .export, by: service)
        }
        town.wait(11 * Instant.minute)
        #expect(try ada.status(request).waitsFor.map(\.text) == ["metering"])
        #expect(try town.alarms() == ["service-silent metering"])
        try town.answer(request, .export, by: "metering")
        town.wait(Instant.minute)
        #expect(try town.alarms().isEmpty)
    }

    @Test func `reminders, an alarm and a record of what was missed come in time`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprAccess)
        let due = try #require(ada.status(request).due)
        let span = due - .example
        func go(to moment: Instant) { town.wait(moment - town.now) }
        func stage() throws -> [String] {
            try town.workers.flatMap { try $0.texts("SELECT stage AS answer FROM requests") }
        }
        go(to: .example + span / 100 * 49)
        #expect(try stage() == ["0"])
        go(to: .example + span / 100 * 96)
        #expect(try stage() == ["3"] && town.alarms().contains { $0.hasPrefix("request-due request ") })
        go(to: due)
        #expect(try !ada.status(request).isMissed.value)
        go(to: due + Instant.minute)
        #expect(try ada.status(request).isMissed.value && town.alarms().contains { $0.hasPrefix("request-missed") })
    }

    @Test func `a later date holds only where its reason was told by the first`() throws {
        let (town, ada) = try inhabited()
        let choice = try #require(ada.openSignedIn(.ccpaOptOut)?.requestOpened).request
        #expect(try ada.status(choice).extended != nil, "the region is the EEA: the GDPR's clock runs, too")
        let first = try ada.request(.gdprAccess)
        let before = try ada.status(first)
        #expect(try ada.decide(first, \.extend, "many slices")?.request?.isExtended.value == true)
        #expect(town.notices.last == .requestExtended)
        #expect(try ada.decide(first, \.extend)?.outcome == .refused, "once")
        let second = try ada.request(.gdprRectification, newAddress: "ada@example.net")
        let due = try #require(ada.status(second).due)
        town.wait(due + Instant.minute - town.now)
        #expect(try ada.decide(second, \.extend)?.outcome == .refused, "the first date is over")
        #expect(try !ada.status(first).isMissed.value && before.due.map { $0 < town.now } == true)
    }

    @Test func `a number that is nobody's tells nothing, and a list has what is open`() throws {
        let (town, ada) = try inhabited()
        #expect(
            try ada.tell(.example) { command, _ in command.status = RequestQuestion(all: Flag(true)) }?.outcome
                == .refused)
        let request = try ada.request(.gdprAccess)
        let listed = try ada.tell(request) { command, _ in command.list = RequestsQuestion(all: Flag(false)) }
        #expect(listed?.requests?.requests.map(\.request) == [request])
        _ = town
    }
}
