import CommandLineTool
import Foundation
import Intake
import Kafka
import Schema
import Testing

@Suite(.serialized) struct RoundTests {
    @Test func `a letter opens a request, received when its file was written, and goes to cur`() throws {
        let post = try Post()
        try post.deliver("1.a", LetterText.request(headers: "Date: Mon, 1 Jan 2001 00:00:00 GMT\n"), secondsAgo: 3_600)
        let report = try post.round.run()
        #expect(report.opened == ["gdpr.erasure": 1] && report.person.isEmpty && report.later == 0)
        let sent = try #require(try post.sent().first)
        #expect(sent.open.kind == .gdprErasure && sent.open.channel == .email && sent.open.language == .english)
        #expect(sent.asker == Particulars(email: Email(unchecked: "ada@example.org"), browser: .letter))
        let age = TimeText.now().value - (sent.open.receivedAt?.value ?? 0)
        #expect((3_590...3_700).contains(age / Instant.second))
        #expect(sent.source == "mail-intake" && sent.key == sent.id && AccountID(text: sent.key) != nil)
        #expect(sent.partition == AccountID(text: sent.key).map { partition(of: $0, n: 4) })
        #expect(try post.names("new").isEmpty)
        #expect(try post.names("cur").count == 1)
        let told = Terminal.json(report) + report.line + sent.text
        #expect(!told.contains("ada") && !told.contains(LetterText.canary))
    }

    @Test func `while Kafka or rights-worker is away letters wait, and the next round sends the same command`() throws {
        let post = try Post(hasKey: false)
        try post.deliver("1.a")
        #expect(throws: Failure.self) { try post.round.run() }
        #expect(try post.names("new") == ["1.a"])
        try post.publishKey()
        #expect(try post.round.run().opened.values.reduce(0, +) == 1)
        try post.deliver("1.b", LetterText.request(headers: "Received: again\n"))
        let report = try post.again().run()
        #expect(report.opened.isEmpty && report.automatic == 1)
        try FileManager.default.removeItem(atPath: "\(post.maildir)/cur")
        try FileManager.default.createDirectory(atPath: "\(post.maildir)/cur", withIntermediateDirectories: false)
        try post.deliver("1.c")
        _ = try post.again().run()
        let sent = try post.sent()
        #expect(sent.count == 2 && Set(sent.map(\.id)).count == 1)
    }

    @Test func `an address opens two requests a day, also after a restart`() throws {
        let post = try Post()
        for number in 1...2 { try post.deliver("\(number)", LetterText.request(body: "\(number)")) }
        #expect(try post.round.run().opened == ["gdpr.erasure": 2])
        try post.deliver("3", LetterText.request(from: "Ada+x@EXAMPLE.org", body: "3"))
        try post.deliver("4", LetterText.request(from: "bob@example.org"))
        let report = try post.again().run()
        #expect(report.person == ["often": 1] && report.opened == ["gdpr.erasure": 1])
        try post.deliver("5", LetterText.request(body: "5"))
        let tomorrow = try post.again().run(at: TimeText.now() + Instant.day + Instant.minute)
        #expect(tomorrow.opened == ["gdpr.erasure": 1])
    }

    @Test func `sixty letters are read in a minute, the oldest first`() throws {
        let post = try Post()
        for number in 0..<70 {
            let letter = LetterText.plain("Hello", "\(number)", headers: "List-Id: <x>\n")
            try post.deliver("\(1_000 - number)", letter, secondsAgo: Double(number))
        }
        let start = TimeText.now()
        let first = try post.round.run(at: start)
        #expect(first.person == ["list": 60] && first.later == 10)
        #expect(try post.names("new") == (991...1_000).map(String.init).sorted())
        #expect(try post.round.run(at: start + 30 * Instant.second).later == 10)
        #expect(try post.round.run(at: start + Instant.minute).person == ["list": 10])
    }

    @Test func `whoever delivers cannot make a name, a link or a pipe into more than a name`() throws {
        let post = try Post()
        let new = "\(post.maildir)/new"
        let secret = "\(post.maildir)/secret"
        try Data(LetterText.request(from: "eve@example.org")).write(to: URL(fileURLWithPath: secret))
        try FileManager.default.createSymbolicLink(atPath: "\(new)/link", withDestinationPath: secret)
        #expect(mkfifo("\(new)/pipe", 0o600) == 0)
        #expect(mkdir("\(new)/folder", 0o700) == 0)
        #expect(mkfifo("\(new)/pipe\nwith a line", 0o600) == 0)
        try post.deliver("1\nFrom: eve@example.org\u{1B}[2J")
        try post.deliver("\u{FF}ü..:2,S", LetterText.request(body: "2"))
        #expect(close(open("\(new)/huge", O_WRONLY | O_CREAT, 0o600)) == 0)
        #expect(truncate("\(new)/huge", 100 << 20) == 0)
        let report = try post.round.run()
        #expect(report.opened == ["gdpr.erasure": 2] && report.person == ["unread": 1] && report.strange == 4)
        #expect(try post.sent().allSatisfy { $0.asker.email.text == "ada@example.org" })
        #expect(try post.names("new") == ["folder", "link", "pipe", "pipe\nwith a line"])
        #expect(
            try (post.names("cur") + post.names("person")).allSatisfy { name in
                name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 47 }
            })
    }

    @Test func `a letter that was dealt with is deleted in time, one that waits for a person is not`() throws {
        let post = try Post(keepDays: 2)
        try post.deliver("1", LetterText.plain("Hello", "There"), secondsAgo: 50 * 86_400)
        try post.deliver("2", secondsAgo: 86_400)
        _ = try post.round.run()
        #expect(try post.names("cur").count == 1)
        let report = try post.round.run(at: TimeText.now() + Instant.day + Instant.hour)
        #expect(report.deleted == 1 && report.waiting == 1)
        #expect(try post.names("cur").isEmpty)
        #expect(try post.names("person").count == 1)
        #expect(try #require(report.oldest) < TimeText.now() + -49 * Instant.day)
    }

    @Test func `what is no Maildir is refused, with what to do`() throws {
        let post = try Post()
        #expect(throws: Failure.self) { try LetterRound("/none", program: "", post: anyPost(), keepDays: 1) }
        try FileManager.default.removeItem(atPath: "\(post.maildir)/cur")
        try FileManager.default.createSymbolicLink(atPath: "\(post.maildir)/cur", withDestinationPath: "/tmp")
        #expect(throws: Failure.self) { try LetterRound(post.maildir, program: "", post: anyPost(), keepDays: 1) }
        for words in [[], ["--maildir", "/tmp", "--keep-days", "31"], ["--maildir", "/tmp", "--data", "/none"]] {
            let (command, rest) = try #require(Troth.find(["intake"] + words + ["--kafka", "127.0.0.1:1"]))
            let arguments = try Arguments(parsing: rest, for: command.configuration)
            #expect(throws: Failure.self) { try command.init(arguments) }
        }
    }

    private func anyPost() -> LetterPost { LetterPost(KafkaOptions("127.0.0.1:1"), trust: nil) }
}
