import Invariants
import Schema
import Store
import Testing

/// Each law of people holds in a sound town, and breaks where one row, record or mail is made wrong.
struct PeopleLawTests {
    static let all: [any Law] = [
        OneAccountPerAddress(), SessionsHaveAccounts(), AccountsAreTold(), KeysMatchPeople(), CodesWorkOnce(),
        MailThatMustBeSentWasSent(), NoClearText(),
    ]
    static let laws = Set(all.map(\.name))

    /// A row made wrong, and the law that must notice.
    struct Wrong: CustomTestStringConvertible, Sendable {
        let law: String
        let place: SmallTown.Place
        let sql: String
        var testDescription: String { "\(law): \(sql)" }
        init(_ law: String, _ place: SmallTown.Place, _ sql: String) {
            (self.law, self.place, self.sql) = (law, place, sql)
        }
    }

    static let wrongs = [
        Wrong("OneAccountPerAddress", .identity, "DELETE FROM claims"),
        Wrong("OneAccountPerAddress", .identity, "INSERT INTO claims VALUES (x'01', x'\(other)', x'\(other)')"),
        Wrong("OneAccountPerAddress", .identity, "UPDATE addresses SET state = 'past'"),
        Wrong("SessionsHaveAccounts", .identity, "INSERT INTO sessions VALUES (x'\(other)', x'\(other)', NULL)"),
        Wrong("SessionsHaveAccounts", .identity, "UPDATE accounts SET state = 'closed'"),
        Wrong("AccountsAreTold", .metering, "UPDATE accounts SET version = 2"),
        Wrong("AccountsAreTold", .billing, "DELETE FROM accounts"),
        Wrong("AccountsAreTold", .identity, "UPDATE accounts SET state = 'closed'"),
        Wrong("KeysMatchPeople", .identityKeys, "DELETE FROM keyRecords"),
        Wrong("KeysMatchPeople", .notifierKeys, "UPDATE dataKeys SET wrapped = NULL"),
        Wrong("CodesWorkOnce", .identity, "INSERT INTO sessions SELECT * FROM sessions"),
        Wrong("MailThatMustBeSentWasSent", .notifier, "DELETE FROM deliveries"),
        Wrong("MailThatMustBeSentWasSent", .notifier, "UPDATE deliveries SET state = 'queued', nextTry = 1"),
        Wrong("MailThatMustBeSentWasSent", .notifier, "UPDATE deliveries SET state = 'queued'"),
        Wrong(
            "MailThatMustBeSentWasSent", .notifier,
            "INSERT INTO deliveries VALUES (2, x'\(other)', 'sent', NULL)"),
        Wrong("NoClearText", .identity, "UPDATE addresses SET email = CAST('anna.SCHMIDT@example.org' AS BLOB)"),
        Wrong(
            "NoClearText", .identity,
            "UPDATE addresses SET email = CAST('YW5uYS5zY2htaWR0QGV4YW1wbGUub3Jn' AS BLOB)"),
    ]
    private static let other = "6b1f0a9cd3e44725b81729c6e5d4f3a9"

    @Test func `a sound town keeps every law`() throws {
        let findings = Laws.judge(try SmallTown("sound").world(), by: Self.all)
        #expect(findings.filter { !$0.ok } == [])
        #expect(findings.allSatisfy { $0.count > 0 })
    }

    @Test(arguments: wrongs.indices) func `a law notices a row that is wrong`(_ index: Int) throws {
        let wrong = Self.wrongs[index]
        let town = try SmallTown("wrong-\(index)")
        try #require(town.stores[wrong.place]).execute(wrong.sql)
        let finding = try #require(Laws.judge(town.world(), by: Self.all).first { $0.name == wrong.law })
        #expect(!finding.ok && !finding.detail.hasPrefix("not judged"), "\(finding.detail)")
    }

    @Test func `a code that two commands confirm is found, one that is refused the second time is none`() throws {
        let town = try SmallTown("codes")
        town.confirm("c-1", .done)
        town.confirm("c-2", .refused)
        #expect(try CodesWorkOnce().judge(town.world()).ok)
        town.confirm("c-3", .done)
        #expect(try !CodesWorkOnce().judge(town.world()).ok)
    }

    @Test func `mail that changes its Message-ID, and mail that nobody wrote, is found`() throws {
        let town = try SmallTown("mails")
        town.mails.append(town.mails[0])
        #expect(try MailThatMustBeSentWasSent().judge(town.world()).ok)
        town.mails[1].messageID = "Message-ID: <another@example.org>"
        #expect(try !MailThatMustBeSentWasSent().judge(town.world()).ok)
    }

    @Test func `an address in a record, a key, a header and the log is found`() throws {
        let email = Array(SmallTown.email.utf8)
        for part in 0..<4 {
            let town = try SmallTown("clear-\(part)")
            if part < 3 {
                town.records.append(
                    (
                        Topics.identityDeadLetters.name, part == 0 ? SmallTown.email : "",
                        part == 1 ? SmallTown.email : "", part == 2 ? email : []
                    ))
            }
            var world = try town.world()
            if part == 3 { world.said = ["a handler threw: \(SmallTown.email)"] }
            #expect(try !NoClearText().judge(world).ok)
        }
    }
}
