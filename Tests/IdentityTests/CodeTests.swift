import Engine
import IdentityService
import Schema
import Support
import Testing

/// What a code is good for: one thing, once, in one browser, for ten minutes and five tries.
struct CodeTests {
    /// A person with a code in the mail.
    private func asked(_ town: Town) throws -> (ada: Person, attempt: AttemptID, code: String) {
        let ada = try Person(town, "ada@example.org")
        let attempt = try #require(ada.start().attempt).attempt
        return (ada, attempt, try town.code(of: attempt))
    }

    @Test func `a code has eight characters, shown in two halves, and is read as a person may type it`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        #expect(code.utf8.count == 9 && code.dropFirst(4).first == "-")
        #expect(code.allSatisfy { "0123456789ABCDEFGHJKMNPQRSTVWXYZ-".contains($0) })
        let typed = code.lowercased().replacing("-", with: " ").replacing("0", with: "o").replacing("1", with: "l")
        #expect(try ada.confirm(attempt, typed).outcome == .done)
    }

    @Test func `a wrong code and one of an unknown attempt are refused alike`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        #expect(try ada.confirm(attempt, "0000-0000").why == wrongCode)
        #expect(try ada.confirm(AttemptID(high: 1, low: 2), code).why == wrongCode)
        #expect(try ada.confirm(attempt, code).outcome == .done)
    }

    @Test func `a code works once`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        #expect(try ada.confirm(attempt, code).outcome == .done)
        #expect(try ada.confirm(attempt, code).why == wrongCode)
    }

    @Test func `a confirmation that is repeated for another key is refused`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        #expect(try ada.confirm(attempt, code, id: "c").outcome == .done)
        let thief = try Person(town, "thief@example.org")
        #expect(try thief.confirm(attempt, code, id: "c").why == wrongCode)
    }

    @Test func `a code ends after ten minutes`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        town.wait(10 * Instant.minute)
        #expect(try ada.confirm(attempt, code).why == wrongCode)
    }

    @Test func `attempts and sessions are forgotten, but not before the broker has said the time`() throws {
        let town = try Town(files: 1)
        town.brokerAnswers = false
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        for _ in 0..<4 { town.wait(20 * Instant.day + Instant.minute) }
        #expect(try town.texts("SELECT 1 AS answer FROM attempts UNION ALL SELECT 2 FROM sessions").count == 2)
        town.brokerAnswers = true
        for _ in 0..<2 { town.wait(Instant.minute) }
        #expect(try town.texts("SELECT 1 AS answer FROM attempts UNION ALL SELECT 2 FROM sessions").isEmpty)
    }

    @Test func `a start that is read again after its attempt was forgotten mails nothing`() throws {
        let town = try Town(files: 1)
        let ada = try Person(town, "ada@example.org")
        let key = town.freshID()
        _ = try town.ask(key, id: "start") { try ada.startCommand(.register, $0) }
        for pause in [2 * Instant.hour, Instant.minute] { town.wait(pause) }
        #expect(try town.texts("SELECT 1 AS answer FROM attempts").isEmpty)
        let again = try town.ask(key, id: "start") { try ada.startCommand(.register, $0) }
        #expect(again.why == "this attempt has ended: ask for a new code, with a new ce_id")
        #expect(try town.mailedCodes().count == 1)
        town.wait(5 * Instant.day)
        #expect(try ada.start().outcome == .done)
        for pause in [2 * Instant.hour, Instant.minute] { town.wait(pause) }
        #expect(try town.texts("SELECT 1 AS answer FROM startsBegun").count == 1, "the first is in no topic any more")
    }

    @Test func `many wrong codes in a file are an alarm, until they end`() throws {
        var limits = IdentityLimits.standard
        limits.wrongCodes.count = 10
        let town = try Town(files: 1, limits: limits)
        let (ada, attempt, _) = try asked(town)
        for number in 0..<10 as Range<UInt64> {
            let target = number < 5 ? attempt : AttemptID(high: 1, low: number)
            #expect(try ada.confirm(target, "0000-0000").why == wrongCode)
        }
        #expect(town.stands[0].shard.report.alarms.isEmpty)
        #expect(try ada.confirm(AttemptID(high: 2, low: 2), "0000-0000").why == wrongCode)
        #expect(town.stands[0].shard.report.alarms.map(\.name.text) == ["codes-guessed"])
        #expect(town.stands[0].shard.report.counters["codes_wrong"] == 11)
        town.wait(30 * Instant.minute)
        #expect(!town.stands[0].shard.report.alarms.isEmpty)
        town.wait(31 * Instant.minute)
        #expect(town.stands[0].shard.report.alarms.isEmpty)
    }

    @Test func `a code works only in the browser that asked`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        var other = ada
        other.browser = "another-browser"
        #expect(try other.confirm(attempt, code).why == wrongCode)
        #expect(try ada.confirm(attempt, code).outcome == .done)
    }

    @Test func `a code works only for the purpose that it was asked for`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        let other = try #require(ada.start(.signIn).attempt).attempt
        #expect(try ada.confirm(other, code).why == wrongCode)
        #expect(try ada.confirm(attempt, town.code(of: other)).why == wrongCode)
        #expect(try ada.confirm(attempt, code).outcome == .done)
    }

    @Test func `the sixth attempt is refused though its code is right, the fifth is not`() throws {
        for wrongTries in [4, 5] {
            let town = try Town()
            let (ada, attempt, code) = try asked(town)
            for _ in 0..<wrongTries { #expect(try ada.confirm(attempt, "ZZZZ-ZZZZ").why == wrongCode) }
            #expect(try ada.confirm(attempt, code).why == (wrongTries == 4 ? "done" : wrongCode))
        }
    }

    @Test func `a newer code of the same purpose replaces the older one`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        let newer = try #require(ada.start().attempt).attempt
        #expect(try ada.confirm(attempt, code).why == wrongCode)
        #expect(try ada.confirm(newer, town.code(of: newer)).outcome == .done)
    }

    @Test func `a box that was made for another command is refused`() throws {
        let town = try Town()
        let (ada, attempt, code) = try asked(town)
        var stolen: IdentityCommand?
        _ = try town.ask(attempt.account, id: "first") { letter in
            let command = try ada.confirmCommand(code, letter)
            stolen = command
            return try ada.confirmCommand("0000-0000", letter)
        }
        let reply = try town.ask(attempt.account, id: "second") { _ in try #require(stolen) }
        #expect(reply.outcome == .refused)
        #expect(town.messages(Topics.identityDeadLetters).map(\.reason) == [.badBox])
    }
}
