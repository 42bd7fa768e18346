import Engine
import RightsWorkerService
import Schema
import Support
import Testing

/// Rights in the hands of who is not the person, or asks without end. SECURITY.md: Abuse; `make abuse` plays the same.
@Suite struct MisuseTests {
    private func inhabited() throws -> (Town, Person) {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.register()
        return (town, ada)
    }

    @Test func `an archive is had in the browser that asked, and there alone`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll()
        var thief = desk.ada
        thief.browser = BrowserID(unchecked: "another browser")
        #expect(try thief.piece(0, of: desk.request, desk.code) == .refused)
        #expect(try desk.fetch(desk.code) != nil)
    }

    @Test func `an archive that is asked for again within its week is the same, under a new code`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll()
        let first = try desk.code
        var again = desk.ada
        again.browser = BrowserID(unchecked: "another browser")
        let joined = try again.request(.gdprAccess)
        let second = try desk.code
        #expect(joined != desk.request && second != first)
        #expect(desk.town.messages(Topics.rightsRequests).count { $0.act == .export } == 1)
        #expect(try again.status(joined).state == .done && desk.fetch(first) == nil)
        #expect(try again.piece(0, of: joined, second) != .refused)
        desk.town.wait(7 * Instant.day)
        desk.town.wait(Instant.minute)
        _ = try again.request(.gdprAccess)
        #expect(desk.town.messages(Topics.rightsRequests).count { $0.act == .export } == 2)
    }

    @Test func `who takes a request back whose archive is ready takes the archive back`() throws {
        let desk = try ArchiveDesk()
        try desk.sendAll()
        let reply = try desk.ada.tell(desk.request) { command, _ in
            command.withdraw = WithdrawRequest(withdraw: Flag(true))
        }
        #expect(reply?.request?.state == .done)
        #expect(try desk.fetch(desk.code) == nil && desk.kept == ArchiveDesk.nothing && desk.names.isEmpty)
    }

    @Test func `a session that is older than ten minutes shows nothing`() throws {
        let (town, ada) = try inhabited()
        town.wait(10 * Instant.minute)
        #expect(try ada.openSignedIn(.gdprAccess)?.requestOpened != nil)
        town.wait(Instant.second)
        #expect(try ada.openSignedIn(.ccpaKnow)?.outcome == .refused)
        #expect(try ada.openSignedIn(.accountClosure)?.requestOpened != nil)
    }

    @Test func `a session opens ten requests a day that need a proof, and as many choices as it likes`() throws {
        let (town, ada) = try inhabited()
        let taken = try (0..<12).count { _ in try ada.openSignedIn(.gdprErasure)?.requestOpened != nil }
        #expect(taken == 10)
        #expect(try ada.openSignedIn(.ccpaOptOut)?.requestOpened != nil)
        town.wait(Instant.day)
        #expect(try ada.openSignedIn(.gdprErasure)?.requestOpened != nil)
    }

    @Test func `a choice that strangers repeat takes effect each time, and is mailed of once a day`() throws {
        let (town, ada) = try inhabited()
        for number in 1...3 {
            _ = try ada.open(.gdprObjection)
            let asked = try #require(town.messages(Topics.rightsRequests).last)
            try town.answerAll(asked.request, .object)
            #expect(town.acts == Array(repeating: .object, count: number))
        }
        #expect(town.notices == [.requestReceived, .requestDone])
        town.wait(Instant.day)
        _ = try ada.open(.gdprObjection)
        #expect(town.notices == [.requestReceived, .requestDone, .requestReceived, .requestDone])
    }

    @Test func `letters of others shut out nobody's`() throws {
        let town = try Town()
        for number in 0..<30 {
            let someone = try Person(town, "person\(number)@example.org")
            #expect(try someone.open(.gdprAccess, by: .email)?.attempt != nil)
        }
        #expect(try town.mailedCodes().count == 30)
        let portal = try (0..<30).count { number in
            try Person(town, "visitor\(number)@example.org").open(.gdprAccess)?.attempt != nil
        }
        #expect(portal < 30, "one portal that tells no address is one source")
    }

    @Test func `the address that is to come is told of an erasure, too`() throws {
        let (town, ada) = try inhabited()
        let request = try ada.request(.gdprRectification, newAddress: "ada@example.net")
        let mailed = try #require(town.mailedCodes().last)
        var correcting = ada
        correcting.browser = .correction(request)
        _ = try correcting.confirm(mailed.attempt)
        town.wait(Instant.hour)  // an address has three codes an hour
        let erasure = try ada.request(.gdprErasure)
        let told = try #require(town.messages(Topics.notifierMessagesIdentity).compactMap(\.notice).last)
        #expect(told.kind == .requestWaits && told.address != nil && told.request?.request == erasure)
    }
}
