import Engine
import IdentityService
import Schema
import Seal
import Support
import Testing

/// What rights-worker asks of identity beside copies and erasures. Policy §7.2, §8.2, §8.5, §8.6, §9.4.
struct RightsActTests {
    @Test(arguments: [RightsAct.object, .restrict])
    func `an objection and a restriction take usage out of the improvement of quality, at once`(_ act: RightsAct) throws
    {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        #expect(try town.ask(act, of: try #require(ada.account)).result == .done)
        #expect(town.messages(Topics.identityAccounts).last?.objects?.value == true)
        let table = act == .object ? "objections" : "restrictions"
        #expect(try town.texts("SELECT source AS answer FROM \(table)") == ["rights-worker"])
    }

    @Test(arguments: [RightsAct.optOut, .limit, .withdraw, .object, .restrict])
    func `who rates and bills hears of no right, but whose calls improve no quality`(_ act: RightsAct) throws {
        let town = try Town()
        let ada = try town.settled()
        let before = try #require(town.messages(Topics.identityAccounts).last)
        #expect(try town.ask(act, of: try #require(ada.account)).result == .done)
        var after = try #require(town.messages(Topics.identityAccounts).last)
        (after.version, after.objects) = (before.version, before.objects)
        #expect(after == before)
    }

    @Test func `a withdrawal takes back every choice, and keeps that there were some`() throws {
        let town = try Town()
        let ada = try town.settled()
        #expect(try town.ask(.withdraw, of: try #require(ada.account)).result == .done)
        #expect(
            try town.texts("SELECT functional || ' ' || analytics AS answer FROM cookieChoices ORDER BY number")
                == ["1 0", "0 0"])
        #expect(town.messages(Topics.notifierMessagesIdentity).compactMap(\.contact).last?.language == .english)
    }

    @Test func `opt-outs and limits are kept one by one, with their source and time`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let account = try #require(ada.account)
        for (number, act) in [(UInt64(1), RightsAct.optOut), (2, .limit), (3, .optOut)] {
            #expect(try town.ask(act, of: account, number).result == .done)
        }
        #expect(
            try town.texts("SELECT kind || ' ' || source AS answer FROM optOuts ORDER BY number")
                == ["opt-out rights-worker", "limit rights-worker", "opt-out rights-worker"])
    }

    @Test func `a closed account comes back within 30 days, without its sessions and API keys`() throws {
        let town = try Town()
        let ada = try town.settled()
        let account = try #require(ada.account)
        #expect(try town.ask(.restore, of: account, 1).result == .refused, "it is open")
        #expect(try town.ask(.close, of: account, 2).result == .done)
        #expect(try town.ask(.close, of: account, 3).result == .refused, "it is closed")
        #expect(try !ada.isSignedIn())
        town.wait(29 * Instant.day)
        #expect(try town.ask(.restore, of: account, 4).result == .done)
        let told = try #require(town.messages(Topics.identityAccounts).last)
        #expect(told.state == .open && told.closed == nil)
        #expect(town.messages(Topics.notifierMessagesIdentity).compactMap(\.contact).last?.closed.value == false)
        #expect(try !ada.isSignedIn())
        #expect(try town.texts("SELECT state AS answer FROM apiKeys") == ["revoked"])
        var back = try Person(town, "ada@example.org")
        try back.enter(.signIn)
        #expect(back.account == account)
    }

    @Test func `after 30 days a closed account does not come back`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let account = try #require(ada.account)
        try town.ask(.close, of: account, 1)
        town.wait(30 * Instant.day + Instant.hour)
        #expect(try town.ask(.restore, of: account, 2).result == .refused)
    }

    /// Ada with a correction under way; the attempt and the code that were mailed to the new address.
    private func correcting(_ town: Town) throws -> (ada: Person, attempt: AttemptID, code: String) {
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let account = try #require(ada.account)
        try town.post(.rectify, of: account) { request in
            request.email = try town.correction("ada@new.example", of: account, request.request)
        }
        town.deliverAll()
        let mail = try #require(town.mailedCodes().last)
        #expect((mail.purpose, mail.email) == (.newAddress, "ada@new.example"))
        return (ada, mail.attempt, mail.code)
    }

    /// Brings a code of the correction back.
    @discardableResult
    private func confirm(_ town: Town, _ attempt: AttemptID, _ code: String) throws -> Reply {
        var person = try Person(town, "ada@new.example")
        person.browser = TestRequests.id(1).text
        return try person.confirm(attempt, code)
    }

    @Test func `a correction mails a code to the new address, tells the old one, and is done after 72 hours`() throws {
        let town = try Town()
        let (_, attempt, code) = try correcting(town)
        try confirm(town, attempt, code)
        #expect(town.notices.last == .addressChangeAsked)
        town.wait(71 * Instant.hour)
        #expect(town.outcomes.isEmpty, "the old address may still disagree")
        town.wait(Instant.hour + Instant.minute)
        town.wait(Instant.minute)
        #expect(try town.texts("SELECT state AS answer FROM addresses ORDER BY state") == ["current", "past"])
        #expect(town.notices.suffix(2) == [.addressChanged, .addressChanged])
        let outcome = try #require(town.outcomes.last)
        #expect(outcome.result == .done && outcome.slices.map { "\($0.slice) \($0.rows.value)" } == ["addresses 1"])
        let contact = try #require(town.messages(Topics.notifierMessagesIdentity).compactMap(\.contact).last)
        #expect(contact.request == TestRequests.id(1), "the notifier answers for what it was given")
    }

    @Test func `a correction is done at once when the old address agrees`() throws {
        let town = try Town()
        let (_, attempt, code) = try correcting(town)
        let next = try #require(confirm(town, attempt, code).attempt).attempt
        #expect(town.outcomes.isEmpty)
        try confirm(town, next, town.code(of: next))
        #expect(town.outcomes.map(\.result) == [.done])
        #expect(town.outcomes.map(\.act) == [.rectify])
    }

    @Test func `a correction that nobody proves is refused when its code has ended`() throws {
        let town = try Town()
        let (_, attempt, code) = try correcting(town)
        town.wait(11 * Instant.minute)
        #expect(try confirm(town, attempt, code).outcome == .refused)
        #expect(town.outcomes.isEmpty)
        town.wait(5 * Instant.minute)
        #expect(town.outcomes.map(\.result) == [.refused])
    }

    @Test func `a correction whose change is withdrawn is refused`() throws {
        let town = try Town()
        let (ada, attempt, code) = try correcting(town)
        try confirm(town, attempt, code)
        town.wait(Instant.hour)
        #expect(town.outcomes.isEmpty, "it is proved, and waits")
        #expect(
            try ada.ask { command, _ in command.keepAddress = KeepAddressCommand(keep: Flag(true)) }.outcome == .done)
        town.wait(Instant.second)
        #expect(town.outcomes.map(\.result) == [.refused])
    }

    @Test func `a correction whose box was made for another request is refused`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let account = try #require(ada.account)
        let outcome = try town.ask(.rectify, of: account) { request in
            request.email = try town.correction("ada@new.example", of: account, TestRequests.id(99))
        }
        #expect(outcome.result == .refused)
    }

    @Test(arguments: [RightsAct.object, .withdraw, .optOut, .limit, .restrict, .close, .restore, .rectify])
    func `who has no account is refused`(_ act: RightsAct) throws {
        let town = try Town()
        #expect(try town.ask(act, of: AccountID(high: 7, low: 7)).result == .refused)
    }
}

extension Town {
    /// A new address as rights-worker boxes it.
    func correction(_ email: String, of account: AccountID, _ request: RequestID) throws -> Boxed<Email> {
        let key = try #require(messages(Topics.identityIntakeKeys).max { $0.madeAt < $1.madeAt }?.publicKey)
        return Boxed(
            unchecked: try SealedBox.seal(
                Email(unchecked: email).bytes, to: key.bytes, context: .correction(request, of: account),
                ephemeral: SecretBytes(random: 32)))
    }
}
