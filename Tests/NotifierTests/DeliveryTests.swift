import Engine
import NotifierService
import Schema
import Store
import Support
import Testing

@Suite struct DeliveryTests {
    private static let later = WorkResult.failed(code: 450, isPermanent: false)

    @Test func `a notice goes to the contact, and a sent one keeps nothing sealed`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        let mails = desk.tell(try ada.contact("Ada@Example.org"), try ada.notice(1)).mails
        let mail = try #require(mails.first)
        #expect(mails.count == 1 && mail.job.to.text == "Ada@example.org" && mail.job.id == .of(1))
        #expect(mail.text.contains("\r\nMessage-ID: <\(NoticeID.of(1).text)@troth.example>\r\n"))
        desk.finish(mail, .done)
        #expect(try desk.state(1) == "sent")
        let left = "SELECT count(*) AS answer FROM deliveries WHERE address IS NOT NULL OR code IS NOT NULL"
        #expect(try desk.stand.number(left) == 0)
    }

    @Test func `no backup holds the mail of a code, nor the key beside it; a restored file does not send it`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        let until = Instant.example + 10 * Instant.minute
        desk.tell(try ada.notice(2))  // waits for a contact
        desk.tell(try .code(1, "AB12CD34", to: "new@b.org", until: until))
        let file = try Store.open(desk.stand.path, migrations: Notifier.allMigrations)
        #expect(try BackupFile.keyBearing(file) == "deliveries")
        try BackupFile.strip(Notifier.self, file)
        #expect(try BackupFile.keyBearing(file) == nil)
        try BackupFile.adopt(
            file, incarnation: Incarnation(high: 7, low: 7), backup: "b", madeAt: .example, at: desk.stand.now,
            reason: try #require(Remark(text: "a test")))
        file.close()
        #expect(try desk.state(1) == "expired" && desk.state(2) == "queued")
        try desk.stand.crash()
        #expect(desk.stand.start().mails.isEmpty)
        #expect(desk.stand.wait(Instant.minute).mails.isEmpty)
    }

    @Test func `a code goes to its address without a person, and is forgotten when it is sent`() throws {
        let desk = try Desk()
        let until = Instant.example + 10 * Instant.minute
        let mail = try #require(desk.tell(try .code(1, "AB12CD34", to: "new@b.org", until: until)).mails.first)
        #expect(mail.job.to.text == "new@b.org" && mail.text.contains("AB12-CD34"))
        desk.finish(mail, .done)
        let left = "SELECT count(*) AS answer FROM deliveries WHERE coalesce(address, code, wrapped) IS NOT NULL"
        #expect(try desk.stand.number(left) == 0)
    }

    @Test func `a message that comes twice is one delivery`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        let mails = desk.tell(try ada.contact("a@b.org"), try ada.notice(1)).mails
        #expect(desk.tell(try ada.notice(1)).mails.isEmpty)
        desk.finish(try #require(mails.first), .done)
        #expect(desk.tell(try ada.notice(1)).mails.isEmpty)
        #expect(try desk.stand.number("SELECT count(*) AS answer FROM deliveries") == 1)
    }

    @Test func `a mail that a crash left unfinished is made again, byte for byte`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        let first = try #require(desk.tell(try ada.contact("a@b.org"), try ada.notice(1)).mails.first)
        try desk.stand.crash()
        let actions = desk.stand.start() + desk.stand.wait(Instant.second)
        let again = try #require(actions.mails.first)
        #expect(again.task == first.task && again.job == first.job)
    }

    @Test func `a notice waits for its contact`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        #expect(desk.tell(try ada.notice(1), try ada.notice(2)).mails.isEmpty)
        let mails = desk.tell(try ada.contact("a@b.org", language: .german)).mails
        #expect(mails.map(\.job.id) == [.of(1), .of(2)])
        #expect(try #require(mails.first).text.contains("Content-Language: de\r\n"))
    }

    @Test func `the last version of a contact wins`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        desk.tell(try ada.contact("second@b.org", version: 2))
        desk.tell(try ada.contact("first@b.org", version: 1))
        #expect(desk.tell(try ada.notice(1)).mails.first?.job.to.text == "second@b.org")
        let own = desk.tell(try ada.notice(2, .addressChangeAsked, to: "first@b.org")).mails
        #expect(own.first?.job.to.text == "first@b.org")
    }

    @Test func `a closed account is told that it is closed, and nothing else`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        let mails = desk.tell(
            try ada.contact("a@b.org", closed: true), try ada.notice(1, .accountClosed), try ada.notice(2)
        ).mails
        #expect(mails.map(\.job.id) == [.of(1)])
        #expect(try desk.state(2) == "expired")
    }

    @Test func `a mail waits until its person's key is here, and goes nowhere once it is destroyed`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        #expect(desk.tell(try ada.contact("a@b.org"), try ada.notice(1)).mails.isEmpty)
        try desk.know(ada.keys())
        let mail = try #require(desk.stand.wait(2 * Instant.second).mails.first)
        desk.finish(mail, .done)
        try desk.know(ada.keys(version: 2, destroyedAt: .example))
        #expect(desk.tell(try ada.notice(2)).mails.isEmpty && desk.stand.wait(Instant.minute).mails.isEmpty)
        #expect(try desk.state(2) == "expired")
    }

    @Test func `a code that has ended is not sent`() throws {
        let desk = try Desk()
        let until = Instant.example + 10 * Instant.minute
        #expect(desk.tell(try .code(1, "AB12CD34", to: "a@b.org", until: Instant.example)).mails.isEmpty)
        #expect(try desk.state(1) == "expired")
        var mail = try #require(desk.tell(try .code(2, "AB12CD34", to: "a@b.org", until: until)).mails.first)
        for minutes in [1, 2, 4] as [Int64] {
            desk.finish(mail, Self.later)
            mail = try #require(desk.stand.wait(minutes * Instant.minute).mails.first)
        }
        desk.finish(mail, Self.later)
        #expect(try desk.state(2) == "expired")
    }

    @Test func `a mail is tried again later each time, and given up after three days`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        var mail = try #require(desk.tell(try ada.contact("a@b.org"), try ada.notice(1)).mails.first)
        let started = desk.stand.now
        var pauses: [Int64] = []
        while try desk.state(1) == "queued", pauses.count < 100 {
            desk.finish(mail, Self.later)
            guard try desk.state(1) == "queued" else { break }
            let next = Instant(
                unchecked: try #require(try desk.stand.number("SELECT nextTry AS answer FROM deliveries")))
            pauses.append((next - desk.stand.now) / Instant.minute)
            #expect(desk.stand.wait(next - desk.stand.now - 1).mails.isEmpty)
            mail = try #require(desk.stand.wait(1).mails.first)
        }
        #expect(pauses.prefix(11) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360])
        #expect(try desk.state(1) == "refused")
        #expect((2 * Instant.day...3 * Instant.day).contains(desk.stand.now - started))
    }

    @Test func `a relay that is not reached is an alarm until it is`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        let mail = try #require(desk.tell(try ada.contact("a@b.org"), try ada.notice(1)).mails.first)
        let alarms = "SELECT name AS answer FROM alarms WHERE name = 'mail-fails'"
        desk.finish(mail, .failed(code: 0, isPermanent: false))
        #expect(try desk.stand.texts(alarms) == ["mail-fails"])
        desk.finish(try #require(desk.stand.wait(Instant.minute).mails.first), Self.later)
        #expect(try desk.stand.texts(alarms) == [])
    }

    @Test func `mail that is refused for good is a bounce, once, and a code's is none`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        let mail = try #require(desk.tell(try ada.contact("a@b.org"), try ada.notice(1)).mails.first)
        let bounces = try desk.finish(mail, .failed(code: 551, isPermanent: true)).bounces
        #expect(bounces.map(\.notice) == [.of(1)] && bounces.map(\.code.value) == [551])
        #expect(try desk.state(1) == "refused")
        #expect(try desk.finish(mail, .failed(code: 551, isPermanent: true)).bounces.isEmpty)
        let until = Instant.example + 10 * Instant.minute
        let code = try #require(desk.tell(try .code(2, "AB12CD34", to: "a@b.org", until: until)).mails.first)
        #expect(try desk.finish(code, .failed(code: 550, isPermanent: true)).bounces.isEmpty)
        #expect(try desk.state(2) == "refused")
    }

    @Test func `mail that came back is noted once, of its own person only`() throws {
        let (desk, ada, eve) = (try Desk(), try Person(1), try Person(2))
        try desk.know(ada.keys())
        let mail = try #require(desk.tell(try ada.contact("a@b.org"), try ada.notice(1)).mails.first)
        #expect(try desk.bounce(.of(1), of: ada.subject).bounces.isEmpty, "it is not sent yet")
        desk.finish(mail, .done)
        #expect(try desk.bounce(.of(1), of: eve.subject).bounces.isEmpty)
        #expect(try desk.bounce(.of(1), of: ada.subject, code: 552).bounces.map(\.code.value) == [552])
        #expect(try desk.state(1) == "bounced")
        #expect(try desk.bounce(.of(1), of: ada.subject).bounces.isEmpty)
    }

    @Test func `no address and no code lies in the file or leaves it in clear`() throws {
        let (desk, ada) = (try Desk(), try Person(1))
        try desk.know(ada.keys())
        let until = Instant.example + 10 * Instant.minute
        let actions = desk.tell(
            try ada.contact("needle@haystack.org"), try ada.notice(1),
            try .code(2, "AB12CD34", to: "needle@haystack.org", until: until))
        let copies = actions.mails.flatMap { desk.finish($0, .failed(code: 550, isPermanent: true)) }
        for message in (actions + copies).sent {
            #expect(!has(message.value ?? [], "needle") && !has(message.value ?? [], "AB12"))
        }
        let rows = """
            SELECT hex(address) || ' ' || coalesce(hex(code), '') || ' ' || kind AS answer FROM deliveries
            WHERE address IS NOT NULL UNION ALL SELECT hex(address) AS answer FROM contacts
            """
        for needle in ["needle@haystack", "AB12CD34"] {
            for row in try desk.stand.texts(rows) {
                #expect(!row.contains(hex(Array(needle.utf8))) && !row.contains(needle))
            }
        }
    }

    @Test func `the tables are what the migrations make`() throws {
        let made = try Store.create("memory:notifier-migrated", migrations: Notifier.allMigrations)
        #expect(try schemaTexts(of: made).contains { $0.contains("deliveriesWaiting") })
        #expect(Notifier.owns.map { $0.name } == ["contacts", "deliveries", "officerMails"])
    }

    private func has(_ bytes: [UInt8], _ text: String) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains(text)
    }
}
