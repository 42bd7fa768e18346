import Engine
import IdentityService
import Schema
import Seal
import Support
import Testing

/// Sessions, and what a person does in them.
struct SessionTests {
    @Test func `a session ends after 7 days without use, or 30 days after its start, and says so`() throws {
        let town = try Town(files: 1)
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        for _ in 0..<4 {
            town.wait(6 * Instant.day)
            #expect(try ada.isSignedIn())
        }
        town.wait(6 * Instant.day)
        let reply = try ada.ask { command, _ in command.choices = ChoicesQuestion(all: Flag(true)) }
        #expect(reply.why == "the session has ended (after 30 days, or 7 without use): sign in again")
        try ada.enter(.signIn)
        town.wait(7 * Instant.day)
        #expect(try !ada.isSignedIn())
    }

    @Test func `a session is of one account, and of who has its token`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        var eve = try Person(town, "eve@example.org")
        try ada.enter()
        try eve.enter()
        eve.account = ada.account
        #expect(try !eve.isSignedIn())
        eve.token = SessionToken(unchecked: "made up")
        #expect(try !eve.isSignedIn())
    }

    @Test func `signing out ends one session, or all of them`() throws {
        let town = try Town()
        var people = [try Person(town, "ada@example.org"), try Person(town, "ada@example.org")]
        for index in people.indices { try people[index].enter() }
        #expect(
            try people[0].ask { command, _ in command.signOut = SignOutCommand(everywhere: Flag(false)) }.outcome
                == .done)
        #expect(try !people[0].isSignedIn() && people[1].isSignedIn())
        try people[0].enter(.signIn)
        _ = try people[1].ask { command, _ in command.signOut = SignOutCommand(everywhere: Flag(true)) }
        #expect(try !people[0].isSignedIn() && !people[1].isSignedIn())
    }

    @Test func `an API key is shown once, known by its hash, listed by its prefix and label, and can be revoked`()
        throws
    {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let reply = try ada.ask { command, letter in
            command.newKey = NewKeyCommand(label: try letter.box(KeyLabel(unchecked: "my laptop")))
        }
        let made = try #require(reply.apiKey)
        let secret = try ada.open(made.secret, of: reply).text
        #expect(secret.utf8.count == 6 + 8 + 1 + 43)
        #expect(secret.hasPrefix("\(made.prefix.text)_") && made.prefix.text.hasPrefix("troth_"))
        let state = try #require(town.messages(Topics.identityAPIKeys).last)
        #expect(state.hash.bytes == (try SHA256.hash(Array(secret.utf8))))
        #expect((state.key, state.state, state.account) == (made.key, .active, ada.account))
        let list = try ada.ask { command, _ in command.keys = KeysQuestion(all: Flag(true)) }
        let entry = try #require(list.apiKeys?.keys.first)
        #expect((entry.key, entry.prefix, entry.state) == (made.key, made.prefix, .active))
        #expect(try ada.open(#require(entry.label), of: list).text == "my laptop")
        for _ in 0..<2 {
            let done = try ada.ask { command, _ in command.revokeKey = RevokeKeyCommand(key: made.key) }
            #expect(done.outcome == .done)
        }
        let last = try #require(town.messages(Topics.identityAPIKeys).last)
        #expect((last.state, last.version.value) == (.revoked, 2))
        #expect(town.notices == [.accountOpened, .apiKeyMade, .apiKeyRevoked])
        let other = try ada.ask { command, _ in command.revokeKey = RevokeKeyCommand(key: .example) }
        #expect(other.why == "the account has no API key of this id: see troth api-key list")
    }

    @Test func `a repeated command for a key makes no second one and gives the first again`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let replies = try (0..<2).map { _ in
            try ada.ask(id: "new") { command, _ in command.newKey = NewKeyCommand(label: nil) }
        }
        #expect(replies[0] == replies[1])
        #expect(try town.texts("SELECT 1 AS answer FROM apiKeys").count == 1)
    }

    @Test func `an account has a hundred keys, and revoked ones make room`() throws {
        let town = try Town(files: 1)
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        func new() throws -> Reply { try ada.ask { command, _ in command.newKey = NewKeyCommand(label: nil) } }
        let first = try #require(new().apiKey).key
        for _ in 1..<100 { #expect(try new().outcome == .done) }
        #expect(try new().why == "the account has 100 API keys: revoke one first")
        _ = try ada.ask { command, _ in command.revokeKey = RevokeKeyCommand(key: first) }
        #expect(try new().outcome == .done)
    }

    @Test func `choices, acceptances and objections are histories, newest first`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let accepted = try ada.ask { command, _ in command.accept = AcceptCommand(policy: .current) }
        #expect(accepted.outcome == .done)
        let old = try #require(PolicyVersion(text: "2020-01-01"))
        let refused = try ada.ask { command, _ in command.accept = AcceptCommand(policy: old) }
        #expect(refused.why == "this is not the policy in force: accept the version of 2026-06-01")
        for analytics in [true, false] {
            _ = try ada.ask { command, _ in
                command.choose = ChooseCommand(notice: .current, functional: Flag(true), analytics: Flag(analytics))
                command.object = nil
            }
        }
        _ = try ada.ask { command, _ in command.object = ObjectCommand(objects: Flag(true)) }
        let answer = try ada.ask { command, _ in command.choices = ChoicesQuestion(all: Flag(true)) }
        let choices = try #require(answer.choices)
        #expect(choices.accepted.map(\.policy) == [.current])
        #expect(choices.chosen.map(\.analytics.value) == [false, true])
        #expect(choices.objections.map(\.objects.value) == [true])
    }

    @Test func `who has chosen no cookies has consented to none`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        let answer = try ada.ask { command, _ in command.choices = ChoicesQuestion(all: Flag(true)) }
        #expect(try #require(answer.choices).chosen.isEmpty)
        #expect(try town.texts("SELECT 'one' AS answer FROM cookieChoices").isEmpty)
    }

    @Test func `the language is kept by a functional cookie, and goes with it`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        for (functional, language) in [(true, Language.english), (true, .german), (false, .german)] {
            _ = try ada.ask { command, _ in
                command.choose = ChooseCommand(
                    notice: .current, functional: Flag(functional), analytics: Flag(false), language: language)
            }
        }
        let contacts = town.messages(Topics.notifierMessagesIdentity).compactMap(\.contact)
        #expect(contacts.map(\.language) == [.german, .english, .german, .english])
        #expect(contacts.map(\.version.value) == [1, 2, 3, 4])
    }

    @Test func `a closed account is told to everybody, has no session and no key, and cannot be signed in to`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        _ = try ada.ask { command, _ in command.newKey = NewKeyCommand(label: nil) }
        #expect(try ada.ask { command, _ in command.close = CloseCommand(close: Flag(true)) }.outcome == .done)
        let state = try #require(town.messages(Topics.identityAccounts).last)
        #expect((state.state, state.version.value, state.closed) == (.closed, 2, town.now))
        #expect(town.messages(Topics.identityAPIKeys).last?.state == .revoked)
        #expect(town.messages(Topics.notifierMessagesIdentity).compactMap(\.contact).last?.closed.value == true)
        #expect(town.notices.last == .accountClosed)
        #expect(try !ada.isSignedIn())
        let attempt = try #require(ada.start().attempt).attempt
        let reply = try ada.confirm(attempt, town.code(of: attempt))
        #expect(reply.why == "the account is closed: write to us if that was not you")
    }

    @Test func `an access is logged for a person that is here`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        for account in [try #require(ada.account), .example] {
            try town.report({ AccessEvent(at: .example, event: .apiKey, client: try ada.client($0)) }, of: account)
        }
        #expect(try town.texts("SELECT event AS answer FROM technicalLog ORDER BY number") == ["sign-in", "api-key"])
        #expect(try town.texts("SELECT count AS answer FROM categoryLedger WHERE category = 'technical'") == ["2"])
    }
}
