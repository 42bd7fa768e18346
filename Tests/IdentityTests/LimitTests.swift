import Engine
import IdentityService
import Schema
import Seal
import Support
import Testing

/// Budgets: codes fail silently, registrations and sign-ins say when to come back. And nothing is anywhere in clear.
struct LimitTests {
    private func person(_ town: Town, _ number: Int) throws -> Person {
        var person = try Person(town, "person\(number)@example.org")
        person.address = "2001:db8:0:100::\(number)"
        return person
    }

    @Test func `an address has three codes an hour and ten a day, with the same answer beyond`() throws {
        let town = try Town(files: 1, limits: .standard.raised(by: 1))
        var answers: [Reply] = []
        for hour in 0..<6 {
            for number in 0..<4 {
                var ada = try Person(town, number == 1 ? "ada+tag@example.org" : "ada@example.org")
                ada.address = "198.51.100.\(hour * 4 + number)"
                answers.append(try ada.start(.signIn))
                if number == 3, hour == 0 {
                    let mailed = try town.mailedCodes().map(\.attempt)
                    #expect(mailed.count == 3)
                    let silent = try #require(answers.last?.attempt).attempt
                    #expect(!mailed.contains(silent))
                    #expect(try ada.confirm(silent, "0000-0000").why == wrongCode)
                    // a start that mails nothing replaces nothing
                    let last = try #require(town.mailedCodes().last { $0.email == "ada@example.org" })
                    #expect(try ada.confirm(last.attempt, last.code).why != wrongCode)
                }
            }
            town.wait(Instant.hour)
        }
        #expect(answers.allSatisfy { $0.attempt != nil })
        #expect(try town.mailedCodes().count == 12, "ten, and two that leaked out in five hours")
    }

    @Test func `a source begins ten registrations an hour, and is told when the next may come`() throws {
        let town = try Town(files: 1)
        for number in 0..<10 { #expect(try person(town, number).start().outcome == .done) }
        let refused = try person(town, 10).start()
        #expect(refused.why.hasPrefix("too many attempts from here: try again after 20"))
        #expect(town.messages(Topics.identityClaims).count == 10)
        var neighbour = try person(town, 11)
        neighbour.address = "2001:db8:0:200::1"
        #expect(try neighbour.start().outcome == .done, "another /56 is another source")
        town.wait(6 * Instant.minute + Instant.second)
        #expect(try person(town, 12).start().outcome == .done)
        #expect(try person(town, 13).start().outcome == .refused)
    }

    @Test func `an edge that tells no address is a source itself`() throws {
        let town = try Town(files: 1)
        for number in 0..<11 {
            var person = try person(town, number)
            person.address = nil
            #expect(try person.start().outcome == (number < 10 ? .done : .refused))
        }
    }

    @Test func `a source has no more codes for changes of address than for anything else`() throws {
        var limits = IdentityLimits.standard
        limits.codesASource.count = 2
        let town = try Town(files: 1, limits: limits)
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        for number in 0..<3 {
            let reply = try ada.ask { command, letter in
                command.changeAddress = ChangeAddressCommand(
                    email: try letter.box(Email(unchecked: "ada\(number)@example.org")))
            }
            #expect(reply.attempt != nil)
        }
        #expect(try town.mailedCodes().count == 2)
    }

    @Test func `a person has five codes a day for new addresses, with the same answer beyond`() throws {
        let town = try Town(files: 1)
        var ada = try Person(town, "ada@example.org")
        try ada.enter()
        func change(_ number: Int) throws {
            ada.address = "198.51.100.\(number)"
            let reply = try ada.ask { command, letter in
                command.changeAddress = ChangeAddressCommand(
                    email: try letter.box(Email(unchecked: "ada\(number)@example.org")))
            }
            #expect(reply.attempt != nil)
        }
        for number in 0..<6 { try change(number) }
        #expect(try town.mailedCodes().filter { $0.purpose == .newAddress }.count == 5)
        town.wait(Instant.day)
        try change(6)
        #expect(try town.mailedCodes().filter { $0.purpose == .newAddress }.count == 6)
    }

    @Test func `raised limits are as much wider as they say`() throws {
        let raised = IdentityLimits.standard.raised(by: 10)
        #expect(raised.codesAnHour.count == 30 && raised.startsInAll.count == 10_000)
        #expect(IdentityLimits.standard.raised(by: 0) == .standard)
        let town = try Town(files: 1, limits: raised)
        for number in 0..<100 { #expect(try person(town, number).start().outcome == .done) }
        #expect(try person(town, 100).start().outcome == .refused)
    }

    @Test func `what identifies is in clear in no table, no message, no log and no alarm`() throws {
        let town = try Town()
        var ada = try Person(town, "Ada.Lovelace@Bücher.example")
        try ada.enter()
        try ada.enter(.signIn)
        _ = try ada.ask { command, letter in
            command.newKey = NewKeyCommand(label: try letter.box(KeyLabel(unchecked: "label-of-ada")))
        }
        _ = try ada.ask { command, letter in
            command.changeAddress = ChangeAddressCommand(
                email: try letter.box(Email(unchecked: "lovelace@new.example")))
        }
        try town.report(
            { AccessEvent(at: .example, event: .portal, client: try ada.client($0)) }, of: try #require(ada.account))
        let codes = try town.mailedCodes().map(\.code)
        let needles =
            [
                "lovelace", "bücher", "xn--bcher", "203.0.113.7", "mozilla", "browser-of-somebody", "label-of-ada",
                try #require(ada.token).text,
            ] + codes + codes.map { $0.replacing("-", with: "") }
        for needle in needles {
            for bytes in try haystacks(town) where holds(bytes, needle) {
                Issue.record("\(needle) is in clear in \(String(decoding: bytes.prefix(200), as: UTF8.self))")
            }
        }
    }

    /// Every message, and every value of every table.
    private func haystacks(_ town: Town) throws -> [[UInt8]] {
        var all = town.sent.map { ($0.value ?? []) + ($0.key ?? []) + $0.headers.flatMap(\.value) }
        for stand in town.stands {
            let tables = try stand.texts("SELECT name AS answer FROM sqlite_schema WHERE type = 'table'")
            for table in tables {
                for column in try stand.texts("SELECT name AS answer FROM pragma_table_info('\(table)')") {
                    let values = try stand.texts("SELECT hex(\(column)) AS answer FROM \(table)")
                    all += values.map(bytes(hex:))
                }
            }
            all.append(Array("\(stand.shard.report)".utf8))
        }
        return all
    }

    private func bytes(hex text: String) -> [UInt8] {
        let digits = text.utf8.map { $0 < 58 ? $0 - 48 : $0 - 55 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// In clear or as base64url at any place, capitals or not.
    private func holds(_ bytes: [UInt8], _ needle: String) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        if text.contains(needle.lowercased()) { return true }
        return (0..<3).contains { shift in
            let encoded = Base64URL.encode(Array(repeating: 0, count: shift) + Array(needle.utf8))
            return text.contains(encoded.dropFirst(4).dropLast(2).lowercased())
        }
    }
}
