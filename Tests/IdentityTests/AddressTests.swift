import Engine
import IdentityService
import Schema
import Support
import Testing

/// Another address: proof of the new one, notice to the old one, and a wait where it does not agree.
struct AddressTests {
    /// Somebody who has an account.
    private func ada(_ town: Town) throws -> Person {
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        return ada
    }

    /// Asks for a new address and proves it; the answer, with the attempt of the old one.
    @discardableResult
    private func change(_ ada: Person, to email: String, _ town: Town) throws -> Reply {
        let asked = try ada.ask { command, letter in
            command.changeAddress = ChangeAddressCommand(email: try letter.box(Email(unchecked: email)))
        }
        let attempt = try #require(asked.attempt, "\(asked.why)").attempt
        return try ada.confirm(attempt, town.code(of: attempt))
    }

    /// True where an address signs in to the account.
    private func signsIn(_ email: String, to account: AccountID?, _ town: Town) throws -> Bool {
        var person = try Person(town, email)
        let attempt = try #require(person.start(.signIn).attempt).attempt
        let reply = try person.confirm(attempt, town.code(of: attempt))
        guard reply.outcome == .done else { return false }
        return try person.take(reply).account == account
    }

    @Test func `a new address takes effect when the old one agrees by a code of its own`() throws {
        let town = try Town()
        let ada = try ada(town)
        let waiting = try change(ada, to: "ada@new.example", town)
        #expect(town.notices.last == .addressChangeAsked)
        #expect(try !signsIn("ada@new.example", to: ada.account, town), "it is not the account's yet")
        #expect(try signsIn("ada@example.org", to: ada.account, town))
        let attempt = try #require(waiting.attempt).attempt
        let mail = try #require(town.mailedCodes().last { $0.attempt == attempt })
        #expect((mail.purpose, mail.email) == (.oldAddress, "ada@example.org"))
        #expect(try ada.confirm(attempt, mail.code).outcome == .done)
        #expect(town.notices.suffix(2) == [.addressChanged, .addressChanged])
        #expect(try signsIn("ada@new.example", to: ada.account, town))
        #expect(try town.texts("SELECT 1 AS answer FROM claims").count == 1, "the old address is free")
        #expect(try town.texts("SELECT state AS answer FROM addresses ORDER BY state") == ["current", "past"])
    }

    @Test func `a new address takes effect after 72 hours where the old one says nothing`() throws {
        let town = try Town()
        let ada = try ada(town)
        try change(ada, to: "ada@new.example", town)
        town.wait(71 * Instant.hour)
        #expect(try !signsIn("ada@new.example", to: ada.account, town))
        town.wait(Instant.hour)
        town.wait(Instant.minute)
        #expect(try signsIn("ada@new.example", to: ada.account, town))
        #expect(try !signsIn("ada@example.org", to: ada.account, town))
    }

    @Test func `a change that is withdrawn frees the new address`() throws {
        let town = try Town()
        let ada = try ada(town)
        let waiting = try change(ada, to: "ada@new.example", town)
        func keep() throws -> Reply {
            try ada.ask { command, _ in command.keepAddress = KeepAddressCommand(keep: Flag(true)) }
        }
        #expect(try keep().outcome == .done)
        #expect(try keep().why == "no change of address waits: nothing is to be kept")
        let attempt = try #require(waiting.attempt).attempt
        let late = try ada.confirm(attempt, town.code(of: attempt))
        #expect(late.why == "the change of address was withdrawn or replaced: ask for it again")
        var other = try Person(town, "ada@new.example")
        #expect(try other.enter().account != ada.account)
    }

    @Test func `the agreement to one change is none to another`() throws {
        let town = try Town()
        let ada = try ada(town)
        let first = try #require(change(ada, to: "ada@first.example", town).attempt).attempt
        let code = try town.code(of: first)
        town.wait(2 * Instant.minute)
        try change(ada, to: "ada@second.example", town)
        #expect(try ada.confirm(first, code).outcome == .refused)
        #expect(
            try town.texts("SELECT state AS answer FROM addresses ORDER BY state") == [
                "current", "waiting", "withdrawn",
            ])
        #expect(try town.texts("SELECT 1 AS answer FROM claims").count == 2, "the first new address is free again")
    }

    @Test func `the address of another account is refused once it is proved`() throws {
        let town = try Town()
        var eve = try Person(town, "eve@example.org")
        try eve.enter()
        let ada = try ada(town)
        let reply = try change(ada, to: "eve@example.org", town)
        #expect(reply.why == "another account has this address: use another one, or sign in with it")
    }

    @Test func `the same mailbox written another way needs no agreement`() throws {
        let town = try Town()
        let ada = try ada(town)
        #expect(try change(ada, to: "Ada@Example.ORG", town).outcome == .done)
        #expect(try signsIn("ada@example.org", to: ada.account, town))
        #expect(town.messages(Topics.notifierMessagesIdentity).compactMap(\.contact).map(\.version.value) == [1, 2])
    }

    @Test func `an address that is proved again before it was freed stays`() throws {
        let town = try Town()
        let ada = try ada(town)
        try change(ada, to: "ada@new.example", town)
        let asked = try ada.ask { command, letter in
            command.changeAddress = ChangeAddressCommand(email: try letter.box(Email(unchecked: "ada@new.example")))
        }
        let attempt = try #require(asked.attempt).attempt
        let code = try town.code(of: attempt)
        // what frees it is on its way while it is proved again
        _ = try town.post(try #require(ada.account)) { letter in
            var command = IdentityCommand(
                replyTo: Person.replies, client: try ada.client(letter), session: try letter.box(#require(ada.token)))
            command.keepAddress = KeepAddressCommand(keep: Flag(true))
            return command
        }
        _ = try town.post(attempt.account) { try ada.confirmCommand(code, $0) }
        town.deliverAll()
        #expect(try town.texts("SELECT 1 AS answer FROM claims").count == 2)
        #expect(try town.texts("SELECT 1 AS answer FROM addresses WHERE state = 'waiting'").count == 1)
    }
}
