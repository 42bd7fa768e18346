import Engine
import IdentityService
import Policy
import Schema
import Support
import Testing

/// What becomes of a closed account, and when. Policy §4.1, §4.5.
struct ClosedTests {
    private let town: Town
    private var ada: Person
    /// When it was closed.
    private let closed: Instant

    init() throws {
        town = try Town()
        ada = try Person(town, "ada@example.org")
        try ada.enter()
        _ = try ada.ask { command, _ in command.newKey = NewKeyCommand(label: nil) }
        _ = try ada.ask { command, _ in command.accept = AcceptCommand(policy: .current) }
        _ = try ada.ask { command, _ in
            command.choose = ChooseCommand(
                notice: .current, functional: Flag(true), analytics: Flag(false), language: .german)
        }
        _ = try ada.ask { command, _ in command.close = CloseCommand(close: Flag(true)) }
        closed = town.now
    }

    /// Lets time pass up to a moment, and some minutes more in which what is due is done.
    private func go(to moment: Instant) {
        town.wait(moment - town.now)
        for _ in 0..<5 { town.wait(Instant.minute) }
    }

    private func rows(_ tables: String...) throws -> Int {
        try tables.reduce(0) { try $0 + town.texts("SELECT 1 AS answer FROM \($1)").count }
    }

    private func end(_ held: Held) -> Instant { Schedule.entry(held).period.end(of: closed) }

    @Test func `the account goes with its address, keys and sessions at the end of 30 days, not before`() throws {
        go(to: end(.accountInformation) + -10 * Instant.minute)
        #expect(try rows("accounts") == 1 && rows("claims") == 1 && rows("apiKeys") == 1 && rows("acceptances") == 1)
        go(to: end(.accountInformation))
        #expect(
            try rows("accounts", "claims", "apiKeys", "acceptances", "addresses", "sessions", "categoryLedger") == 0)
        let buried = town.sent.filter { $0.value == nil }.map(\.topic)
        #expect(Set(buried) == [Topics.identityAccounts.name, Topics.identityAPIKeys.name])
        let keys = try #require(town.messages(Topics.identityKeys).last)
        #expect(
            keys.keys.filter { $0.wrapped == nil }.map(\.category).sorted { $0.rawValue < $1.rawValue } == [
                .account, .consent, .request,
            ])
    }

    @Test func `the address is free again, for another account`() throws {
        go(to: end(.accountInformation))
        var again = try Person(town, "ada@example.org")
        try again.enter()
        #expect(again.account != ada.account)
    }

    @Test func `the technical log stays for its six months, and its key with it`() throws {
        go(to: end(.accountInformation) + Instant.hour)
        #expect(try rows("technicalLog") == 1)
        go(to: end(.technicalLog) + -Instant.hour)
        #expect(try rows("technicalLog") == 1)
        go(to: end(.technicalLog) + Instant.hour)
        #expect(try rows("technicalLog") == 0)
        let keys = try #require(town.messages(Topics.identityKeys).last)
        #expect(keys.keys.filter { $0.wrapped != nil }.map(\.category) == [.payment])
        #expect(keys.subject != nil)
    }

    @Test func `a choice is a record for 24 months after its end, without its browser`() throws {
        go(to: end(.accountInformation) + Instant.hour)
        #expect(try rows("cookieChoices") == 1 && rows("cookieChoices WHERE browser IS NOT NULL") == 0)
        go(to: end(.consents) + -Instant.hour)
        #expect(try rows("cookieChoices") == 1)
        go(to: end(.consents) + Instant.hour)
        #expect(try rows("cookieChoices") == 0)
    }

    @Test func `the payments' key ends with the last year that payments are kept for, and nothing names the person`()
        throws
    {
        go(to: end(.accountInformation) + Instant.hour)
        go(to: end(.technicalLog) + Instant.hour)
        go(to: end(.paymentRecords) + -Instant.hour)
        #expect(try rows("closedPeople") == 1)
        go(to: end(.paymentRecords) + Instant.hour)
        #expect(try rows("closedPeople") == 0)
        let keys = try #require(town.messages(Topics.identityKeys).last)
        #expect(keys.subject == nil && keys.keys.allSatisfy { $0.wrapped == nil })
    }
}
