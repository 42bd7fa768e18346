import Engine
import IdentityService
import Schema
import Store
import Support
import Testing

/// Registration and sign-in by mailed code.
struct RegistrationTests {
    @Test func `a code that comes back opens an account, a session and the keys of a person`() throws {
        let town = try Town()
        var ada = try Person(town, "Ada@Example.org")
        let session = try ada.enter()
        #expect(session.isNew.value)
        #expect(session.expiresAt == town.now + 30 * Instant.day)
        let account = try #require(town.messages(Topics.identityAccounts).first)
        #expect(account.account == session.account)
        #expect((account.state, account.version.value, account.region) == (.open, 1, .eea))
        #expect(town.messages(Topics.identityKeys).first?.keys.count == 5)
        #expect(town.notices == [.accountOpened])
        let contact = try #require(town.messages(Topics.notifierMessagesIdentity).compactMap(\.contact).first)
        #expect(contact.language == .german)
        #expect(try town.texts("SELECT event AS answer FROM technicalLog") == ["sign-in"])
        let ledger = "SELECT category || ' ' || count AS answer FROM categoryLedger ORDER BY category"
        #expect(try town.texts(ledger) == ["account 1", "technical 1"])
        #expect(try ada.isSignedIn())
    }

    @Test func `a second registration of an address gets the same answer and the same account`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        let first = try ada.enter()
        var again = try Person(town, "ADA@example.ORG")
        again.browser = "another-browser"
        let second = try again.enter()
        #expect(second.account == first.account)
        #expect(!second.isNew.value)
        #expect(town.messages(Topics.identityAccounts).count == 1)
        #expect(town.notices == [.accountOpened, .signedIn])
    }

    @Test func `an address is told that it has no account only once it is proved`() throws {
        let town = try Town()
        let nobody = try Person(town, "nobody@example.org")
        let attempt = try #require(nobody.start(.signIn).attempt).attempt
        let reply = try nobody.confirm(attempt, town.code(of: attempt))
        #expect(reply.why == "no account has this address: register it")
        #expect(try town.texts("SELECT count(*) AS answer FROM claims").allSatisfy { $0 == "0" })
    }

    @Test func `what begins is the same in rows and bytes whether or not there is an account`() throws {
        func traces(_ purpose: StartPurpose, known: Bool) throws -> [String] {
            let town = try Town()
            var ada = try Person(town, "ada@example.org")
            var other = try Person(town, "eve@example.org")
            if known { try ada.enter() } else { try other.enter() }
            town.wait(26 * Instant.hour)
            let before = town.sent.count
            _ = try ada.start(purpose, id: "trace")
            let messages = town.sent[before...].map { "\($0.topic.text) \($0.value?.count ?? 0)" }
            let rows = try ["attempts", "claims", "buckets", "sessions", "outbox"].map { table in
                try town.texts("SELECT count(*) AS answer FROM \(table)").compactMap { Int($0) }.reduce(0, +)
            }
            return messages + rows.map { "\($0)" }
        }
        for purpose in StartPurpose.allCases {
            let (known, unknown) = (try traces(purpose, known: true), try traces(purpose, known: false))
            #expect(known == unknown)
        }
    }

    @Test func `a text that is no address is refused before anything is done`() throws {
        let town = try Town()
        #expect(try Person(town, "ada@").start().why == "this is no e-mail address: write it as name@example.org")
        #expect(town.messages(Topics.identityClaims).isEmpty)
    }

    @Test(arguments: 0..<40) func `of two registrations of one address one wins in every order`(_ order: Int) throws {
        let town = try Town(seed: UInt64(order) + 1)
        var generator = SplitMix64(seed: UInt64(order))
        func some(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
        var people = [try Person(town, "ada@example.org"), try Person(town, "Ada@example.org")]
        people[1].browser = "the-other-browser"
        // the second code replaces the first, so each is given back before the other is asked for
        for index in people.indices {
            _ = try town.post(town.freshID()) { try people[index].startCommand(.register, $0) }
            town.deliverAll(choosing: some)
            let mail = try #require(town.mailedCodes().last)
            _ = try town.post(mail.attempt.account, id: "confirm-\(index)") {
                try people[index].confirmCommand(mail.code, $0)
            }
        }
        town.deliverAll(choosing: some)
        for index in people.indices {
            try people[index].take(try #require(town.replies.last { $0.command.text == "confirm-\(index)" }))
        }
        #expect(people[0].account == people[1].account)
        #expect(town.messages(Topics.identityAccounts).count == 1)
        #expect(try people[0].isSignedIn() && people[1].isSignedIn())
    }

    @Test func `a repeated start mails no second code, and a repeated confirmation is answered again`() throws {
        let town = try Town()
        var ada = try Person(town, "ada@example.org")
        let key = town.freshID()
        let first = try town.ask(key, id: "start") { try ada.startCommand(.register, $0) }
        let second = try town.ask(key, id: "start") { try ada.startCommand(.register, $0) }
        #expect(first.attempt == second.attempt)
        let mails = try town.mailedCodes()
        #expect(mails.count == 1)
        let attempt = try #require(first.attempt).attempt
        let reply = try ada.confirm(attempt, mails[0].code, id: "confirm")
        try ada.take(reply)
        let old = ada
        let again = try ada.take(ada.confirm(attempt, mails[0].code, id: "confirm"))
        #expect(again.isNew.value)
        #expect(try ada.isSignedIn() && old.isSignedIn(), "whichever answer arrived is good")
        #expect(ada.token?.text == old.token?.text, "the session has one token")
        #expect(try town.texts("SELECT 1 AS answer FROM sessions").count == 1)
        #expect(town.notices == [.accountOpened])
    }

    @Test func `a message that is boxed to a newer intake key waits until that key is here`() throws {
        let town = try Town(files: 2)
        town.pass(Instant.day)
        town.deliverAll(where: { $0.partition == 0 })
        // begun in file 0, which has the new key, and about an address of file 1, which has not
        var attempts = 0
        while town.messages(Topics.identityClaims).count == attempts, attempts < 40 {
            let person = try Person(town, "person\(attempts)@example.org")
            attempts += 1
            var key = town.freshID()
            while partition(of: key, n: 2) != 0 { key = town.freshID() }
            _ = try town.post(key, id: "start-\(attempts)") { try person.startCommand(.register, $0) }
            let claim = try #require(town.sent.last { $0.topic == Topics.identityClaims.name })
            guard claim.partition == 1 else { continue }
            town.deliverAll(where: { $0.topic == Topics.identityClaims.name })
            #expect(town.stands[1].shard.report.stall?.reason == .key)
            town.deliverAll()
            #expect(town.stands[1].shard.report.stall == nil)
            return #expect(town.replies.last?.attempt != nil)
        }
        Issue.record("no address of 40 lies in file 1")
    }

    @Test func `the tables as they are now are what the migrations make`() throws {
        let made = try Store.create("memory:identity-tables-now", migrations: [])
        let tables = EngineTables.tables + Identity.owns.map { $0.table }
        for table in tables { try made.execute(table) }
        let migrated = try Store.create("memory:identity-tables-migrated", migrations: Identity.allMigrations)
        #expect(try schemaTexts(of: made) == schemaTexts(of: migrated))
    }
}
