import Engine
import IdentityService
import Policy
import Schema
import Seal
import Support
import Testing

/// What is left in identity of a person who is erased: nothing. Policy §8.3.
struct ErasureTests {
    @Test func `nothing of an erased person is left in any file, and others' rows are as they were`() throws {
        let town = try Town()
        let (ada, bob) = (try town.settled(), try town.settled("bob@example.org"))
        let account = try #require(ada.account)
        let others = try town.rows(without: account)
        #expect(!others.isEmpty)
        let outcome = try town.ask(.erase, of: account)
        #expect(outcome.result == .done)
        #expect(
            Set(outcome.slices.map(\.slice.text)).union(["rightsProofs", "closedPeople"])
                == Set(Identity.owns.filter { $0 is any Slice.Type }.map { $0.name }))
        #expect(outcome.slices.allSatisfy { $0.rows.value > 0 && $0.kept.value == 0 })
        town.wait(Instant.second)
        #expect(try town.places(of: account) == [])
        #expect(try town.rows(without: account) == others)
        #expect(try bob.isSignedIn())
    }

    @Test func `identity answers when every file with an address has said that it is free, and not before`() throws {
        let town = try Town()
        let ada = try town.settled()
        let account = try #require(ada.account)
        try town.post(.erase, of: account)
        let before = town.outcomes.count
        town.deliverAll(where: { $0.topic != Topics.identityClaims.name })
        for _ in 0..<3 {
            town.pass(Instant.minute)
            town.deliverAll(where: { $0.topic != Topics.identityClaims.name })
        }
        #expect(town.outcomes.count == before)
        #expect(try town.texts("SELECT 1 AS answer FROM claims").count == 2)
        #expect(try !ada.isSignedIn(), "the account serves nothing any more")
        #expect(town.messages(Topics.identityAPIKeys).last?.state == .revoked)
        town.wait(Instant.second)
        #expect(town.outcomes.last?.result == .done && town.outcomes.count == before + 1)
        #expect(try town.texts("SELECT 1 AS answer FROM claims") == [])
    }

    @Test func `the same address registers anew, as somebody else`() throws {
        let town = try Town()
        let ada = try town.settled()
        try town.ask(.erase, of: try #require(ada.account))
        var again = try Person(town, "ada@example.org")
        let session = try again.enter()
        #expect(session.isNew.value && again.account != ada.account)
        #expect(try again.isSignedIn())
    }

    @Test func `a second erasure changes nothing`() throws {
        let town = try Town()
        let account = try #require(try town.settled().account)
        try town.ask(.erase, of: account)
        let again = try town.ask(.erase, of: account, 2)
        #expect(again.result == .done && again.slices.isEmpty)
        #expect(try town.places(of: account) == [])
    }

    @Test func `the gateway forgets the keys at once, and everybody the account when its keys are destroyed`() throws {
        let town = try Town()
        let account = try #require(try town.settled().account)
        func tombs(_ topic: TopicName) -> Int { town.sent.filter { $0.topic == topic && $0.value == nil }.count }
        try town.ask(.erase, of: account)
        #expect(tombs(Topics.identityAPIKeys.name) == 1 && tombs(Topics.identityAccounts.name) == 0)
        #expect(town.messages(Topics.identityKeys).allSatisfy { $0.keys.allSatisfy { $0.wrapped != nil } })
        #expect(try town.ask(.destroy, of: account).result == .done)
        #expect(tombs(Topics.identityAccounts.name) == 1)
        let record = try #require(town.messages(Topics.identityKeys).last)
        #expect(record.subject == SubjectID(account), "the payment key's wrap needs it")
        #expect(record.keys.filter { $0.wrapped != nil }.map(\.category) == [.payment])
        #expect(try town.ask(.destroy, of: account, 2).result == .done)
        #expect(town.messages(Topics.identityKeys).last == record, "what is destroyed is not destroyed again")
        #expect(try town.places(of: account) == [])
    }

    @Test func `the payments' key ends with their years, and then nothing names the person`() throws {
        let town = try Town()
        let account = try #require(try town.settled().account)
        try town.ask(.erase, of: account)
        try town.ask(.destroy, of: account)
        let end = Schedule.entry(.paymentRecords).period.end(of: town.now)
        func last() throws -> SubjectKeys { try #require(town.messages(Topics.identityKeys).last) }
        for (moment, isThere) in [(end + -Instant.hour, true), (end, false)] {
            town.wait(moment - town.now)
            for _ in 0..<5 { town.wait(Instant.minute) }
            #expect(try (last().subject != nil) == isThere)
            #expect(try last().keys.contains { $0.wrapped != nil } == isThere)
            #expect(try town.texts("SELECT 1 AS answer FROM erasedKeys").isEmpty == !isThere)
        }
    }

    @Test func `keys are not destroyed before the broker has said the time`() throws {
        let town = try Town()
        let account = try #require(try town.settled().account)
        try town.ask(.erase, of: account)
        town.wait(2 * Instant.hour)
        town.brokerAnswers = false
        let before = town.outcomes.count
        try town.post(.destroy, of: account)
        for _ in 0..<5 { town.wait(Instant.minute) }
        #expect(town.outcomes.count == before)
        town.brokerAnswers = true
        for _ in 0..<5 { town.wait(Instant.minute) }
        #expect(town.outcomes.count == before + 1)
    }

    @Test func `a proof that comes late of an erased person brings nothing back`() throws {
        let town = try Town()
        let ada = try town.settled()
        let account = try #require(ada.account)
        // a sign-in whose proof is on its way while the person is erased
        let again = try Person(town, "ada@example.org")
        let attempt = try #require(again.start(.signIn).attempt).attempt
        let code = try town.code(of: attempt)
        let command = try town.post(attempt.account) { try again.confirmCommand(code, $0) }
        var held: [Claim] = []
        town.deliverAll(where: { message in
            guard let claim = try? message.message(Claim.self), claim.proved != nil else { return true }
            held.append(claim)
            return false
        })
        #expect(!held.isEmpty)
        try town.suppress(account)
        try town.ask(.erase, of: account)
        town.wait(Instant.minute)
        #expect(town.replies.last { $0.command == command }?.outcome == .refused)
        #expect(try town.places(of: account) == [])
        #expect(town.stands.contains { $0.shard.report.counters["late_dropped"] == 1 })
    }

    @Test func `an access and a bounce that come late are dropped and counted`() throws {
        let town = try Town()
        let ada = try town.settled()
        let account = try #require(ada.account)
        try town.ask(.erase, of: account)
        try town.report(
            { letter in
                let address = try letter.box(IPAddress(unchecked: "203.0.113.7"))
                return AccessEvent(at: town.now, event: .apiKey, client: Client(browser: nil, address: address))
            }, of: account)
        try town.hear(
            Bounce(
                notice: NoticeID(high: 7, low: 7), subject: SubjectID(account), at: town.now,
                code: SMTPCode(unchecked: 550)))
        #expect(try town.places(of: account) == [])
        #expect(town.stands.map { $0.shard.report.counters["late_dropped"] ?? 0 }.reduce(0, +) == 2)
    }
}

extension Town {
    /// rights-worker's mark of somebody who is erased, as it comes before the request.
    func suppress(_ account: AccountID) throws {
        let file = Int(partition(of: account, n: files))
        let mark = try HMAC.authenticate(account.raw, key: TestSecrets.key("suppression").bytes)
        let suppression = Suppression(mark: Digest(unchecked: mark), since: now)
        let record = try TestRecord.signed(
            suppression, on: Topics.rightsSuppressions, partition: Int32(file),
            key: Base64URL.encode(mark), by: TestSecrets.signing("rights-worker"))
        give(file, try #require(stands[file].input(of: Topics.rightsSuppressions)), record)
    }
}
